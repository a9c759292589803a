"""Which results a second programmer must bring: by default those of the primary endpoints, and the safety totals."""

from __future__ import annotations

from collections.abc import Iterator

from report.ard import Results, Row
from report.study.endpoints import Endpoint
from report.study.model import Study

# what a conclusion rests on; the rest (degrees of freedom, ranges, shares of given counts) may be brought as well
STATISTICS = (
    "n", "N", "N_pairs", "n_event", "rate", "rate_difference", "median", "difference_of_medians", "estimate",
    "conf.low", "conf.high", "p.value",
)  # fmt: skip
SAFETY = ("safety.events", "safety.serious")
SAFETY_STATISTICS = ("n_event", "n", "N")


def of(study: Study, results: Results) -> tuple[Row, ...]:
    """Return the required rows in the order of the results."""
    wanted = study.quality.required
    names = {f"{each.id}.{use.name}" for each in study.endpoints if _is_wanted(each, wanted) for use in each.methods}
    return tuple(row for row in results if row.result_id in dict.fromkeys(_ids(results, names, wanted)))


def _is_wanted(endpoint: Endpoint, wanted: tuple[str, ...]) -> bool:
    return endpoint.id in wanted or endpoint.role in wanted


def _ids(results: Results, analyses: set[str], wanted: tuple[str, ...]) -> Iterator[str]:
    for row in results:
        if row.analysis_id in analyses and row.stat_name in STATISTICS:
            yield row.result_id
        if "safety" in wanted and row.analysis_id in SAFETY and row.stat_name in SAFETY_STATISTICS:
            yield row.result_id
        if "populations" in wanted and row.context == "population":
            yield row.result_id
