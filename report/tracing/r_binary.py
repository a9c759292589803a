"""The call in R for the methods of events by arm beyond risks, their ratios and Fisher's test."""

from __future__ import annotations

from collections.abc import Callable

from report.analysis.basis.margins import bounds_of, confidence_of
from report.tracing import r_text as r
from report.tracing.r_gathering import Asked, arms, of_arm, outcomes, strata, two_arms
from report.tracing.r_methods import Expressions, MethodInR, by_level, in_r
from report.tracing.r_participants import participants

PAIR = "x.arm, n.arm, x.ref, n.ref"
TABLE = "rbind(c(x.arm, n.arm - x.arm), c(x.ref, n.ref - x.ref))"
INFORMS = (
    "by.level[, 2] > 0 & by.level[, 4] > 0 & by.level[, 1] + by.level[, 3] > 0"
    " & by.level[, 1] + by.level[, 3] < by.level[, 2] + by.level[, 4]"
)


def _counts(asked: Asked) -> Expressions:
    """Return how many participants of the arm in question have an outcome and how many lack it."""
    here = of_arm(asked.script, asked.row.group1_level) if asked.row.group1_level else ""
    return {"N": "n.arm", "N_miss": f"sum(is.na(has.event[{here}]))"}


def test_in_r(name: str) -> Callable[[MethodInR], MethodInR]:
    """Note a function as that of a test, which may be the planned one: whether p fell below the level is added."""

    def note(made: MethodInR) -> MethodInR:
        return in_r(name)(lambda asked: _decided(asked, made(asked)))

    return note


def _decided(asked: Asked, made: Expressions) -> Expressions:
    planned = asked.endpoint.confirmatory
    return {**made, "significant": f"{made['p.value']} < {r.number(planned.alpha)}"} if planned else made


def _argument(asked: Asked, name: str, usual: str) -> str:
    return str(asked.use.arguments.get(name) or usual)


def _limits(asked: Asked, level: str) -> str:
    """Return the limits of the difference of risks, arm minus reference."""
    interval = _argument(asked, "interval", "miettinen_nurminen")
    asked.script.use("newcombe" if interval == "newcombe" else "score_intervals")
    if interval == "newcombe":
        return f"newcombe({PAIR}, {level})"
    return f"difference_interval({PAIR}, {level}, {'TRUE' if interval == 'miettinen_nurminen' else 'FALSE'})"


def _difference(asked: Asked, level: str) -> Expressions:
    limits = _limits(asked, level)
    return {
        "estimate": "x.arm / n.arm - x.ref / n.ref", "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]",
        "conf.level": level, **_counts(asked),
    }  # fmt: skip


@in_r("risk_difference")
def _risk_difference(asked: Asked) -> Expressions:
    two_arms(asked)
    return _difference(asked, asked.confidence)


def _margin(asked: Asked, usual: float) -> tuple[Expressions, list[str]]:
    """Return what both tests against a margin share, and the p of being above its lower and below its upper bound."""
    alpha, margin = float(str(asked.use.arguments.get("alpha") or usual)), float(str(asked.use.arguments["margin"]))
    low, high = (r.number(bound) for bound in bounds_of(margin))
    shared = {
        **_difference(asked, r.number(confidence_of(alpha))),
        "margin": r.number(margin), "alpha": r.number(alpha),
    }  # fmt: skip
    corrected = "TRUE" if _argument(asked, "interval", "miettinen_nurminen") == "miettinen_nurminen" else "FALSE"
    score = "difference_score({}, " + f"{PAIR}, {corrected})"
    return shared, [f"pnorm({score.format(low)}, lower.tail = FALSE)", f"pnorm({score.format(high)})"]


@test_in_r("non_inferiority_risk")
def _non_inferiority(asked: Asked) -> Expressions:
    two_arms(asked)
    shared, sides = _margin(asked, 0.025)
    return {**shared, "p.value": sides[0 if asked.endpoint.direction == "higher_is_better" else 1]}


@test_in_r("equivalence_risk")
def _equivalence(asked: Asked) -> Expressions:
    two_arms(asked)
    shared, sides = _margin(asked, 0.05)
    return {**shared, "p.value": f"max({', '.join(sides)})"}


