"""The analysis: data become results. Nothing here knows how a number is printed."""
