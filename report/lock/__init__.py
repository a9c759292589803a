"""The lock of the data: the record of what was locked, the ledger of all locks, and what tells a file from its copy."""
