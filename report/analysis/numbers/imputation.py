"""Multiple imputation of a missing number.

Missing outcomes are drawn from the Bayesian linear regression on what the analysis adjusts for (Rubin, Multiple
Imputation for Nonresponse in Surveys, 1987, example 5.1; R: ``mice(method = "norm")``), within each arm or over all
arms; each completed set is analysed by analysis of covariance, and the answers are pooled by Rubin's rules with the
degrees of freedom of Barnard and Rubin (Biometrika 1999;86:948-955; R: ``mice::pool.scalar``). Participants who lack
what is adjusted for are left out. statsmodels has imputation by chained equations, which with one incomplete variable
is this; written out, the draws are tied to a seed and to the order of the participants.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Le

from report.analysis.basis.methods import Answer, Statistic, level_of, method
from report.analysis.basis.model_columns import adjusted_for, adjusting, has_all, told
from report.analysis.basis.participants import Participants
from report.analysis.basis.t_estimates import TEstimate
from report.analysis.numbers.linear_models import fit
from report.analysis.numbers.means import Confidence
from report.analysis.numbers.samples import mean_key

Vector = npt.NDArray[np.float64]
Draws = Annotated[int, Ge(5), Le(1000)]
Seed = Annotated[int, Ge(0)]
Within = Literal["within_arms", "over_arms"]
FEW = "an arm has too few known values to impute the others from"
SEPARATELY = {"within_arms": "within each arm", "over_arms": "over all arms, with the arm in the model"}


@dataclass(frozen=True)
class Imputer:
    """The regression from which the missing values of some participants are drawn: X of the known, X of the missing."""

    known: npt.NDArray[np.bool_]  # of all rows of the frame: those it is fitted to
    missing: npt.NDArray[np.bool_]
    design: Vector
    outcome: Vector
    missing_design: Vector

    def draw(self, generator: np.random.Generator) -> Vector:
        """Return one draw of the missing values: of the variance, then of the coefficients, then of the values."""
        q, r = np.linalg.qr(self.design)
        coefficients = np.linalg.solve(r, q.T @ self.outcome)
        left = self.outcome - self.design @ coefficients
        df = len(self.outcome) - self.design.shape[1]
        sigma = math.sqrt(float(left @ left) / generator.chisquare(df))
        drawn = coefficients + sigma * np.linalg.solve(r, generator.standard_normal(self.design.shape[1]))
        noise = generator.standard_normal(int(self.missing.sum()))
        return np.asarray(self.missing_design @ drawn + sigma * noise, dtype=float)


@method("multiple_imputation", context="emmeans_mean_difference")
def multiple_imputation(
    people: Participants,
    decimals: int,
    unit: str,
    *,
    seed: Seed,
    draws: Draws = 100,
    imputed: Within = "within_arms",
    confidence: Confidence = 0.95,
) -> Answer:
    """Return least-squares mean differences from the reference, pooled over imputations, assuming missing at random."""
    usable, imputers, why = prepared(people, imputed)
    found = pooled(usable, imputers, seed, draws) if not why else {}
    rows: list[Statistic] = []
    for arm in people.compared:
        pool = found.get(arm, Pool(TEstimate(no_value=why)))
        rows += pool.estimate.interval_rows(
            "Mean difference, multiple imputation", confidence, mean_key(decimals), unit, arm
        )
        rows += pool.estimate.test_rows("Analysis of covariance, multiple imputation", arm)
        rows += pool.rows(arm, mean_key(decimals + 1), unit)
    return Answer(*said(people, imputed), (*rows, *counted(people, usable), *drawn(seed, draws), level_of(confidence)))


def said(people: Participants, imputed: Within) -> tuple[str, str]:
    """Return the name of the method and its sentence."""
    how = f"Bayesian linear regression{told(people).replace(', adjusted for', ' on')}, {SEPARATELY[imputed]}"
    return (
        f"Analysis of covariance (arm minus reference) after multiple imputation of missing outcomes by {how}; pooled "
        "by Rubin’s rules with the degrees of freedom of Barnard and Rubin; assuming missing at random",
        f"Missing outcomes were multiply imputed by {how}, assuming that they are missing at random; each completed "
        "set was analysed by analysis of covariance, and the results were pooled by Rubin’s rules with the degrees of "
        "freedom of Barnard and Rubin.",
    )


@dataclass(frozen=True)
class Pool:
    """A pooled estimate, the share of information that is missing, and the Monte Carlo error of the estimate."""

    estimate: TEstimate
    missing_information: float | None = None
    monte_carlo: float | None = None

    def rows(self, arm: str, key: str, unit: str) -> list[Statistic]:
        """Return what tells how much rests on the imputations."""
        why = self.estimate.why
        return [
            Statistic(
                "missing_information", "Fraction of missing information", self.missing_information, "ratio:3", arm=arm,
                reason=why,
            ),
            Statistic("mc.error", "Monte Carlo error of the estimate", self.monte_carlo, key, unit, arm, reason=why),
        ]  # fmt: skip


def pool(estimates: Sequence[float], variances: Sequence[float], complete_df: float) -> Pool:
    """Return estimates pooled by Rubin's rules (R: ``mice::pool.scalar(rule = "rubin1987")``)."""
    q, u, m = np.array(estimates), np.array(variances), len(estimates)
    between, within = float(np.var(q, ddof=1)), float(u.mean())
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    df = _barnard_rubin(share, m, complete_df)
    relative = (1 + 1 / m) * between / within if within else math.inf
    information = (relative + 2 / (df + 3)) / (1 + relative)
    value = TEstimate(float(q.mean()), math.sqrt(total), df)
    return Pool(value, information, math.sqrt(between / m))


