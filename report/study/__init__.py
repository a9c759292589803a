"""The study file: what it may say (the models), reading it, and its parts fitting each other."""