@in_r("odds_ratio")
def _odds_ratio(asked: Asked) -> Expressions:
    two_arms(asked)
    interval, level = str(asked.use.arguments["interval"]), asked.confidence
    asked.script.use("odds_ratios")
    sample = "(x.arm * (n.ref - x.ref)) / ((n.arm - x.arm) * x.ref)"
    error = "sqrt(1 / x.arm + 1 / (n.arm - x.arm) + 1 / x.ref + 1 / (n.ref - x.ref))"
    low, high = {
        "exact": (f"conditional_odds({PAIR}, {level})[2]", f"conditional_odds({PAIR}, {level})[3]"),
        "miettinen_nurminen": (f"score_odds({PAIR}, {level})[1]", f"score_odds({PAIR}, {level})[2]"),
        "wald": tuple(f"{sample} * exp({sign}qnorm((1 + {level}) / 2) * {error})" for sign in ("-", "")),
    }[interval]
    estimate = f"conditional_odds({PAIR}, {level})[1]" if interval == "exact" else sample
    return {"estimate": estimate, "conf.low": low, "conf.high": high, "conf.level": level, **_counts(asked)}


@test_in_r("chi_squared")
def _chi_squared(asked: Asked) -> Expressions:
    two_arms(asked)
    correction = _argument(asked, "correction", "none")
    test = f"suppressWarnings(chisq.test({TABLE}, correct = {'TRUE' if correction == 'yates' else 'FALSE'}))"
    factor = " * (n.arm + n.ref - 1) / (n.arm + n.ref)" if correction == "n_minus_1" else ""
    statistic = f"as.numeric({test}$statistic){factor}"
    return {
        "statistic": statistic, "df": "1", "p.value": f"pchisq({statistic}, 1, lower.tail = FALSE)",
        "expected_min": f"min({test}$expected)", **_counts(asked),
    }  # fmt: skip


@test_in_r("boschloo")
def _boschloo(asked: Asked) -> Expressions:
    two_arms(asked)
    asked.script.use("boschloo")
    return {"p.value": f"boschloo({PAIR})", **_counts(asked)}


@in_r("stratified_risk_difference")
def _stratified_difference(asked: Asked) -> Expressions:
    strata(asked, str(asked.endpoint.strata))
    for helper in ("mantel_haenszel", "score_intervals", "strata_of_events"):
        asked.script.use(helper)
    named = {"miettinen_nurminen": "strata_score", "newcombe": "strata_newcombe"}[str(asked.use.arguments["interval"])]
    limits = f"{named}(by.level, {asked.confidence})"
    return {
        **by_level(asked),
        "estimate": "strata_difference(by.level)", "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]",
        "conf.level": asked.confidence, "n_strata": "sum(by.level[, 2] + by.level[, 4] > 0)",
        "n_informative": "nrow(both_arms(by.level))",
    }  # fmt: skip


@in_r("breslow_day")
def _breslow_day(asked: Asked) -> Expressions:
    strata(asked, str(asked.endpoint.strata))
    for helper in ("mantel_haenszel", "strata_of_events"):
        asked.script.use(helper)
    tarone = "TRUE" if _argument(asked, "correction", "tarone") == "tarone" else "FALSE"
    test = f"breslow_day(by.level, {tarone})"
    return {
        "statistic": f"{test}[1]", "df": f"{test}[2]", "p.value": f"{test}[3]",
        "n_informative": f"sum({INFORMS})", "N_miss": "sum(!is.na(has.event) & is.na(level.of))",
    }  # fmt: skip


@test_in_r("trend")
def _trend(asked: Asked) -> Expressions:
    outcomes(asked)
    script = asked.script
    arms(script)
    ids = [arm.id for arm in script.study.design.arms]
    scores = asked.use.arguments.get("scores") or range(1, len(ids) + 1)
    assert isinstance(scores, tuple | range)
    given = ", ".join(r.number(float(str(score))) for score in scores)
    events = ", ".join(f"sum(has.event[{of_arm(script, arm)}], na.rm = TRUE)" for arm in ids)
    totals = ", ".join(f"sum(!is.na(has.event[{of_arm(script, arm)}]))" for arm in ids)
    script.add(f"score.of <- c({given})", f"x.arms <- c({events})", f"n.arms <- c({totals})", "held.arms <- n.arms > 0")
    used = "x.arms[held.arms], n.arms[held.arms], score.of[held.arms]"
    sign = "sign(sum((x.arms - n.arms * sum(x.arms) / sum(n.arms)) * score.of))"
    z = f"{sign} * as.numeric(sqrt(prop.trend.test({used})$statistic))"
    p = f"prop.trend.test({used})$p.value"
    if _argument(asked, "distribution", "asymptotic") == "exact":
        script.package("coin")
        script.add(
            "all.scores <- c(rep(score.of, x.arms), rep(score.of, n.arms - x.arms))",
            "all.events <- factor(rep(1:0, c(sum(x.arms), sum(n.arms - x.arms))))",
        )
        p = "as.numeric(coin::pvalue(coin::independence_test(all.scores ~ all.events, distribution = coin::exact())))"
    return {"statistic": z, "p.value": p, "n": "sum(n.arms)", "N_miss": "sum(is.na(has.event))"}


