"""The log-rank test and its weighted kin, of all arms and of each with the reference; within strata where there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.basis.participants import EventTimes
from report.analysis.basis.wald import chi_squared_p
from report.analysis.times.risk_tables import NOBODY, Vector, is_known

Weights = Literal["log_rank", "gehan", "peto"]
NAMES = {"log_rank": "Log-rank test", "gehan": "Gehan-Wilcoxon test", "peto": "Peto-Peto test"}
WEIGHED = {
    "log_rank": "all event times weighing alike",
    "gehan": "each event time weighing by the number at risk",
    "peto": "each event time weighing by the Kaplan-Meier estimate of all arms just before it",
}
NO_EVENTS = "no event in either arm"
NO_EVENT_AT_ALL = "no event in any arm"
NOT_TOLD_APART = "no event tells the arms apart"
SINGULAR = 1e-10  # a share of the largest variance below which there is none


@dataclass(frozen=True)
class Scores:
    """Events of each arm, those expected were all arms alike, and the variance of the (weighted) differences."""

    observed: Vector
    expected: Vector
    difference: Vector
    variance: Vector


@method("log_rank", context="survival_survdiff")
def log_rank(
    people: EventTimes, decimals: int, unit: str, *, weights: Weights = "log_rank", stratified: bool = True
) -> Answer:
    """Return the log-rank test of each arm with the reference and, with more than two arms, of all arms.

    ``weights``: ``log_rank`` (Mantel; R: ``survdiff``), ``gehan`` (Gehan and Breslow; SAS: Wilcoxon) or ``peto`` (R:
    ``survdiff(rho = 1)``). The variance is hypergeometric, without continuity correction. Where the endpoint names
    strata and ``stratified`` is true, differences are summed over the strata. Competing events count as censored.
    """
    by_stratum = stratified and "Stratum" in people.frame
    frame, lacking = analysed(people, by_stratum)
    rows = list(_overall(frame, people, weights)) if len(people.arms) > 2 else []
    for arm in people.compared:
        rows += tested(*_compared(frame, (people.reference, arm), weights), NAMES[weights], arm)
    rows += _counted(frame, people, weights) if weights == "log_rank" else []
    rows.append(lacking)
    return Answer(*_said(weights, by_stratum, bool(people.competing), len(people.arms)), tuple(rows))


def _said(weights: Weights, by_stratum: bool, competing: bool, n_arms: int) -> tuple[str, str]:
    name = NAMES[weights][0].lower() + NAMES[weights][1:] if weights == "log_rank" else NAMES[weights]
    within = ", stratified" if by_stratum else ", unstratified"
    censored = ", competing events censored" if competing else ""
    pairs = " of all arms and of each with the reference" if n_arms > 2 else ""
    return (
        f"{NAMES[weights]}{within}, {WEIGHED[weights]}, hypergeometric variance, two-sided{censored}",
        f"Times to the event were compared with the {name}{pairs} ({'stratified' if by_stratum else 'unstratified'}, "
        f"two-sided, {WEIGHED[weights]}{censored}).",
    )


def analysed(people: EventTimes, by_stratum: bool, more: Sequence[str] = ()) -> tuple[pd.DataFrame, Statistic]:
    """Return who has all that a comparison needs, under one stratum where it has none, and how many have not."""
    kept = is_known(people, ["Stratum", *more] if by_stratum else more)
    frame = people.frame[kept]
    frame = frame if by_stratum else frame.assign(Stratum="")
    what = "Time, status or what is adjusted for missing" if by_stratum or more else "Time or status missing"
    return frame, Statistic("N_miss", what, int((~kept).sum()), "count")


def _overall(frame: pd.DataFrame, people: EventTimes, weights: Weights) -> Iterator[Statistic]:
    present = [arm for arm in people.arms if (frame["Arm"] == arm).any()]
    why = NOBODY if len(present) < 2 else "" if (frame["Status"] == 1).any() else NO_EVENT_AT_ALL
    result = None if why else chi_squared(scores(frame, present, weights))
    yield from tested(result, why or NOT_TOLD_APART, f"{NAMES[weights]}, all arms", "")


def _compared(frame: pd.DataFrame, arms: tuple[str, str], weights: Weights) -> tuple[tuple[float, int] | None, str]:
    """Return the chi-squared of two arms and its degrees of freedom, and why there is none where that is so."""
    pair = frame[frame["Arm"].isin(arms).to_numpy(dtype=bool)]
    if pair["Arm"].nunique() < 2:
        return None, NOBODY
    if not (pair["Status"] == 1).any():
        return None, NO_EVENTS
    return chi_squared(scores(pair, arms, weights)), NOT_TOLD_APART


def tested(result: tuple[float, int] | None, why: str, label: str, arm: str) -> list[Statistic]:
    """Return a chi-squared test's rows; ``why`` there is no result where there is none."""
    statistic, df = result or (None, None)
    p = chi_squared_p(*result) if result else None
    reason = "" if result else why
    return [
        Statistic("statistic", "Chi-squared", statistic, "fixed:2", arm=arm, reason=reason),
        Statistic("df", "Degrees of freedom", df, "count", arm=arm, reason=reason),
        Statistic("p.value", label, p, "p", arm=arm, reason=reason),
    ]


