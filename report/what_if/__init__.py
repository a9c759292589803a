"""What if some participants were left out: the results side by side, outside the paper."""
