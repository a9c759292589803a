"""Gray's test: whether the cumulative incidence of an event is the same in all arms, where other events compete.

Gray (Ann Stat 1988;16:1141-1154), with weight 1 at all times (rho 0), as R's ``cmprsk::cuminc`` tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.basis.participants import EventTimes
from report.analysis.times.log_rank import NO_EVENT_AT_ALL, NO_EVENTS, NOT_TOLD_APART, SINGULAR, analysed, tested
from report.analysis.times.risk_tables import NOBODY, Vector

LABEL = "Gray’s test"


@method("gray", context="cmprsk_cuminc")
def gray(people: EventTimes, decimals: int, unit: str, *, stratified: bool = True) -> Answer:
    """Return Gray's test of each arm with the reference and, with more than two arms, of all arms.

    Where the endpoint names strata and ``stratified`` is true, scores are summed over the strata.
    """
    by_stratum = stratified and "Stratum" in people.frame
    frame, lacking = analysed(people, by_stratum)
    rows = list(_rows(frame, people.arms, f"{LABEL}, all arms", "")) if len(people.arms) > 2 else []
    for arm in people.compared:
        rows += _rows(frame, (people.reference, arm), LABEL, arm)
    within = "stratified" if by_stratum else "unstratified"
    pairs = " of all arms and of each with the reference" if len(people.arms) > 2 else ""
    return Answer(
        f"{LABEL}, {within}, rho 0",
        f"Cumulative incidences were compared with {LABEL}{pairs} ({within}, rho 0), other events competing.",
        (*rows, lacking),
    )


def _rows(frame: pd.DataFrame, arms: Sequence[str], label: str, arm: str) -> Iterator[Statistic]:
    part = frame[frame["Arm"].isin(arms).to_numpy(dtype=bool)]
    present = [each for each in arms if (part["Arm"] == each).any()]
    without = NO_EVENTS if arm else NO_EVENT_AT_ALL
    why = NOBODY if len(present) < (2 if not arm else len(arms)) else ""
    why = why or ("" if (part["Status"] == 1).any() else without)
    yield from tested(None if why else chi_squared(part, present), why or NOT_TOLD_APART, label, arm)


def chi_squared(frame: pd.DataFrame, arms: Sequence[str]) -> tuple[float, int] | None:
    """Return Gray's chi-squared of these arms and its degrees of freedom; None where nothing tells them apart."""
    score, variance = np.zeros(len(arms)), np.zeros((len(arms), len(arms)))
    for _, part in frame.groupby("Stratum", sort=True):
        course = _course(part, arms)
        if len(course.pooled):
            score, variance = score + course.score, variance + course.variance()
    spreads, directions = np.linalg.eigh(variance)
    kept = spreads > SINGULAR * max(1e-300, float(np.abs(spreads).max(initial=0.0)))
    along = directions[:, kept].T @ score
    return (float((along**2 / spreads[kept]).sum()), int(kept.sum())) if kept.any() else None


@dataclass(frozen=True)
class Course:
    """One stratum at each time with any event, a column an arm: at risk, events of both kinds, what is left before.

    ``before`` is the share without any event just before, ``after`` that just after, ``incidence`` the cumulative
    incidence just before; ``pooled`` the events of all arms.
    """

    at_risk: Vector
    events: Vector
    competing: Vector
    before: Vector
    after: Vector
    incidence: Vector

    @property
    def pooled(self) -> Vector:
        """The events of all arms."""
        return np.asarray(self.events.sum(axis=1), dtype=float)

    @property
    def reach(self) -> Vector:
        """How many of each arm would be under observation had nobody any event."""
        return np.where(self.at_risk > 0, self.at_risk / np.where(self.before > 0, self.before, 1.0), 0.0)

    @property
    def score(self) -> Vector:
        """The events of each arm less those expected were all incidences alike."""
        weight = self.reach * (1 - self.incidence)
        whole = weight.sum(axis=1, keepdims=True)
        share = np.where(whole > 0, weight / np.where(whole > 0, whole, 1.0), 0.0)
        return np.asarray((self.events - share * self.pooled[:, None]).sum(axis=0), dtype=float)

    def variance(self) -> Vector:
        """Return the variance of the score: the squared effect of each event, of either kind, on it."""
        reach, pooled = self.reach, self.pooled
        total = reach.sum(axis=1)
        rise = np.divide(pooled, total, out=np.zeros_like(pooled), where=total > 0)  # of the common incidence
        common = np.cumsum(rise)
        without = 1 - np.concatenate([[0.0], common[:-1]])
        hazard = np.divide(rise, without, out=np.zeros_like(rise), where=np.abs(without) > 1e-12)
        share = reach / np.where(total > 0, total, 1.0)[:, None]
        direct = (np.eye(reach.shape[1])[None] - share[:, :, None]) * reach[:, None, :]
        running = np.cumsum(direct * hazard[:, None, None], axis=0)
        to_come = running[-1] - running
        left = np.where(self.after > 0, (1 - common)[:, None] / np.where(self.after > 0, self.after, 1.0), 0.0)
        own = direct + (1 - left)[:, None, :] * to_come
        other = left[:, None, :] * to_come
        return _squares(own, self._of_events(total, rise)) + _squares(other, self._of_competing())

    def _of_events(self, total: Vector, rise: Vector) -> Vector:
        """Return the variance of the incidence's rise in each arm, were all alike; smaller where events are tied."""
        pooled = self.pooled[:, None]
        expected = total[:, None] * self.before - 1
        tied = np.where(pooled > 1, 1 - (pooled - 1) / np.where(expected > 0, expected, 1.0), 1.0)
        there = self.at_risk > 0
        return np.where(there, tied * self.before * rise[:, None] / np.where(there, self.at_risk, 1.0), 0.0)

    def _of_competing(self) -> Vector:
        n, d = self.at_risk, self.competing
        tied = np.where(d > 1, 1 - (d - 1) / np.where(n > 1, n - 1, 1.0), 1.0)
        there = (self.after > 0) & (n > 0)
        return np.where(there, tied * self.before**2 * d / np.where(n > 0, n, 1.0) ** 2, 0.0)


def _squares(effects: Vector, variances: Vector) -> Vector:
    return np.asarray(np.einsum("tij,tkj,tj->ik", effects, effects, variances), dtype=float)


def _course(part: pd.DataFrame, arms: Sequence[str]) -> Course:
    time, status = part["Time"].to_numpy(dtype=float), part["Status"].to_numpy(dtype=float)
    times = np.unique(time[status > 0])
    columns = []
    for arm in arms:
        here = (part["Arm"] == arm).to_numpy(dtype=bool)
        columns.append([_counted(time[here & chosen], times) for chosen in (status == 1, status > 1)])
        columns[-1].append(len(time[here]) - np.searchsorted(np.sort(time[here]), times, side="left").astype(float))
    events, competing, at_risk = (np.column_stack([each[n] for each in columns]) for n in range(3))
    there = np.where(at_risk > 0, at_risk, 1.0)
    after: Vector = np.asarray(np.cumprod(1 - (events + competing) / there, axis=0), dtype=np.float64)
    first = np.ones((1, len(arms)))
    before = np.concatenate([first, after[:-1]])[: len(times)]
    rises = np.cumsum(before * events / there, axis=0)
    incidence: Vector = np.concatenate([np.zeros_like(first), rises[:-1]])[: len(times)].astype(np.float64)
    return Course(at_risk, events, competing, before, after, incidence)


def _counted(values: Vector, times: Vector) -> Vector:
    held = np.sort(values)
    return (np.searchsorted(held, times, side="right") - np.searchsorted(held, times, side="left")).astype(float)
