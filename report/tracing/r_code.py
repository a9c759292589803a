"""The R code that gives a result again, from the data files alone; or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from report.ard import Row
from report.study.model import Study
from report.tracing import (
    r_binary,
    r_by_arm,
    r_counts,
    r_missing_values,
    r_one_sample,
    r_ordered,
    r_repeated,
    r_times,
    subjects,
)
from report.tracing.papers import Paper
from report.tracing.r_analyses import ANALYSES, flow, of_population
from report.tracing.r_gathering import Asked
from report.tracing.r_methods import METHODS
from report.tracing.r_script import Script
from report.tracing.subjects import Subject

FAMILIES = (  # importing them fills METHODS
    r_missing_values, r_one_sample, r_binary, r_ordered, r_by_arm, r_times, r_counts, r_repeated,
)  # fmt: skip
NONE_WRITTEN = {
    "sensitivity": "it is of a sensitivity analysis: take the code of the endpoint, without those who are left out",
    "multiplicity": "it follows from the P values of its plan: take their code, then p.adjust",
    "other": "it was not computed here from the data files",
}
WORDS = (
    "method", "sentence", "label", "alternative", "zeros", "table", "direction", "distribution", "correction",
    "conclusion", "continuity", "no_estimate", "side", "weights", "adjustment", "left_out_of_model", "generator",
    "model_fitted",
)  # fmt: skip


@dataclass(frozen=True)
class RCode:
    """A script that ends by printing the result; empty, with the reason, where there is none.

    ``to_derive_first`` are columns that the reader derives before it runs.
    """

    text: str
    packages: tuple[str, ...] = ()
    to_derive_first: tuple[str, ...] = ()
    reason: str = ""


def r_code(paper: Paper, row: Row) -> RCode:
    """Return the R code of a row."""
    if why := _hindrance(paper, row):
        return RCode("", reason=why)
    script = Script(paper.study)
    of = subjects.subject(paper.study, row)
    result, kind = _result(script, paper.study, of, row), str(of.kind)
    if result is None:
        return RCode("", reason=NONE_WRITTEN.get(kind, "nothing is computed for it"))
    head = f"# {row.result_id}; run it in the study's folder\n"
    body = "\n".join(script.lines(result))
    return RCode(head + body + "\n", tuple(script.packages), tuple(script.to_derive_first))


def _hindrance(paper: Paper, row: Row) -> str:
    if row.context in ("queries", "waiver"):
        return "it counts the queries of the check, not values of the data"
    if row.format_key == "curve":
        return "it is a whole curve: take the code of one of its shares, and print all steps of fit.own"
    if row.stat_name in WORDS:
        return "it is a word, and nothing is computed for it"
    if row.stat is None:
        return f"it has no value: {row.reason or row.query or 'not estimable'}"
    if paper.results.header["treatment"] == "dummy":
        return "treatments are dummies, which are not in the data files"
    return ""


def _result(script: Script, study: Study, of: Subject, row: Row) -> str | None:
    if of.kind == "endpoint" and of.endpoint is not None and of.use is not None:
        made = METHODS[of.use.method](Asked(script, of.endpoint, of.use, row))
    elif of_population(study, row):
        made = flow(script, of, row)
    elif of.kind in ANALYSES:
        made = ANALYSES[of.kind](script, of, row)
    else:
        return None
    return made.get(row.stat_name)
