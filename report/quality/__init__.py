"""Quality control: the results of a second programmer held against ours, value by value."""
