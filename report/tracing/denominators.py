"""Of how many: the counts that stand behind a result, in a clause that follows "of them" and the like."""

from __future__ import annotations

from report.ard import DESCRIPTIONS, Row
from report.paper import numbers
from report.tracing.papers import Paper
from report.tracing.subjects import Subject

COUNTED = (  # methods that count the pairs
    "change", "shift", "mean_change", "paired_t", "sign_test", "paired_events", "mcnemar", "paired_risk_difference",
)  # fmt: skip
PAIRED = ("hodges_lehmann", "signed_rank", *COUNTED)


def in_words(paper: Paper, of: Subject, row: Row) -> str:
    """Return one sentence with the counts behind a result; empty where there is nothing to add."""
    if of.kind == "endpoint" and of.endpoint is not None and of.use is not None:
        if of.use.method in PAIRED:
            return _paired(paper, of)
        if of.endpoint.periods is not None:
            return _periods(paper, of)
        return _events(paper, of, row)
    if of.kind == "subgroup":
        return _level(paper, of, row)
    if of.kind in ("baseline", "visits"):
        return _described(paper, row)
    return _safety(paper, row) if of.kind == "safety" else ""


def _shown(paper: Paper, **where: str) -> str:
    """Return a count as it is printed; empty where there is none."""
    found = paper.results.select(**where)
    return numbers.text(found[0], paper.style).plain if len(found) == 1 and found[0].stat is not None else ""


def _paired(paper: Paper, of: Subject) -> str:
    assert of.endpoint is not None
    analyses = [f"{of.endpoint.id}.{use.name}" for use in of.endpoint.methods if use.method in COUNTED]
    for analysis in analyses:
        pairs, lacking = (_shown(paper, analysis_id=analysis, stat_name=name) for name in ("N_pairs", "N_miss"))
        if pairs and lacking == "0":
            return f"All {pairs} of them had both values."
        if pairs:
            return f"Both values were recorded in {pairs} of them; in {lacking} one or both were missing."
    return ""


def _events(paper: Paper, of: Subject, row: Row) -> str:
    assert of.endpoint is not None
    counting = ("risk", "proportion", "performance_goal", "simon_two_stage")
    analyses = [f"{of.endpoint.id}.{use.name}" for use in of.endpoint.methods if use.method in counting]
    for analysis in analyses:
        told = [text for arm in _arms(paper, row) if (text := _share(paper, analysis, arm, ""))]
        if told:
            lacking = [_missing(paper, analysis, arm) for arm in _arms(paper, row)]
            return f"The event was seen in {' and in '.join(told)}{''.join(lacking)}."
    return ""


def _arms(paper: Paper, row: Row) -> list[str]:
    arms = [arm.id for arm in paper.study.design.arms] if paper.study.design.allocation else [""]
    return [row.group1_level] if row.stat_name in ("n", "N", "p", "N_miss", "N_population") else arms


def _share(paper: Paper, analysis: str, arm: str, level: str, n_name: str = "n") -> str:
    where = {"analysis_id": analysis, "group1_level": arm, **({"variable_level": level} if level else {})}
    n, total = (_shown(paper, stat_name=name, **where) for name in (n_name, "N"))
    who = f" in the arm {paper.study.arm(arm).label}" if arm else " participants"
    return f"{n} of {total}{who}" if n and total else ""


def _missing(paper: Paper, analysis: str, arm: str) -> str:
    lacking = _shown(paper, analysis_id=analysis, group1_level=arm, stat_name="N_miss")
    who = f" in the arm {paper.study.arm(arm).label}" if arm else ""
    return f"; in {lacking}{who} it is not known" if lacking not in ("", "0") else ""


def _periods(paper: Paper, of: Subject) -> str:
    assert of.endpoint is not None
    analyses = [f"{of.endpoint.id}.{use.name}" for use in of.endpoint.methods if use.method == "events_by_period"]
    for analysis in analyses:
        periods = [each.variable_level for each in paper.results.select(analysis_id=analysis, stat_name="label")]
        told = [_of_period(paper, analysis, name) for name in periods]
        return f"Counted were {' and '.join(told)}." if told else ""
    return ""


def _of_period(paper: Paper, analysis: str, period: str) -> str:
    where = {"analysis_id": analysis, "variable_level": period}
    events, days, label = (_shown(paper, stat_name=name, **where) for name in ("n_event", "days", "label"))
    return f"{events} events in {days} days of observation ({label})"


def _level(paper: Paper, of: Subject, row: Row) -> str:
    if not row.variable_level:
        return ""
    arms, share = _arms(paper, row), {"analysis": row.analysis_id, "level": row.variable_level}
    told = [text for arm in arms for n in ("n", "n_event") if (text := _share(paper, arm=arm, n_name=n, **share))]
    if told:
        return f"The event was seen in {' and in '.join(told)}."
    told = [f"{n} in the arm {paper.study.arm(arm).label}" for arm in arms if (n := _in_level(paper, row, arm))]
    return f"The level has {' and '.join(told)}." if told else ""


def _in_level(paper: Paper, row: Row, arm: str) -> str:
    """Return how many of an arm are in a level, where values are compared."""
    where = {"analysis_id": row.analysis_id, "variable_level": row.variable_level, "group1_level": arm}
    return _shown(paper, stat_name="n", **where)


def _described(paper: Paper, row: Row) -> str:
    if row.context not in DESCRIPTIONS:
        return _of_arms(paper, row)
    where = {"analysis_id": row.analysis_id, "group1_level": row.group1_level, "visit": row.visit}
    if row.variable_level:
        n, total = (_shown(paper, stat_name=name, variable_level=row.variable_level, **where) for name in ("n", "N"))
        return f"It holds of {n} of {total} with a value." if n and total else ""
    known, lacking = (_shown(paper, stat_name=name, **where) for name in ("N_nonmiss", "N_miss"))
    if known and lacking == "0":
        return f"All {known} had a value."
    return f"A value was recorded in {known}, and none in {lacking}." if known and lacking else ""


def _of_arms(paper: Paper, row: Row) -> str:
    """Return in how many participants of each arm a variable that is compared was recorded."""
    told = [
        f"{n} participants in the arm {arm.label}"
        for arm in paper.study.design.arms
        if (n := _known(paper, row.analysis_id, arm.id))
    ]
    return f"A value was recorded in {' and in '.join(told)}." if told else ""


def _known(paper: Paper, analysis: str, arm: str) -> str:
    """Return how many of an arm have a value: that of a number, or the total of a category's first level."""
    for name in ("N_nonmiss", "N"):
        for row in paper.results.select(analysis_id=analysis, group1_level=arm, stat_name=name)[:1]:
            return numbers.text(row, paper.style).plain if row.stat is not None else ""
    return ""


def _safety(paper: Paper, row: Row) -> str:
    where = {
        "analysis_id": row.analysis_id, "group1_level": row.group1_level, "variable_level": row.variable_level,
    }  # fmt: skip
    events, n, total = (_shown(paper, stat_name=name, **where) for name in ("n_event", "n", "N"))
    return f"There were {events} such events in {n} of {total} participants." if events and n and total else ""