# --- models ----------------------------------------------------------------------------------------------------------


def modelled(asked: Asked, outcome: str) -> tuple[str, ...]:
    """Add ``d`` of the complete participants with ``has.it`` as their outcome; return what the model adjusts for."""
    participants(asked)
    endpoint, script = asked.endpoint, asked.script
    adjusted = (*endpoint.covariates, *(("stratum",) if endpoint.strata else ()))
    needed = ("y", *adjusted, *(("cluster",) if endpoint.cluster else ()))
    script.add(
        f"is.complete <- complete.cases(d[, {r.texts(needed)}, drop = FALSE])",
        "in.model <- droplevels(d[is.complete, ])",
        f"in.model$has.it <- {outcome}",
    )
    return adjusted


def _fitted(asked: Asked) -> tuple[str, str]:
    """Add a logistic regression; return the coefficient of the arm that is asked for, and its standard error."""
    adjusted = modelled(asked, f"as.numeric(in.model$y == {r.text(asked.endpoint.event)})")
    asked.script.use("logistic")
    terms = " + ".join((*map(r.called, adjusted), "arm"))
    asked.script.add(f"of.fit <- logistic_fit(has.it ~ {terms}, in.model)")
    name = r.text(f"arm{asked.row.group1_level}")
    covariance = "robust_covariance(of.fit, in.model$cluster)" if asked.endpoint.cluster else "vcov(of.fit)"
    return f"coef(of.fit)[[{name}]]", f"sqrt({covariance}[{name}, {name}])"


COUNTED = {
    "n": "nrow(in.model)", "n_event": "sum(in.model$has.it)", "N_miss": "sum(!is.complete)",
    "n_clusters": "length(unique(in.model$cluster))",
}  # fmt: skip


@test_in_r("logistic")
def _logistic(asked: Asked) -> Expressions:
    log_odds, error = _fitted(asked)
    level, name = asked.confidence, r.text(f"arm{asked.row.group1_level}")
    half = f"qnorm((1 + {level}) / 2) * {error}"
    low, high, p = f"exp({log_odds} - {half})", f"exp({log_odds} + {half})", f"2 * pnorm(-abs({log_odds} / {error}))"
    if asked.use.arguments.get("interval") == "profile":
        low, high, p = (f"profile_odds(of.fit, {name}, {level})[{n}]" for n in (1, 2, 3))
    return {
        "estimate": f"exp({log_odds})", "conf.low": low, "conf.high": high, "conf.level": level, "std.error": error,
        "p.value": p, **COUNTED,
    }  # fmt: skip


@test_in_r("standardised_risks")
def _standardised(asked: Asked) -> Expressions:
    _fitted(asked)
    script, level = asked.script, asked.confidence
    script.use("standardised_risks")
    ids = [arm.id for arm in script.study.design.arms]
    reference = str(script.study.design.reference)
    held = [reference, *(arm for arm in ids if arm != reference)]
    at = held.index(asked.row.group1_level) + 1 if asked.row.group1_level else 1
    variance = "covariance_ge" if asked.use.arguments.get("variance") == "ge" else "covariance_ye"
    script.add("risk.of <- colMeans(chances_if(of.fit, in.model))", f"v.of <- {variance}(of.fit, in.model)")
    weights, middle, turned = f"(c(1, -1) / risk.of[c({at}, 1)])", f"log(risk.of[{at}] / risk.of[1])", "exp"
    if asked.use.arguments.get("measure") != "ratio":
        weights, middle, turned = "c(1, -1)", f"risk.of[{at}] - risk.of[1]", ""
    script.add(f"error.of <- as.numeric(sqrt(t({weights}) %*% v.of[c({at}, 1), c({at}, 1)] %*% {weights}))")
    script.add(f"middle.of <- as.numeric({middle})")
    half = f"qnorm((1 + {level}) / 2) * error.of"
    return {
        "risk": f"as.numeric(risk.of[{at}])", "risk.std.error": f"sqrt(v.of[{at}, {at}])",
        "estimate": f"{turned}(middle.of)", "conf.low": f"{turned}(middle.of - {half})",
        "conf.high": f"{turned}(middle.of + {half})", "p.value": "2 * pnorm(-abs(middle.of / error.of))",
        "conf.level": level, **COUNTED,
    }  # fmt: skip
