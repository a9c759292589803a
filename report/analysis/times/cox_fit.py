"""The Cox model's partial likelihood: its maximum, its information and its score residuals.

Ties are taken as Efron has it (J Am Stat Assoc 1977;72:557-565) or as Breslow has it (Biometrics 1974;30:89-99);
strata have their own baseline hazard. Of each death a share of those tied with it no longer counts at its turn: none
after Breslow; 0, 1/d, 2/d ... of d tied deaths after Efron.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]
Ties = Literal["efron", "breslow"]
MOST_STEPS, MOST_HALVINGS = 100, 40
LONGEST = 5.0  # standard deviations of a covariate, of one step
FARTHEST = 20.0  # the logarithm of a hazard ratio over all of a covariate's range: larger ones have no end
LEAST = -690.0  # the logarithm of the smallest risk beside the largest
SMALL_STEP = 1e-10  # standard deviations of a covariate
NO_GAIN = 1e-9  # of the log-likelihood
STILL_MOVING = 1e-3  # standard deviations: what moves so far and gains nothing moves without end
ROUNDING = 1e-13  # of the log-likelihood: a fall that is none
LOST = 1e-7  # of the information at zero; what has less left has no finite coefficient
ALIASED = 1e-9  # of a covariate's information; what is left beside the others


@dataclass(frozen=True)
class RiskSets:
    """Everybody by stratum and from the last time to the first, so that sums over risk sets are running sums.

    ``block`` is the number of a row's stratum and time. ``strata`` are the rows of each stratum. ``who`` are the rows
    of the deaths, ``last`` where the risk set of each ends (it begins with its stratum), ``share`` what of its tied
    deaths no longer counts. Sums never run over two strata, whose risks may differ by many powers of ten.
    """

    order: Whole
    block: Whole
    strata: tuple[slice, ...]
    who: Whole
    last: Whole
    share: Vector

    @property
    def tie(self) -> Whole:
        """The block of each death."""
        return self.block[self.who]

    def of_ties(self, values: Vector) -> Vector:
        """Return the sum of the deaths' values over each block."""
        made = np.zeros((int(self.block[-1]) + 1, *values.shape[1:]))
        np.add.at(made, self.tie, values)
        return made

    def at_risk(self, values: Vector) -> Vector:
        """Return the sum of the rows' values over each death's risk set, less the share of its tied deaths."""
        running = np.concatenate([np.cumsum(values[rows], axis=0) for rows in self.strata])
        gone = self.of_ties(values[self.who])[self.tie]
        return np.asarray(running[self.last] - _weigh(self.share, gone), dtype=float)

    def until_own_time(self, values: Vector) -> Vector:
        """Return of each row the sum of the deaths' values in its stratum until its own time."""
        blocks, made = self.of_ties(values), np.empty((len(self.block), *values.shape[1:]))
        for rows in self.strata:
            first, last = self.block[rows.start], self.block[rows.stop - 1]
            later = np.cumsum(blocks[first : last + 1][::-1], axis=0)[::-1]
            made[rows] = later[self.block[rows] - first]
        return made


def risk_sets(time: Vector, is_death: npt.NDArray[np.bool_], stratum: Whole, ties: Ties) -> RiskSets:
    """Return the risk sets of the deaths in each stratum; there is at least one row."""
    order = np.lexsort((-time, stratum))
    t, s = time[order], stratum[order]
    is_first = np.r_[True, s[1:] != s[:-1]]
    block = np.cumsum(is_first | np.r_[True, t[1:] != t[:-1]]) - 1
    bounds = np.append(np.flatnonzero(is_first), len(t)).tolist()
    strata = tuple(slice(start, stop) for start, stop in pairwise(bounds))
    last = np.searchsorted(block, block, side="right") - 1
    who = np.flatnonzero(is_death[order])
    share = _shares(block[who]) if ties == "efron" else np.zeros(len(who))
    return RiskSets(order, block, strata, who, last[who], share)


def _shares(tie: Whole) -> Vector:
    """Return of each death which share of those tied with it comes before it; tied deaths stand together."""
    _, begins, sizes = np.unique(tie, return_index=True, return_counts=True)
    turn = np.arange(len(tie)) - np.repeat(begins, sizes)
    return turn / np.repeat(sizes, sizes)


def _weigh(weights: Vector, values: Vector) -> Vector:
    """Return values times a weight for each row, whatever their shape."""
    return values * weights.reshape(-1, *([1] * (values.ndim - 1)))


@dataclass(frozen=True)
class Moments:
    """What holds at some coefficients: the log-likelihood and everybody's risk.

    Of each death: the sum of the risks in its risk set, the mean and the variance of the covariates there, and how far
    its own covariates lie from that mean.
    """

    likelihood: float
    risks: Vector
    total: Vector
    mean: Vector
    variance: Vector
    scores: Vector

    @property
    def score(self) -> Vector:
        """The score of all deaths."""
        return np.asarray(self.scores.sum(axis=0), dtype=float)

    @property
    def information(self) -> Vector:
        """The information of all deaths."""
        return np.asarray(self.variance.sum(axis=0), dtype=float)


