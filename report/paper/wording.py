"""Wording that results decide: which measures, on which side of a limit, and what so few pairs can show.

Nothing is calculated: results are compared with each other or with a level, and the words carry the results' ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.text import Text, fill, join, words
from report.study.model import Study

LEVEL = 0.05  # the level that readers hold a p value against, whatever is said of it


def listed(parts: Sequence[Text]) -> Text:
    """Return parts as a list in a sentence: "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return join(parts)
    return join([join(parts[:-1], ", "), parts[-1]], " and ")


def with_p_below(study: Study, results: Results, style: Style, endpoints: Iterable[str], level: float) -> Text:
    """Return the labels of the endpoints whose p is below a level; "none of them" where there is none.

    Each label carries the id of its p. An endpoint whose p rests on an open query stands as its hole.
    """
    named = [_below(study, row, style, name, level) for name in endpoints for row in _p_of(results, name)]
    found = [each for each in named if each]
    return listed(found) if found else words("none of them")


def _p_of(results: Results, endpoint: str) -> list[Row]:
    return results.select(analysis_id=f"{endpoint}.signed_rank", stat_name="p.value")


def _below(study: Study, row: Row, style: Style, endpoint: str, level: float) -> Text:
    declared = study.endpoint(endpoint)
    label = study.column(declared.dataset, declared.variable).label
    if row.query:
        return words(f"{label} ") + numbers.text(row, style)
    return numbers.printed_as(label, row) if row.stat is not None and row.number() < level else Text()


def against_limit(median: Row, limit: Row, style: Style, within: str, above: str) -> Text:
    """Return the word for a median that is within or above a limit; it carries the median's id."""
    if median.stat is None:
        return numbers.text(median, style)
    return numbers.printed_as(within if median.number() <= limit.number() else above, median)


def dry_run(results: Results, style: Style) -> Text:
    """Return the notice that arms are dummies: by what they were drawn, and that no result by arm is true."""
    seed, blocks = (results.one(analysis_id="dummy", stat_name=name) for name in ("seed", "blocks"))
    pattern = (
        "Dry run: the randomisation list was not read. The arms are dummies, drawn by a generator (seed {seed}, "
        "blocks of {blocks}). No result by arm is true; where the text names a treatment, the numbers beside it are "
        "those of a dummy arm."
    )
    return fill(pattern, seed=numbers.text(seed, style), blocks=numbers.text(blocks, style))


def multiplicity(results: Results, style: Style, analysis: str) -> Text:
    """Return the sentence of what an adjustment for several tests could reach with so few pairs."""
    n, floor, adjusted = (
        results.one(analysis_id=analysis, stat_name=name) for name in ("n_used", "p.floor", "p.floor_adjusted")
    )
    if floor.stat is None:
        return Text()
    could = (
        "so that no adjustment for multiplicity could have succeeded"
        if adjusted.number() >= LEVEL
        else "and no adjustment for multiplicity was made"
    )
    pattern = (
        "With {n} differences other than zero the smallest exact {p} there can be is {floor}; adjusted for only two "
        "tests by Bonferroni’s or Holm’s method it is {adjusted}, {could}."
    )
    parts = {"n": numbers.text(n, style), "floor": numbers.bare_p(floor, style)}
    return fill(pattern, **parts, adjusted=numbers.bare_p(adjusted, style), p=words(style.p.symbol), could=words(could))
