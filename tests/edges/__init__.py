"""The edges that every method meets: what each gives there, a value or the reason why there is none.

A module here is for one family of methods. It declares

    DATA       for each kind of data that its methods need, every edge of EDGES: the data, or in words why this edge
               has no meaning for that kind
    ARGUMENTS  a method's arguments, where it takes any
    CELLS      for each method and each edge that has data: what a few of its statistics are there, by name, such as
               {"estimate[treated]": 0.5, "p.value[treated]": "an arm has no participant with an outcome"};
               a number is the value, a text the reason in the row

``tests/test_edges.py`` holds every cell, and fails for a method, an edge or a cell that is not declared.
"""

from __future__ import annotations

EDGES = (
    "one_participant",  # one participant in all
    "constant",  # every value is the same (every covariate too, where there are some)
    "empty_arm",  # nobody in the treated arm
    "all_missing",  # participants in every arm, and no value
    "no_events_in_one_arm",
    "no_events",
    "all_events",
    "one_stratum",  # a stratum, cluster or category that has one level only
    "ties",  # few distinct values, many of them tied
    "none_censored",
    "all_censored",
)
