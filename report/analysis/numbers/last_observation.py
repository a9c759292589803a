"""The last observation carried forward: a sensitivity analysis, named for what it is and never the primary one.

A single value claims to know what is missing, so that intervals are too narrow (National Research Council, The
Prevention and Treatment of Missing Data in Clinical Trials, 2010).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from report.analysis.basis.methods import Answer, Statistic, level_of, method
from report.analysis.basis.participants import Participants, Repeated
from report.analysis.numbers.linear_models import fit
from report.analysis.numbers.means import Confidence
from report.analysis.numbers.samples import counts, mean_key


@method("last_observation", context="emmeans_mean_difference")
def last_observation(people: Repeated, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the analysis of covariance at the last visit, a missing value replaced by the last one known before it.

    The value from which changes count is not carried forward: who has no later value is left out.
    """
    frame, carried = _carried(people)
    whole = Participants(frame, people.arms, people.reference, people.covariates, people.levels, "", people.hoped_for)
    model = fit(whole)
    rows: list[Statistic] = []
    for arm in people.compared:
        found = model.combination({arm: 1.0, people.reference: -1.0})
        label = "Mean difference, last observation carried forward"
        rows += found.interval_rows(label, confidence, mean_key(decimals), unit, arm)
        rows += found.test_rows("Analysis of covariance, last observation carried forward", arm)
    return Answer(
        "Analysis of covariance at the last visit (arm minus reference), last observation carried forward",
        "As a sensitivity analysis, missing values at the last visit were replaced by the last one known before it "
        "(last observation carried forward) and compared by analysis of covariance.",
        (*rows, *_of_arms(whole, carried), level_of(confidence)),
    )


def _carried(people: Repeated) -> tuple[pd.DataFrame, pd.Series]:
    """Return a row a participant with the last known outcome, and whether it was carried forward."""
    ordered = people.frame.assign(Visit=pd.Categorical(people.frame["Visit"], list(people.visits), ordered=True))
    ordered = ordered.sort_values(["Participant", "Visit"], kind="stable").set_index("Participant")
    last = ordered[ordered["Visit"] == people.visits[-1]].copy() if people.visits else ordered
    known = ordered.dropna(subset=["Outcome"])
    latest = known["Outcome"].groupby(level=0, sort=False).last().reindex(last.index)
    carried = last["Outcome"].isna() & latest.notna()
    last["Outcome"] = latest.astype(float)
    return last.drop(columns=["Visit"]), carried


def _of_arms(people: Participants, carried: pd.Series) -> Iterator[Statistic]:
    for arm in people.arms:
        theirs = people.frame["Arm"] == arm
        known = people.frame.loc[theirs, "Outcome"].notna()
        yield from counts(arm, int(known.sum()), int((~known).sum()))
        label = "Participants whose last value was carried forward"
        yield Statistic("n_carried", label, int(carried[theirs].sum()), "count", arm=arm, rests_on="arm")