def _counted(frame: pd.DataFrame, people: EventTimes, weights: Weights) -> Iterator[Statistic]:
    """Yield the events of each arm, and how many would be expected were all arms alike."""
    found = scores(frame, people.arms, weights)
    for number, arm in enumerate(people.arms):
        here = (frame["Arm"] == arm).to_numpy(dtype=bool)
        yield Statistic("N", "Participants", int(here.sum()), "count", arm=arm)
        yield Statistic("n_event", "Events", int(found.observed[number]), "count", arm=arm)
        yield Statistic("expected", "Events expected", float(found.expected[number]), "mean:1", arm=arm)


def scores(frame: pd.DataFrame, arms: Sequence[str], weights: Weights) -> Scores:
    """Return the differences of events observed and expected in these arms, and their variance, over the strata."""
    made = [_of_stratum(part, arms, weights) for _, part in frame.groupby("Stratum", sort=True)]
    k = len(arms)
    zero = Scores(np.zeros(k), np.zeros(k), np.zeros(k), np.zeros((k, k)))
    return Scores(
        sum((each.observed for each in made), zero.observed), sum((each.expected for each in made), zero.expected),
        sum((each.difference for each in made), zero.difference), sum((each.variance for each in made), zero.variance),
    )  # fmt: skip


def _of_stratum(part: pd.DataFrame, arms: Sequence[str], weights: Weights) -> Scores:
    """Return the scores of one stratum (Kalbfleisch and Prentice 2002, section 1.5)."""
    time, is_event = part["Time"].to_numpy(dtype=float), (part["Status"] == 1).to_numpy(dtype=bool)
    in_arm = np.array([(part["Arm"] == arm).to_numpy(dtype=bool) for arm in arms])
    times = np.unique(time[is_event])
    at_risk = np.array([_at_least(time[here], times) for here in in_arm]).reshape(len(arms), -1)
    events = np.array([_exactly(time[here & is_event], times) for here in in_arm]).reshape(len(arms), -1)
    n, d = at_risk.sum(axis=0), events.sum(axis=0)
    weight = _weights(weights, n, d)
    share = at_risk / n
    variance = weight**2 * d * (n - d) / np.maximum(n - 1, 1)
    pairs = (share * variance) @ share.T
    return Scores(
        events.sum(axis=1), (d * share).sum(axis=1), ((events - d * share) * weight).sum(axis=1),
        np.diag((share * variance).sum(axis=1)) - pairs,
    )  # fmt: skip


def _at_least(values: Vector, times: Vector) -> Vector:
    return len(values) - np.searchsorted(np.sort(values), times, side="left").astype(float)


def _exactly(values: Vector, times: Vector) -> Vector:
    held = np.sort(values)
    return (np.searchsorted(held, times, side="right") - np.searchsorted(held, times, side="left")).astype(float)


def _weights(weights: Weights, n: Vector, d: Vector) -> Vector:
    if weights == "gehan":
        return n
    if weights == "peto":
        return np.concatenate([[1.0], np.cumprod(1 - d / n)[:-1]])[: len(n)]
    return np.ones_like(n)


def chi_squared(found: Scores) -> tuple[float, int] | None:
    """Return the chi-squared of all arms at once and its degrees of freedom; None where no event tells arms apart.

    Arms that are never at risk together with others add no degree of freedom.
    """
    spreads, directions = np.linalg.eigh(found.variance)
    kept = spreads > SINGULAR * max(1e-300, float(np.abs(spreads).max(initial=0.0)))
    if not kept.any():
        return None
    along = directions[:, kept].T @ found.difference
    return float((along**2 / spreads[kept]).sum()), int(kept.sum())
