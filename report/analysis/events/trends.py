"""The trend of a binary outcome over ordered arms: the Cochran-Armitage test, by the normal distribution or exactly.

Armitage (Biometrics 1955;11:375-386). The statistic is the sum over arms of score times events; its variance, with all
events given, has N and not N - 1 (SAS PROC FREQ TREND; R: ``prop.trend.test``, whose chi-squared is its square).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

import numpy as np

from report.analysis.basis.exact import FORGIVEN, log_choose
from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.events.exact_tests import at_least
from report.analysis.events.two_by_two import ArmCount, EventCounts

ALIKE = "all or none of the participants had the event"
ONE_ARM = "fewer than two arms with different scores have a participant with an outcome"
TOO_MANY = "more sums of scores are possible than the exact test is computed for"
MOST_SUMS = 500_000
SAID = {"asymptotic": "normal approximation", "exact": "exact, all events given"}


@method("trend", context="stats_trend_test")
def trend(
    counts: EventCounts,
    decimals: int,
    unit: str,
    *,
    scores: tuple[float, ...] = (),
    distribution: Literal["asymptotic", "exact"] = "asymptotic",
) -> Answer:
    """Return the two-sided Cochran-Armitage test of a trend over all arms; Z is above zero where risks rise.

    ``scores`` are the arms' scores in declared order, such as [0, 50, 100]; without them 1, 2, 3 and so on. ``exact``:
    the chance, all events given, of a sum of scores at least as far from the expected one.
    """
    given = _scores(scores, len(counts.arms))
    arms = list(zip(counts.arms, given or (), strict=bool(given)))
    why = _hindrance(arms) if given else f"{len(counts.arms)} arms need as many scores"
    z = None if why else _z(arms)
    p, p_why = (None, why) if why else _p(arms, distribution)
    said = f"scores {', '.join(f'{score:g}' for score in scores)}" if scores else "arms scored in their declared order"
    return Answer(
        f"Cochran-Armitage test of trend, two-sided, {said}, {SAID[distribution]}",
        f"A trend over the arms was tested by the two-sided Cochran-Armitage test ({said}; {SAID[distribution]}).",
        (
            Statistic("statistic", "Cochran-Armitage Z", z, "fixed:2", reason=why),
            Statistic("p.value", "Cochran-Armitage test of trend", p, "p", reason=p_why),
            Statistic("n", "Participants with an outcome", sum(arm.total for arm in counts.arms), "count"),
            Statistic("N_miss", "Outcome missing", sum(arm.missing for arm in counts.arms), "count"),
            Statistic("alternative", "Alternative", "two.sided"),
        ),
    )


Scored = list[tuple[ArmCount, Fraction]]


def _scores(scores: tuple[float, ...], arms: int) -> list[Fraction] | None:
    """Return the scores as written, or 1, 2, 3 and so on; None where they are not one for each arm."""
    if not scores:
        return [Fraction(number) for number in range(1, arms + 1)]
    return [Fraction(str(score)) for score in scores] if len(scores) == arms else None


def _hindrance(arms: Scored) -> str:
    peopled = {score for arm, score in arms if arm.total}
    events, n = _sums(arms)
    return ONE_ARM if len(peopled) < 2 else ALIKE if events in (0, n) else ""


def _sums(arms: Scored) -> tuple[int, int]:
    return sum(arm.events for arm, _ in arms), sum(arm.total for arm, _ in arms)


def _z(arms: Scored) -> float:
    events, n = _sums(arms)
    centre = sum(arm.total * score for arm, score in arms) / n
    beyond = sum((arm.events - Fraction(arm.total * events, n)) * score for arm, score in arms)
    spread = sum(arm.total * (score - centre) ** 2 for arm, score in arms)
    variance = Fraction(events * (n - events), n * n) * spread
    return float(beyond) / math.sqrt(variance)


def _p(arms: Scored, distribution: str) -> tuple[float | None, str]:
    from scipy.special import erfc

    if distribution == "asymptotic":
        return at_least(float(erfc(abs(_z(arms)) / math.sqrt(2)))), ""
    return _exact_p(arms)


def _exact_p(arms: Scored) -> tuple[float | None, str]:
    """Return the exact p: the sums of whole scores of each number of events are counted arm by arm."""
    least = min(score for _, score in arms)
    per = math.lcm(*(score.denominator for _, score in arms))
    whole = [(arm, int((score - least) * per)) for arm, score in arms if arm.total]
    step = math.gcd(*(score for _, score in whole)) or 1
    whole = [(arm, score // step) for arm, score in whole]
    events, n = _sums(arms)
    largest = sum(min(arm.total, events) * score for arm, score in whole)
    if (events + 1) * (largest + 1) > MOST_SUMS:
        return None, TOO_MANY
    expected = Fraction(events * sum(arm.total * score for arm, score in whole), n)
    return _beyond(whole, events, largest, expected), ""


def _beyond(whole: list[tuple[ArmCount, int]], events: int, largest: int, expected: Fraction) -> float:
    chances = np.zeros((events + 1, largest + 1))
    chances[0, 0] = 1.0
    taken = 0
    for arm, score in whole:
        chances, taken = _with_arm(chances, taken, arm.total, score, events), taken + arm.total
    seen = sum(arm.events * score for arm, score in whole)
    far = np.abs(np.arange(largest + 1) - float(expected)) * FORGIVEN >= abs(float(seen - expected))
    return at_least(float(chances[events][far].sum() / chances[events].sum()))


def _with_arm(chances: np.ndarray, taken: int, size: int, score: int, events: int) -> np.ndarray:
    """Return the chances of every number of events and sum of scores after one arm more, all scaled alike."""
    more = np.zeros_like(chances)
    ways = log_choose(size, np.arange(min(size, events) + 1))
    for x, way in enumerate(np.exp(ways - ways.max())):
        width = chances.shape[1] - x * score
        if width > 0:
            more[x:, x * score :] += way * chances[: chances.shape[0] - x, :width]
    return np.asarray(more / more.max())
