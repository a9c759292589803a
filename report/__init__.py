"""trialpress: from the locked data of a clinical trial to its manuscript."""

__version__ = "0.1.0"
