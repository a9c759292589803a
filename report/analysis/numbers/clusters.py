"""How alike participants of one cluster are: the intracluster correlation and the design effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.participants import Participants
from report.analysis.numbers.means import Confidence

NO_CLUSTERS = "the endpoint names no cluster"
NO_SPREAD = "the values have no spread"
TOO_FEW = "there are no two clusters in any arm"
ALONE = "no cluster has two participants"
Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@method("icc", context="icc")
def icc(people: Participants, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the intracluster correlation within arms, by the analysis of variance, and the design effect.

    (MSC - MSW)/(MSC + (m0 - 1)MSW) from the mean squares between and within clusters pooled over the arms (Donner &
    Klar, Design and Analysis of Cluster Randomization Trials, 2000, 1.4 and 6.2); it may be below 0. The interval is
    Searle's from F, exact for clusters of equal size. The design effect is 1 + (m - 1) ICC, m the size of the
    cluster that an average participant is in.
    """
    frame = people.frame.dropna(subset=["Outcome", "Cluster"]) if "Cluster" in people.frame else people.frame[:0]
    why = _hindrance(people, frame)
    estimate, low, high, effect = (None,) * 4 if why else _correlation(frame, confidence)
    rows = [
        *with_limits("Intracluster correlation", (estimate, low, high), "mean:3", [why] * 3),
        Statistic("design_effect", "Design effect", effect, "mean:2", reason=why),
    ]
    rows += [row for arm in people.arms for row in _sizes(people, frame, arm)]
    return Answer(
        "Intracluster correlation within arms (analysis of variance), Searle’s interval; design effect",
        "The intracluster correlation was estimated within arms by the analysis of variance, with Searle’s confidence "
        "interval.",
        (*rows, level_of(confidence)),
    )


def _hindrance(people: Participants, frame: pd.DataFrame) -> str:
    if "Cluster" not in people.frame:
        return NO_CLUSTERS
    per_arm = frame.groupby("Arm")["Cluster"].nunique()
    if len(per_arm) == 0 or per_arm.max() < 2:
        return TOO_FEW
    if frame.groupby(["Arm", "Cluster"]).size().max() < 2:
        return ALONE
    return NO_SPREAD if _squares(frame)[1] + _squares(frame)[0] == 0 else ""


def _squares(frame: pd.DataFrame) -> tuple[float, float]:
    """Return the sums of squares between the clusters of an arm, and within clusters; of equal values exactly 0."""
    by_arm, by_cluster = frame.groupby("Arm")["Outcome"], frame.groupby(["Arm", "Cluster"])["Outcome"]
    is_even = by_cluster.transform("max") == by_cluster.transform("min")
    within = (frame["Outcome"] - by_cluster.transform("mean")).where(~is_even, 0.0)
    is_flat = by_arm.transform("max") == by_arm.transform("min")
    between = (by_cluster.transform("mean") - by_arm.transform("mean")).where(~is_flat, 0.0)
    return float((between**2).sum()), float((within**2).sum())


def _correlation(frame: pd.DataFrame, confidence: float) -> tuple[float, float, float, float]:
    sizes = frame.groupby(["Arm", "Cluster"]).size()
    arms, clusters, n = frame["Arm"].nunique(), len(sizes), len(frame)
    between, within = _squares(frame)
    msc, msw = between / (clusters - arms), within / (n - clusters)
    of_arm = sizes.groupby(level="Arm")
    m0 = (n - float((of_arm.apply(lambda m: (m**2).sum()) / of_arm.sum()).sum())) / (clusters - arms)
    estimate = (msc - msw) / (msc + (m0 - 1) * msw)
    low, high = _searle(msc, msw, m0, clusters - arms, n - clusters, confidence)
    return estimate, low, high, 1 + (float((sizes**2).sum()) / n - 1) * estimate


def _searle(msc: float, msw: float, m0: float, between: int, within: int, confidence: float) -> tuple[float, float]:
    """Return the limits of the correlation from those of F; where nothing varies within clusters, both are 1."""
    from scipy.special import fdtri

    if msw == 0:
        return 1.0, 1.0
    f, tail = msc / msw, (1 - confidence) / 2
    above, below = f / float(fdtri(between, within, 1 - tail)), f / float(fdtri(between, within, tail))
    return (above - 1) / (above + m0 - 1), (below - 1) / (below + m0 - 1)


def _sizes(people: Participants, frame: pd.DataFrame, arm: str) -> list[Statistic]:
    """Return of an arm how many clusters and participants there are, and how many are left out."""
    here = frame[frame["Arm"] == arm]
    whole = int((people.frame["Arm"] == arm).sum())
    clusters = int(here["Cluster"].nunique()) if "Cluster" in here else 0
    return [
        Statistic("n_clusters", "Clusters", clusters, "count", arm=arm, rests_on="arm"),
        Statistic("n", "Participants", len(here), "count", arm=arm, rests_on="arm"),
        Statistic("N_miss", "Left out, a value missing", whole - len(here), "count", arm=arm, rests_on="arm"),
    ]