def moments(x: Vector, beta: Vector, sets: RiskSets) -> Moments:
    """Return the moments at some coefficients; ``x`` is in the order of the risk sets."""
    log_risk = x @ beta
    for rows in sets.strata:  # of each stratum only the differences count
        log_risk[rows] -= log_risk[rows].max()
    risks = np.exp(np.maximum(log_risk, LEAST))
    total = sets.at_risk(risks)
    mean = sets.at_risk(_weigh(risks, x)) / total[:, None]
    second = sets.at_risk(_weigh(risks, x[:, :, None] * x[:, None, :])) / total[:, None, None]
    variance = second - mean[:, :, None] * mean[:, None, :]
    likelihood = float((log_risk[sets.who] - np.log(total)).sum())
    return Moments(likelihood, risks, total, mean, variance, x[sets.who] - mean)


@dataclass(frozen=True)
class Fit:
    """A maximum: coefficients, which of them have no end, and the moments there; of the columns that are told apart."""

    beta: Vector
    endless: npt.NDArray[np.bool_]
    is_found: bool
    moments: Moments
    at_zero: Moments


def independent(information: Vector) -> Whole:
    """Return the columns that are not combinations of those before them, nor without any information."""
    kept: list[int] = []
    largest = float(np.diag(information).max(initial=0.0))
    for column in range(len(information)):
        own, beside = information[column, column], information[kept, column]
        left = own - beside @ np.linalg.solve(information[np.ix_(kept, kept)], beside) if kept else own
        if own > ALIASED * max(1.0, largest) and left > ALIASED * own:
            kept.append(column)
    return np.array(kept, dtype=np.intp)


def maximise(x: Vector, sets: RiskSets) -> Fit:
    """Return the maximum by Newton's steps, halved where one overshoots; the columns of ``x`` are independent.

    Where the likelihood rises for ever (no event in an arm, say), steps stay as long as they were while nothing more
    is gained: the coefficients that run away are marked, and those of which no information is left.
    """
    scale = x.std(axis=0)
    scaled, beta = x / scale, np.zeros(x.shape[1])
    at_zero = here = moments(scaled, beta, sets)
    step, is_found, is_endless = np.full_like(beta, np.inf), False, False
    for _ in range(MOST_STEPS):
        before = np.abs(step).max()
        beta, there, step = _uphill(scaled, beta, _newton(here), here, sets)
        is_stuck = there is here
        gain, here = there.likelihood - here.likelihood, there
        is_found = bool(np.abs(step).max() < SMALL_STEP) and not is_stuck
        is_endless = gain < NO_GAIN * (1 + abs(here.likelihood)) and np.abs(step).max() > max(STILL_MOVING, before / 4)
        if is_found or is_endless or is_stuck:
            break
    moving = (np.abs(step) > STILL_MOVING) & is_endless | (np.abs(beta) * np.ptp(scaled, axis=0) > FARTHEST)
    endless = ~_informed(here.information, at_zero.information, moving)
    beta = beta / scale
    return Fit(beta, endless, is_found and not endless.any(), moments(x, beta, sets), at_zero)


def _newton(here: Moments) -> Vector:
    """Return Newton's step, shortened where it is very long."""
    step = np.asarray(np.linalg.lstsq(here.information, here.score, rcond=1e-14)[0], dtype=float)
    return step * min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))


def _informed(information: Vector, at_zero: Vector, moving: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which coefficients stay and have some of the information left that they had at zero, beside the others."""
    kept: list[int] = []
    for column in np.flatnonzero(~moving).tolist():
        own, beside = information[column, column], information[kept, column]
        left = own - beside @ np.linalg.solve(information[np.ix_(kept, kept)], beside) if kept else own
        if left > LOST * at_zero[column, column]:
            kept.append(column)
    found = np.zeros(len(moving), dtype=bool)
    found[kept] = True
    return found


def _uphill(x: Vector, beta: Vector, step: Vector, here: Moments, sets: RiskSets) -> tuple[Vector, Moments, Vector]:
    """Return where a step leads, halved until the likelihood does not fall; nowhere where it falls all the way."""
    for _ in range(MOST_HALVINGS):
        there = moments(x, beta + step, sets)
        if there.likelihood >= here.likelihood - ROUNDING * (1 + abs(here.likelihood)):
            return beta + step, there, step
        step = step / 2
    return beta, here, step


def score_residuals(x: Vector, found: Moments, sets: RiskSets) -> Vector:
    """Return each row's contribution to the score, in the order of the data (Lin and Wei, JASA 1989;84:1074-1078)."""
    up_to, of_mean = map(sets.until_own_time, (1 / found.total, found.mean / found.total[:, None]))
    made = -_weigh(found.risks, x * up_to[:, None] - of_mean)
    less = sets.share / found.total
    of_tie, mean_of_tie = sets.of_ties(less), sets.of_ties(_weigh(less, found.mean))
    deaths, who = sets.of_ties(np.ones(len(sets.who))), sets.who
    average = sets.of_ties(found.mean)[sets.tie] / deaths[sets.tie][:, None]
    given_back = _weigh(found.risks[who], x[who] * of_tie[sets.tie][:, None] - mean_of_tie[sets.tie])
    made[who] += x[who] - average + given_back
    placed = np.empty_like(made)
    placed[sets.order] = made
    return placed
