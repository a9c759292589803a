"""From a printed number back to the data: where it stands, what it rests on, the same in words and in R."""
