"""Score intervals of one proportion, and of the difference and the ratio of two.

scipy is imported where it is called: a study without a binary outcome need not wait for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Interval = tuple[float, float]


def z_value(confidence: float) -> float:
    """Return the quantile of the normal distribution between whose negative and itself this share lies."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(lambda x: _finite(falling(x)), low, high, xtol=1e-14, rtol=1e-14))


def newcombe(x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Interval:
    """Return Newcombe's hybrid score interval of x1/n1 - x2/n2 (his method 10)."""
    p1, p2 = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    low = p1 - p2 - math.hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + math.hypot(high1 - p1, p2 - low2)
    return low, high


def wilson(x: int, n: int, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval of x/n (R: ``prop.test(x, n, correct = FALSE)``)."""
    return wilson_at(x, n, z_value(confidence))


def wilson_at(x: int, n: int, z: float) -> Interval:
    """Return Wilson's score interval of x/n for a quantile of the normal distribution."""
    middle = (x + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(x * (n - x) / n + z * z / 4)
    low = 0.0 if x == 0 else middle - half
    return low, (1.0 if x == n else middle + half)


def miettinen_nurminen(x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Interval:
    """Return the score interval of x1/n1 - x2/n2 with the factor N/(N - 1)."""
    return score_difference(x1, n1, x2, n2, confidence, corrected=True)


def score_difference(x1: int, n1: int, x2: int, n2: int, confidence: float, *, corrected: bool) -> Interval:
    """Return the score interval of x1/n1 - x2/n2: Miettinen and Nurminen's, or without their factor Mee's."""
    z, seen = z_value(confidence), x1 / n1 - x2 / n2

    def score(difference: float) -> float:
        return difference_score(x1, n1, x2, n2, difference, corrected=corrected)

    return crossing(lambda d: score(d) - z, -1.0, seen), crossing(lambda d: score(d) + z, seen, 1.0)


def difference_score(x1: int, n1: int, x2: int, n2: int, difference: float, *, corrected: bool) -> float:
    """Return the normal score of x1/n1 - x2/n2 against a difference, its variance at that difference.

    Farrington and Manning (Stat Med 1990;9:1447-1454); ``corrected``: the variance times N/(N - 1).
    """
    variance = difference_variance(x1, n1, x2, n2, difference, corrected=corrected)
    return standardised(x1 / n1 - x2 / n2 - difference, variance)


def difference_variance(x1: int, n1: int, x2: int, n2: int, difference: float, *, corrected: bool = True) -> float:
    """Return the variance of x1/n1 - x2/n2 at the risks that are most likely under a difference of them."""
    p1, p2 = _restricted_by_difference(x1, n1, x2, n2, difference)
    factor = (n1 + n2) / (n1 + n2 - 1) if corrected else 1.0
    return (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * factor


def crossing(score: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling score crosses zero between two ends, or the end beyond which it would."""
    inner_low, inner_high = low + 1e-12, high - 1e-12
    if inner_low >= inner_high:
        return low
    if score(inner_low) <= 0:
        return low
    if score(inner_high) >= 0:
        return high
    return _root(score, inner_low, inner_high)


def standardised(gap: float, variance: float) -> float:
    """Return a score; at the edge, where the variance vanishes, no gap is no evidence and any gap is all of it."""
    if variance > 0:
        return gap / math.sqrt(variance)
    return math.copysign(math.inf, gap) if gap else 0.0


def _finite(value: float) -> float:
    return max(-1e300, min(1e300, value))


def _restricted_by_difference(x1: int, n1: int, x2: int, n2: int, difference: float) -> Interval:
    """Return the maximum-likelihood p1, p2 under p1 - p2 = difference (the root of a cubic, by cosine)."""
    n = n1 + n2
    b = (n1 + 2 * n2) * difference - n - x1 - x2
    c = (n2 * difference - n - 2 * x2) * difference + x1 + x2
    d = x2 * difference * (1 - difference)
    v = (b / (3 * n)) ** 3 - b * c / (6 * n * n) + d / (2 * n)
    u = math.copysign(math.sqrt(max((b / (3 * n)) ** 2 - c / (3 * n), 0.0)), v)
    angle = (math.pi + math.acos(max(-1.0, min(1.0, v / u**3)))) / 3 if u else math.pi / 2
    p2 = min(max(2 * u * math.cos(angle) - b / (3 * n), 0.0), 1.0)
    return min(max(p2 + difference, 0.0), 1.0), p2


def score_ratio(x1: int, n1: int, x2: int, n2: int, confidence: float, corrected: bool) -> Interval:
    """Return the score interval of (x1/n1) / (x2/n2); the upper limit is infinite without events in the second."""
    z = z_value(confidence)
    factor = (n1 + n2) / (n1 + n2 - 1) if corrected else 1.0

    def score(log_ratio: float) -> float:
        ratio = math.exp(log_ratio)
        p1, p2 = _restricted_by_ratio(x1, n1, x2, n2, ratio)
        variance = (p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2) * factor
        gap = x1 / n1 - ratio * x2 / n2
        return standardised(gap, variance)

    far = 30.0  # beyond any ratio that counts can show
    seen = math.log(x1 / n1 / (x2 / n2)) if x1 and x2 else (far if x1 else -far)
    low = 0.0 if x1 == 0 else math.exp(ratio_end(lambda g: score(g) - z, seen, -1))
    high = math.inf if x2 == 0 else math.exp(ratio_end(lambda g: score(g) + z, seen, 1))
    return low, high


def ratio_end(score: Callable[[float], float], seen: float, side: int) -> float:
    """Return the root of a falling score on one side of the observed log ratio, stepping out until it is held."""
    inner, outer = seen, seen + side
    while score(outer) * side > 0:
        inner, outer = outer, outer + 2 * side
    return _root(score, min(inner, outer), max(inner, outer))


def _restricted_by_ratio(x1: int, n1: int, x2: int, n2: int, ratio: float) -> Interval:
    """Return the maximum-likelihood p1, p2 under p1 = ratio * p2 (the smaller root of a quadratic)."""
    a = (n1 + n2) * ratio
    b = -(n1 * ratio + x1 + n2 + x2 * ratio)
    c = x1 + x2
    p2 = 2 * c / (-b + math.sqrt(max(b * b - 4 * a * c, 0.0)))  # this form loses no digits when a * c is small
    return min(ratio * p2, 1.0), min(p2, 1.0)


def expected_events(n1: int, n2: int, events: int, odds_ratio: float) -> float:
    """Return the first arm's events at an odds ratio, those of both given: the root of a quadratic between their ends.

    Of its two forms the one is taken in which nothing cancels.
    """
    middle = odds_ratio * (n1 + events) + n2 - events
    root = math.sqrt(max(middle**2 - 4 * odds_ratio * (odds_ratio - 1) * n1 * events, 0.0))
    if middle > 0:
        return 2 * odds_ratio * n1 * events / (middle + root)
    return (middle - root) / (2 * (odds_ratio - 1))


def score_odds_ratio(x1: int, n1: int, x2: int, n2: int, confidence: float) -> Interval:
    """Return the score interval of the odds ratio of x1 of n1 to x2 of n2 with the factor N/(N - 1).

    Miettinen and Nurminen (Stat Med 1985;4:213-226). The event and its absence occur; a limit may be 0 or infinite.
    """
    z, events, n = z_value(confidence), x1 + x2, n1 + n2

    def score(log_ratio: float) -> float:
        a = expected_events(n1, n2, events, math.exp(log_ratio))
        cells = (a, n1 - a, events - a, n2 - events + a)
        spread = 1 / sum(1 / cell for cell in cells) if min(cells) > 0 else 0.0
        return standardised(x1 - a, spread * n / (n - 1))

    has_low, has_high = x1 > 0 and x2 < n2, x1 < n1 and x2 > 0
    seen = math.log(x1 * (n2 - x2) / ((n1 - x1) * x2)) if has_low and has_high else 0.0
    low = math.exp(ratio_end(lambda g: score(g) - z, _beyond(score, seen, z, -1), -1)) if has_low else 0.0
    high = math.exp(ratio_end(lambda g: score(g) + z, _beyond(score, seen, z, 1), 1)) if has_high else math.inf
    return low, high


def _beyond(score: Callable[[float], float], seen: float, z: float, side: int) -> float:
    """Return a log ratio on the inner side of a limit: the one seen, or where it is infinite one that is near it."""
    inner = seen
    while (score(inner) + side * z) * side < 0:
        inner -= 2 * side
    return inner
