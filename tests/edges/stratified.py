"""Events by arm within strata."""

from __future__ import annotations

from typing import Any

from report.analysis.events.stratified import StratifiedCounts, Stratum
from tests.edges.two_by_two import counts


def strata(*cells: tuple[int, int, int, int], missing: int = 0) -> StratifiedCounts:
    return StratifiedCounts(tuple(Stratum(f"L{n}", counts(*each)) for n, each in enumerate(cells)), missing)


DATA: dict[type, dict[str, Any]] = {
    StratifiedCounts: {
        "one_participant": strata((1, 1, 0, 0), (0, 0, 0, 0)),
        "constant": "an event that everybody or nobody has is the edge of all or of no events",
        "empty_arm": strata((0, 0, 3, 8), (0, 0, 2, 7)),
        "all_missing": strata((0, 0, 0, 0), (0, 0, 0, 0), missing=0),
        "no_events_in_one_arm": strata((0, 10, 5, 10), (0, 10, 4, 10)),
        "no_events": strata((0, 10, 0, 10), (0, 5, 0, 5)),
        "all_events": strata((10, 10, 10, 10), (5, 5, 5, 5)),
        "one_stratum": strata((2, 10, 5, 10)),
        "ties": "counts of events have no ties",
        "none_censored": "an event that is had or not is not censored",
        "all_censored": "an event that is had or not is not censored",
    }
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "mantel_haenszel": {"measure": "odds_ratio"},
    "stratified_risk_difference": {"interval": "newcombe"},
}
NOBODY = "no stratum has participants with an outcome in both arms"
NOT_ALIKE = "in no stratum with both arms do outcomes differ"
TOO_FEW = "fewer than two strata have both arms, an event and a non-event"
WEIGHTLESS = "in an arm all or none had the event in every stratum, which leaves the strata without weights"
THREE = ("estimate[treated]", "conf.low[treated]", "conf.high[treated]")
TEST = ("statistic[treated]", "df[treated]", "p.value[treated]")
NOTHING = ("one_participant", "empty_arm", "all_missing")
Z2 = 1.959963984540054**2


def wilson_half(p: float, n: int) -> float:
    return 1.959963984540054 / (n + Z2) * (n * p * (1 - p) + Z2 / 4) ** 0.5


def wilson(p: float, n: int) -> tuple[float, float]:
    middle = (p * n + Z2 / 2) / (n + Z2)
    return middle - wilson_half(p, n), middle + wilson_half(p, n)


# of one stratum the stratified limits are Newcombe's: treated 2/10, control 5/10
LOW = 0.2 - 0.5 - ((0.2 - wilson(0.2, 10)[0]) ** 2 + (wilson(0.5, 10)[1] - 0.5) ** 2) ** 0.5
CELLS: dict[str, dict[str, dict[str, Any]]] = {
    "mantel_haenszel": {
        **{edge: dict.fromkeys((*THREE, *TEST), NOBODY) for edge in NOTHING},
        "no_events_in_one_arm": {"estimate[treated]": 0.0, "conf.low[treated]": "the logarithm of an odds ratio of 0 has no variance"},
        "no_events": dict.fromkeys((*THREE, *TEST), NOT_ALIKE),
        "all_events": dict.fromkeys((*THREE, *TEST), NOT_ALIKE),
        "one_stratum": {"estimate[treated]": 0.25, "df[treated]": 1, "n_strata[treated]": 1},
    },
    "stratified_risk_difference": {
        **{edge: dict.fromkeys(THREE, NOBODY) for edge in NOTHING},
        "no_events_in_one_arm": {"estimate[treated]": -0.45, "conf.low[treated]": WEIGHTLESS},
        "no_events": {"estimate[treated]": 0.0, "conf.low[treated]": WEIGHTLESS},
        "all_events": {"estimate[treated]": 0.0, "conf.high[treated]": WEIGHTLESS},
        "one_stratum": {"estimate[treated]": -0.3, "conf.low[treated]": LOW},
    },
    "breslow_day": {
        **{edge: dict.fromkeys(TEST, TOO_FEW) for edge in NOTHING},
        "no_events_in_one_arm": dict.fromkeys(TEST, "the common odds ratio is zero or infinite"),
        "no_events": dict.fromkeys(TEST, TOO_FEW),
        "all_events": dict.fromkeys(TEST, TOO_FEW),
        "one_stratum": {"p.value[treated]": TOO_FEW, "n_informative[treated]": 1},
    },
}  # fmt: skip
