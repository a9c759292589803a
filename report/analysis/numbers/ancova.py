"""Analysis of covariance: least-squares means by arm and their differences from the reference."""

from __future__ import annotations

from report.analysis.basis.methods import Answer, Statistic, level_of, method
from report.analysis.basis.model_columns import told
from report.analysis.basis.participants import Participants
from report.analysis.basis.t_estimates import TEstimate
from report.analysis.numbers.linear_models import Model, Weights, complete, fit
from report.analysis.numbers.means import Confidence
from report.analysis.numbers.samples import counts, mean_key

SHARES = {"equal": "at equal shares of their levels", "observed": "at the observed shares of their levels"}
ROBUST = "cluster-robust standard errors (CR1) with one degree of freedom less than there are clusters"


@method("ancova", context="emmeans_mean_difference")
def ancova(
    people: Participants, decimals: int, unit: str, *, weights: Weights = "equal", confidence: Confidence = 0.95
) -> Answer:
    """Return least-squares means by arm, their differences from the reference, t intervals and two-sided p.

    The model is linear in arm, the baseline value where the endpoint is a change, the covariates and the strata; it has
    no interaction, and takes who has all of these (complete cases). Numbers stand at their mean, categories at equal
    shares of their levels (SAS LSMEANS) or, with ``observed``, at those of the participants in the model. With a
    cluster the standard errors are cluster-robust. R: ``lm``, ``emmeans``, ``sandwich::vcovCL``; SAS PROC GLM.
    """
    model = fit(people, weights)
    rows = [row for arm in people.arms for row in _mean(model, arm, decimals, unit, confidence)]
    for arm in people.compared:
        found = model.combination({arm: 1.0, people.reference: -1.0})
        rows += found.interval_rows("Least-squares mean difference", confidence, mean_key(decimals), unit, arm)
        rows += found.test_rows("Analysis of covariance", arm)
    rows += [*used(people), *of_model(model), Statistic("weights", "Weights", weights), level_of(confidence)]
    return Answer(*_said(people, model, weights), tuple(rows))


def _said(people: Participants, model: Model, weights: Weights) -> tuple[str, str]:
    adjusted = told(people)
    shares = f" and categories {SHARES[weights]}" if people.categories or "Stratum" in people.frame else ""
    name = f"Analysis of covariance (arm minus reference){adjusted}, complete cases, numbers at their mean{shares}"
    those = "all of these" if adjusted else "an outcome"
    sentence = (
        f"Means were compared by analysis of covariance (a linear model of the arm{adjusted}, without interactions) in "
        f"participants with {those}; least-squares means take numbers at their mean{shares}"
    )
    if not model.clusters:
        return f"{name}, t intervals and tests, two-sided", f"{sentence}; intervals and tests are those of t."
    return f"{name}, {ROBUST}, two-sided", f"{sentence}; intervals and tests are those of t, from {ROBUST}."


def _mean(model: Model, arm: str, decimals: int, unit: str, confidence: float) -> list[Statistic]:
    """Return the least-squares mean of an arm, its standard error and its limits."""
    found: TEstimate = model.combination({arm: 1.0})
    low, high = (None, None) if found.why else found.limits(confidence)
    key = f"mean:{decimals + 1}"
    error = None if found.why else found.error
    return [
        Statistic("ls_mean", "Least-squares mean", found.value, key, unit, arm, reason=found.no_value),
        Statistic("ls_mean.std.error", "SE", error, key, unit, arm, reason=found.why),
        Statistic("ls_mean.conf.low", "Lower limit", low, key, unit, arm, reason=found.why),
        Statistic("ls_mean.conf.high", "Upper limit", high, key, unit, arm, reason=found.why),
    ]


def used(people: Participants) -> list[Statistic]:
    """Return of every arm how many participants are in the model, and how many lack what it needs."""
    there, whole = complete(people)["Arm"], people.frame["Arm"]
    return [
        each
        for arm in people.arms
        for each in counts(arm, int((there == arm).sum()), int((whole == arm).sum() - (there == arm).sum()))
    ]


def of_model(model: Model) -> list[Statistic]:
    """Return how many clusters there are, where there are some, and which terms could not be estimated."""
    rows = [Statistic("n_clusters", "Clusters", model.clusters, "count")] if model.clusters else []
    if model.dropped:
        rows.append(Statistic("left_out_of_model", "Adjusted for in vain", ", ".join(model.dropped)))
    return rows
