"""Times to an event: survival, log-rank, Cox, restricted means, competing events."""
