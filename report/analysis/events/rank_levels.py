"""Rank methods of ordered levels: each level counts as its place in the declared order, so that all ties are kept."""

from __future__ import annotations

from dataclasses import replace

from report.analysis.basis.methods import Answer, method
from report.analysis.basis.participants import Participants
from report.analysis.events.two_by_two import Confidence
from report.analysis.numbers.rank_estimates import Winning, win_probability
from report.analysis.numbers.rank_tests import Continuity, Distribution, kruskal_wallis, mann_whitney


def in_places(people: Participants) -> Participants:
    """Return the participants with each level as its place, 1 for the one declared first; missing ones stay missing."""
    places = {level: float(place) for place, level in enumerate(people.levels["Outcome"], 1)}
    outcome = people.frame["Outcome"].map(places).astype(float)
    return replace(people, frame=people.frame.assign(Outcome=outcome))


@method("mann_whitney_levels", context="stats_wilcox_test")
def mann_whitney_levels(
    people: Participants,
    decimals: int,
    unit: str,
    *,
    distribution: Distribution,
    continuity: Continuity = "corrected",
) -> Answer:
    """Return the two-sided Mann-Whitney test of the levels of each arm against the reference, in declared order.

    The arguments are those of ``mann_whitney``.
    """
    return mann_whitney(in_places(people), 0, unit, distribution=distribution, continuity=continuity)


@method("win_probability_levels", context="win_probability")
def win_probability_levels(
    people: Participants, decimals: int, unit: str, *, interval: Winning = "newcombe", confidence: Confidence = 0.95
) -> Answer:
    """Return the probability that a level of the arm is higher than one of the reference, ties as half.

    Higher levels are those declared later. The arguments are those of ``win_probability``.
    """
    return win_probability(in_places(people), decimals, unit, interval=interval, confidence=confidence)


@method("kruskal_wallis_levels", context="stats_kruskal_test")
def kruskal_wallis_levels(people: Participants, decimals: int, unit: str) -> Answer:
    """Return the Kruskal-Wallis test of the levels of all arms, in declared order."""
    return kruskal_wallis(in_places(people), 0, unit)
