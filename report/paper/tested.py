"""Which p values a journal prints, once a step of the plan for several tests has failed.

Estimates and intervals are printed always. What is withheld is p alone, of a hypothesis that the plan did not reach.
"""

from __future__ import annotations

from report.ard import Results, Row
from report.paper.styles import Style
from report.paper.text import Text, words

NOT_TESTED = "not tested"
WITHHELD = words(NOT_TESTED)
EXPLAINED = words(
    "Not tested: the plan for several tests ended at a hypothesis before it, and this journal prints no P value then."
)


def is_withheld(p: Row, results: Results, style: Style) -> bool:
    """Return whether a p is of a hypothesis that its plan did not reach, in a journal that then prints none."""
    if style.after_failed_step == "print" or not p.stat_name.startswith("p.value"):
        return False
    endpoint, _, method = p.analysis_id.partition(".")
    where = {"context": "multiplicity", "variable": endpoint, "variable_level": method, "group1_level": p.group1_level}
    return any(row.stat == NOT_TESTED for row in results.select(stat_name="decision", **where))


def shown(p: Row, printed: Text, results: Results, style: Style) -> Text:
    """Return a p as it is printed, or that it was not tested."""
    return WITHHELD if is_withheld(p, results, style) else printed