def _barnard_rubin(share: float, m: int, complete: float) -> float:
    """Return the degrees of freedom; ``share`` is that of the variance which the missing values cause."""
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    if share < 1e-12:
        return observed
    old = (m - 1) / share**2
    return old * observed / (old + observed)


def prepared(people: Participants, imputed: Within) -> tuple[Participants, list[Imputer], str]:
    """Return who has all that is adjusted for, the regressions to draw from, and why there is no imputation."""
    needed = (*adjusted_for(people), *(["Cluster"] if "Cluster" in people.frame else []))
    usable = replace(people, frame=people.frame[has_all(people.frame, needed)])
    parts = [[arm] for arm in people.arms] if imputed == "within_arms" else [list(people.arms)]
    imputers = [made for arms in parts if (made := _imputer(usable, arms)) is not None]
    if any(len(each.outcome) <= each.design.shape[1] for each in imputers):
        return usable, [], FEW
    return usable, imputers, ""


def _imputer(people: Participants, arms: Sequence[str]) -> Imputer | None:
    """Return the regression of some arms; None where nothing of theirs is missing."""
    frame = people.frame
    rows = frame["Arm"].isin(list(arms)).to_numpy(dtype=bool)
    gone = frame["Outcome"].isna().to_numpy(dtype=bool)
    if not (rows & gone).any():
        return None
    part = frame[rows]
    own = [(part["Arm"] == arm).to_numpy(dtype=float) for arm in arms if (part["Arm"] == arm).any()]
    design = np.column_stack([*own, adjusting(part, adjusted_for(people), people.levels)])
    known = ~part["Outcome"].isna().to_numpy(dtype=bool)
    kept = independent(design[known])
    outcome = part["Outcome"].to_numpy(dtype=float)[known]
    return Imputer(rows & ~gone, rows & gone, design[known][:, kept], outcome, design[~known][:, kept])


def independent(design: Vector) -> list[int]:
    """Return the columns that say something that those before them do not."""
    kept: list[int] = []
    for column in range(design.shape[1]):
        if np.linalg.matrix_rank(design[:, [*kept, column]]) > len(kept):
            kept.append(column)
    return kept


def completed(people: Participants, imputers: Sequence[Imputer], seed: int, draws: int) -> Iterator[pd.DataFrame]:
    """Yield the completed frames, one a draw: numpy's PCG64 with the seed, arm after arm, draw after draw."""
    generator = np.random.Generator(np.random.PCG64(seed))
    for _ in range(draws):
        outcome = people.frame["Outcome"].to_numpy(dtype=float).copy()
        for each in imputers:
            outcome[each.missing] = each.draw(generator)
        yield people.frame.assign(Outcome=outcome)


def pooled(
    people: Participants, imputers: Sequence[Imputer], seed: int, draws: int, shift: float = 0.0
) -> dict[str, Pool]:
    """Return each compared arm's difference from the reference, pooled; ``shift`` is added to what is imputed there."""
    if not imputers:
        return {arm: _of_everybody(people, arm) for arm in people.compared}
    gone = people.frame["Outcome"].isna() & (people.frame["Arm"] != people.reference)
    found: dict[str, list[TEstimate]] = {arm: [] for arm in people.compared}
    for frame in completed(people, imputers, seed, draws):
        frame.loc[gone, "Outcome"] += shift
        model = fit(replace(people, frame=frame))
        for arm, estimates in found.items():
            estimates.append(model.combination({arm: 1.0, people.reference: -1.0}))
    return {arm: _pool(estimates) for arm, estimates in found.items()}


def _of_everybody(people: Participants, arm: str) -> Pool:
    """Return the difference where no outcome is missing: nothing rests on an imputation."""
    found = fit(people).combination({arm: 1.0, people.reference: -1.0})
    return Pool(found, None if found.why else 0.0, None if found.why else 0.0)


def _pool(estimates: Sequence[TEstimate]) -> Pool:
    """Return pooled estimates; the first one's reason where any has no standard error."""
    for each in estimates:
        if each.why:
            return Pool(TEstimate(no_value=each.why))
    values = [(e.value, e.error, e.df) for e in estimates if e.value is not None and e.error is not None and e.df]
    return pool([value for value, _, _ in values], [error**2 for _, error, _ in values], values[0][2])


def counted(people: Participants, usable: Participants) -> Iterator[Statistic]:
    """Yield of every arm how many are analysed, how many of them with imputed values, and how many are left out."""
    for arm in people.arms:
        there = usable.frame[usable.frame["Arm"] == arm]
        whole = int((people.frame["Arm"] == arm).sum())
        for name, label, n in (
            ("n", "Participants", len(there)),
            ("n_imputed", "Participants with an imputed outcome", int(there["Outcome"].isna().sum())),
            ("N_miss", "Left out, what is adjusted for missing", whole - len(there)),
        ):
            yield Statistic(name, label, n, "count", arm=arm, rests_on="arm")


def drawn(seed: int, draws: int) -> list[Statistic]:
    """Return how many imputations there were, and from which generator and seed."""
    return [
        Statistic("draws", "Imputations", draws, "count"),
        Statistic("seed", "Seed", seed, "count"),
        Statistic("generator", "Generator", "PCG64"),
    ]
