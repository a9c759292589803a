"""The Cox model's partial likelihood: its maximum, its information and its score residuals.

Ties are taken as Efron has it (J Am Stat Assoc 1977;72:557-565) or as Breslow has it (Biometrics 1974;30:89-99);
strata have their own baseline hazard. Of each death a share of those tied with it no longer counts at its turn: none
after Breslow; 0, 1/d, 2/d ... of d tied deaths after Efron.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]
Ties = Literal["efron", "breslow"]
MOST_STEPS, MOST_HALVINGS = 100, 40
SMALL_STEP = 1e-10  # standard deviations of a covariate
NO_GAIN = 1e-12  # of the log-likelihood
STILL_MOVING = 1e-3  # standard deviations: what moves so far and gains nothing moves without end
ALIASED = 1e-9  # of a covariate's information; what is left beside the others


@dataclass(frozen=True)
class RiskSets:
    """Everybody by stratum and from the last time to the first, so that sums over risk sets are running sums.

    ``block`` is the number of a row's stratum and time, ``stratum_end`` the block after its stratum's last. ``who`` are
    the rows of the deaths, ``first`` and ``last`` where the risk set of each begins and ends, ``share`` what of its
    tied deaths no longer counts.
    """

    order: Whole
    block: Whole
    stratum_end: Whole
    who: Whole
    first: Whole
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
        running = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
        gone = self.of_ties(values[self.who])[self.tie]
        return running[self.last] - running[self.first] - _weigh(self.share, gone)


def risk_sets(time: Vector, is_death: npt.NDArray[np.bool_], stratum: Whole, ties: Ties) -> RiskSets:
    """Return the risk sets of the deaths in each stratum; there is at least one row."""
    order = np.lexsort((-time, stratum))
    t, s = time[order], stratum[order]
    is_first = np.r_[True, s[1:] != s[:-1]]
    block = np.cumsum(is_first | np.r_[True, t[1:] != t[:-1]]) - 1
    rows = np.arange(len(t))
    begins = np.maximum.accumulate(np.where(is_first, rows, 0))
    _, stratum_sizes = np.unique(s, return_counts=True)
    stratum_end = np.repeat(block[np.cumsum(stratum_sizes) - 1] + 1, stratum_sizes)
    ends = np.searchsorted(block, block, side="right")
    who = np.flatnonzero(is_death[order])
    share = _shares(block[who]) if ties == "efron" else np.zeros(len(who))
    return RiskSets(order, block, stratum_end, who, begins[who], ends[who], share)


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
    log_risk = log_risk - log_risk.max()
    risks = np.exp(log_risk)
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
        if own > ALIASED * largest and left > ALIASED * own:
            kept.append(column)
    return np.array(kept, dtype=np.intp)


def maximise(x: Vector, sets: RiskSets) -> Fit:
    """Return the maximum by Newton's steps, halved where one overshoots; the columns of ``x`` are independent.

    Where the likelihood rises for ever (no event in an arm, say) the coefficients that run away are marked.
    """
    scale = x.std(axis=0)
    scaled, beta = x / scale, np.zeros(x.shape[1])
    at_zero = here = moments(scaled, beta, sets)
    step, is_found = np.full_like(beta, np.inf), False
    for _ in range(MOST_STEPS):
        step = np.linalg.lstsq(here.information, here.score, rcond=1e-15)[0]
        beta, there, step = _uphill(scaled, beta, step, here, sets)
        gain = there.likelihood - here.likelihood
        here = there
        is_found = bool(np.abs(step).max() < SMALL_STEP)
        if is_found or (gain < NO_GAIN * (1 + abs(here.likelihood)) and np.abs(step).max() > STILL_MOVING):
            break
    endless = np.abs(step) > STILL_MOVING if not is_found else np.zeros(len(beta), dtype=bool)
    beta = beta / scale
    return Fit(beta, endless, is_found, moments(x, beta, sets), at_zero)


def _uphill(x: Vector, beta: Vector, step: Vector, here: Moments, sets: RiskSets) -> tuple[Vector, Moments, Vector]:
    """Return where a step leads, halved until the likelihood does not fall."""
    for _ in range(MOST_HALVINGS):
        there = moments(x, beta + step, sets)
        if there.likelihood >= here.likelihood - NO_GAIN * (1 + abs(here.likelihood)):
            return beta + step, there, step
        step = step / 2
    return beta, here, np.zeros_like(beta)


def score_residuals(x: Vector, found: Moments, sets: RiskSets) -> Vector:
    """Return each row's contribution to the score, in the order of the data (Lin and Wei, JASA 1989;84:1074-1078)."""
    up_to, of_mean = (_up_to_own_time(values, sets) for values in (1 / found.total, found.mean / found.total[:, None]))
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


def _up_to_own_time(values: Vector, sets: RiskSets) -> Vector:
    """Return of each row the sum of the deaths' values in its stratum until its own time."""
    blocks = sets.of_ties(values)
    later = np.concatenate([np.cumsum(blocks[::-1], axis=0)[::-1], np.zeros((1, *blocks.shape[1:]))])
    return np.asarray(later[sets.block] - later[sets.stratum_end], dtype=float)
