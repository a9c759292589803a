"""Our models against those of statsmodels, a second opinion beside R: estimates to 1e-6, standard errors where both mean one.

statsmodels is a development tool here: it warns where ours gives a reason, and loads for two thirds of a second.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import Exposures, Participants, Repeated
from report.analysis.counts.count_models import negative_binomial, poisson
from report.analysis.counts.gee import gee
from report.analysis.events.logistic import logistic
from report.analysis.events.proportional_odds import proportional_odds
from report.analysis.numbers.ancova import ancova
from tests.test_edges import key

N = 120
GENERATOR = np.random.Generator(np.random.PCG64(11))
ARM = np.array(["control", "treated"] * (N // 2), dtype=object)
TREATED = (ARM == "treated").astype(float)
AGE = np.round(GENERATOR.normal(50, 10, N))
NAMES = pd.Index([f"p{at:03d}" for at in range(N)])


def stats(answer: Answer) -> dict[str, float]:
    return {key(each): each.stat for each in answer.statistics}  # type: ignore[misc]


def design() -> np.ndarray:
    return np.column_stack([np.ones(N), TREATED, AGE])


def frame(outcome: object, **more: object) -> pd.DataFrame:
    return pd.DataFrame({"Arm": ARM, "Outcome": outcome, "age": AGE, **more}, index=NAMES)


def test_analysis_of_covariance() -> None:
    from statsmodels.regression.linear_model import OLS

    y = 10 - 2 * TREATED + 0.2 * AGE + GENERATOR.normal(0, 3, N)
    theirs = OLS(y, design()).fit()
    ours = stats(ancova(Participants(frame(y), ("control", "treated"), "control", ("age",)), 1, ""))
    assert ours["estimate[treated]"] == pytest.approx(theirs.params[1], rel=1e-9)
    low, high = theirs.conf_int()[1]
    assert (ours["conf.low[treated]"], ours["conf.high[treated]"]) == pytest.approx((low, high), rel=1e-9)
    assert ours["p.value[treated]"] == pytest.approx(theirs.pvalues[1], rel=1e-8)


def test_logistic_regression() -> None:
    from statsmodels.discrete.discrete_model import Logit

    chance = 1 / (1 + np.exp(-(-3 + 0.8 * TREATED + 0.05 * AGE)))
    event = GENERATOR.random(N) < chance
    theirs = Logit(event.astype(float), design()).fit(disp=0, tol=1e-12)
    words = np.where(event, "yes", "no").astype(object)
    people = Participants(frame(words), ("control", "treated"), "control", ("age",), {"Outcome": ("yes", "no")}, "yes")
    ours = stats(logistic(people, 1, ""))
    low, high = np.exp(theirs.conf_int()[1])
    assert ours["estimate[treated]"] == pytest.approx(np.exp(theirs.params[1]), rel=1e-7)
    assert (ours["conf.low[treated]"], ours["conf.high[treated]"]) == pytest.approx((low, high), rel=1e-6)


def test_proportional_odds() -> None:
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    latent = 0.7 * TREATED + GENERATOR.logistic(0, 1, N)
    levels = np.array(["none", "mild", "severe"], dtype=object)
    outcome = levels[np.digitize(latent, (-0.5, 1.0))]
    coded = pd.Series(pd.Categorical(outcome, list(levels), ordered=True))
    theirs = OrderedModel(coded, pd.DataFrame({"treated": TREATED}), distr="logit").fit(
        method="bfgs", disp=0, maxiter=200
    )
    people = Participants(frame(outcome), ("control", "treated"), "control", levels={"Outcome": tuple(levels)})
    ours = stats(proportional_odds(people, 1, ""))
    assert ours["estimate[treated]"] == pytest.approx(float(np.exp(theirs.params.iloc[0])), rel=1e-4)


def counts() -> tuple[np.ndarray, np.ndarray]:
    years = np.round(0.5 + GENERATOR.random(N) * 2, 2)
    rate = np.exp(0.2 - 0.5 * TREATED) * GENERATOR.gamma(2, 0.5, N)
    return GENERATOR.poisson(rate * years).astype(float), years


def test_poisson_and_negative_binomial_regression() -> None:
    from statsmodels.discrete.discrete_model import NegativeBinomial, Poisson

    events, years = counts()
    data = Exposures(frame(events, Exposure=years), ("control", "treated"), "control", ("age",))
    theirs = Poisson(events, design(), exposure=years).fit(disp=0, cov_type="HC0")
    ours = stats(poisson(data, 1, ""))
    assert ours["estimate[treated]"] == pytest.approx(np.exp(theirs.params[1]), rel=1e-6)
    assert ours["conf.high[treated]"] == pytest.approx(np.exp(theirs.conf_int()[1, 1]), rel=1e-4)
    fitted = NegativeBinomial(events, design(), exposure=years).fit(disp=0, maxiter=500, gtol=1e-9)
    of_nb = stats(negative_binomial(data, 1, ""))
    assert of_nb["estimate[treated]"] == pytest.approx(np.exp(fitted.params[1]), rel=1e-4)


def test_generalised_estimating_equations() -> None:
    from statsmodels.genmod.cov_struct import Exchangeable
    from statsmodels.genmod.generalized_estimating_equations import GEE

    own = GENERATOR.normal(0, 2, N)
    week = [5 - TREATED + own + GENERATOR.normal(0, 1, N) for _ in range(2)]
    lines = pd.concat(
        [frame(values, Visit=visit, Participant=NAMES) for visit, values in zip(("w1", "w2"), week, strict=True)]
    )
    people = Repeated(lines.reset_index(drop=True), ("control", "treated"), "control", visits=("w1", "w2"))
    ours = stats(gee(people, 1, "", effect="overall"))
    x = np.column_stack([np.ones(2 * N), np.repeat([0.0, 1.0], N), np.tile(TREATED, 2)])
    theirs = GEE(np.concatenate(week), x, groups=np.tile(np.arange(N), 2), cov_struct=Exchangeable()).fit()
    assert ours["estimate[treated]"] == pytest.approx(theirs.params[2], rel=1e-6)
    assert ours["conf.low[treated]"] == pytest.approx(theirs.conf_int()[2, 0], rel=1e-4)
