"""One arm: changes within participants, one sample, proportions, events at two visits, shifts."""
