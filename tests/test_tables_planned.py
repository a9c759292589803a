"""The table of what was planned and what was performed, from result rows written by hand."""

from __future__ import annotations

import dataclasses

from tests.tabled import BOTH_ARMS, PLANNED, headings, lines, notes, response, rows


def test_endpoints_say_what_was_planned_done_and_left_out() -> None:
    table = PLANNED.build()
    assert headings(table) == ["Outcome", "Specified", "Analysed, n of N", "Analyses"]
    assert lines(table) == [
        ("Primary",),
        (".Events compared", "specified in the protocol (invented)", "6 of 8",
         "events in each period; exact rate ratio; Fisher’s exact test; signed-rank test of rates"),
        (".Pain, later", "specified in the protocol (the protocol)", "5 of 8", "medians and their difference; shift table"),
        ("Secondary",),
        (".Scans", "specified in the analysis plan (the plan)", "–", "not in this paper: not yet read"),
        ("Exploratory",),
        (".Response, later", "not prespecified (invented)", "7 of 8", "Clopper-Pearson interval"),
    ]  # fmt: skip
    assert "–, not analysed." in notes(table)
    ((_, _, analysed, done),) = lines(BOTH_ARMS.build())[1:]
    assert analysed == "300 + 301 of 604" and done.endswith(
        "; subgroups by Sex; subgroups that were not prespecified, by Site"
    )


def test_outcomes_of_one_plan_and_analysis_share_a_line() -> None:
    """A later response with the same source, number and method; a third with fewer analysed stands alone."""
    held = [response(name, role="exploratory", specified_in="data_driven", visit=visit, label=label) for name, visit, label in (
        ("answered", "week8", "Early"), ("lasted", "year1", "Late"), ("few", "year1", "Few"))]  # fmt: skip
    counts = [each for name, n in (("lasted", 7), ("few", 6)) for each in rows(f"{name}.proportion", {"N": n})]
    table = dataclasses.replace(PLANNED, rows=(*PLANNED.rows, *counts)).build(study={"endpoints": held})
    assert [line[0] for line in lines(table)[-2:]] == [".Early; Late", ".Few"]
