"""What all families of methods rest on: the registry, the frames, exact sums, score intervals, columns of models."""
