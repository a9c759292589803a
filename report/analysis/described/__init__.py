"""Descriptions: disposition, baseline, visits, adverse events, narratives."""
