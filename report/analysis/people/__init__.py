"""Who is in a population and an arm, and the one way to read values."""
