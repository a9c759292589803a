"""The call in R for the methods of numbers of events."""

from __future__ import annotations

from report.tracing import r_text as r
from report.tracing.r_gathering import Asked
from report.tracing.r_methods import Expressions, in_r
from report.tracing.r_participants import exposures

SEEN = "!is.na(d$y) & !is.na(d$exposure) & d$exposure > 0"


def _arm(asked: Asked) -> str:
    return r.text(asked.row.group1_level)


def _reference(asked: Asked) -> str:
    return r.text(asked.script.study.design.reference or "")


def decided(asked: Asked, p: str) -> Expressions:
    """Return p, and whether it fell below the planned level of a confirmatory test."""
    planned = asked.endpoint.confirmatory
    return {"p.value": p, **({"significant": f"{p} < {r.number(planned.alpha)}"} if planned else {})}


@in_r("event_rates")
def _event_rates(asked: Asked) -> Expressions:
    exposures(asked)
    asked.script.add(
        f"seen.of <- {SEEN}", f"here.of <- d$arm %in% {_arm(asked)}", "y.of <- d$y[seen.of & here.of]",
        "t.of <- sum(d$exposure[seen.of & here.of])",
    )  # fmt: skip
    per = r.number(float(str(asked.use.arguments.get("per", 1))))
    limits = f"{per} * poisson.test(sum(y.of), t.of, conf.level = {asked.confidence})$conf.int"
    return {
        "n_event": "sum(y.of)", "n": "sum(y.of > 0)", "N": "length(y.of)", "p": "mean(y.of > 0)",
        "N_miss": "sum(here.of & !seen.of)", "exposure": "t.of", "mean": "mean(y.of)", "sd": "sd(y.of)",
        "max": "max(y.of)", "estimate": f"{per} * sum(y.of) / t.of", "conf.low": f"({limits})[1]",
        "conf.high": f"({limits})[2]", "conf.level": asked.confidence,
    }  # fmt: skip


@in_r("rate_ratio_by_arm")
def _rate_ratio_by_arm(asked: Asked) -> Expressions:
    exposures(asked)
    asked.script.add(f"seen.of <- {SEEN}")
    for tail, arm in (("arm", _arm(asked)), ("ref", _reference(asked))):
        asked.script.add(
            f"x.{tail} <- sum(d$y[seen.of & d$arm %in% {arm}])",
            f"t.{tail} <- sum(d$exposure[seen.of & d$arm %in% {arm}])",
        )
    test = f"poisson.test(c(x.arm, x.ref), c(t.arm, t.ref), conf.level = {asked.confidence})"
    return {
        "estimate": "(x.arm / t.arm) / (x.ref / t.ref)", "conf.low": f"{test}$conf.int[1]",
        "conf.high": f"{test}$conf.int[2]", "conf.level": asked.confidence, **decided(asked, f"{test}$p.value"),
    }  # fmt: skip


def _fitted_to(asked: Asked) -> str:
    """Add the rows of the model, without arms that have no event; return the model's formula."""
    exposures(asked)
    endpoint = asked.endpoint
    names = [*(r.called(name) for name in endpoint.covariates), *(["stratum"] if endpoint.strata else [])]
    needed = [*names, *(["cluster"] if endpoint.cluster else [])]
    known = "".join(f" & !is.na(d${name})" for name in needed)
    asked.script.add(
        f"used.of <- {SEEN}{known}", "m <- d[used.of, ]",
        "m <- droplevels(m[m$arm %in% names(which(tapply(m$y, m$arm, sum) > 0)), ])",
    )  # fmt: skip
    terms = [*("factor(stratum)" if name == "stratum" else name for name in names), "offset(log(exposure))"]
    return f"y ~ arm + {' + '.join(terms)}"


def _of_model(asked: Asked, error: str, freedom: str) -> Expressions:
    """Return what Wald's interval and test of an arm give; ``error`` is the covariance of the coefficients."""
    asked.script.add(
        f"b.arm <- coef(fit.of)[[paste0(\"arm\", {_arm(asked)})]]",
        f"se.arm <- sqrt(({error})[paste0(\"arm\", {_arm(asked)}), paste0(\"arm\", {_arm(asked)})])",
    )  # fmt: skip
    width = f"qt((1 + {asked.confidence}) / 2, {freedom}) * se.arm"
    return {
        "estimate": "exp(b.arm)", "conf.low": f"exp(b.arm - {width})", "conf.high": f"exp(b.arm + {width})",
        "statistic": "b.arm / se.arm", **decided(asked, f"2 * pt(-abs(b.arm / se.arm), {freedom})"),
    }  # fmt: skip


def _counted(asked: Asked) -> Expressions:
    here = f"d$arm %in% {_arm(asked)}"
    return {"n": f"sum(used.of & {here})", "N_miss": f"sum(!used.of & {here})", "conf.level": asked.confidence}


def _robust(asked: Asked) -> str:
    asked.script.package("sandwich")
    cluster = "m$cluster" if asked.endpoint.cluster else "seq_len(nrow(m))"
    return f'sandwich::vcovCL(fit.of, {cluster}, type = "HC0", cadjust = FALSE)'


@in_r("poisson")
def _poisson(asked: Asked) -> Expressions:
    formula, variance = _fitted_to(asked), str(asked.use.arguments.get("variance", "robust"))
    family = "quasipoisson" if variance == "scaled" else "poisson"
    asked.script.add(f"fit.of <- glm({formula}, {family}, m, control = glm.control(epsilon = 1e-14))")
    made = {**_counted(asked), "dispersion": 'sum(residuals(fit.of, "pearson")^2) / df.residual(fit.of)'}
    if not asked.row.group1_level or asked.row.stat_name in made:
        return made
    error = _robust(asked) if variance == "robust" else "vcov(fit.of)"
    return {**made, **_of_model(asked, error, "df.residual(fit.of)" if variance == "scaled" else "Inf")}


@in_r("negative_binomial")
def _negative_binomial(asked: Asked) -> Expressions:
    formula = _fitted_to(asked)
    asked.script.use("negative_binomial")
    asked.script.package("MASS")
    asked.script.add(f"fit.of <- negative_binomial({formula}, m)")
    made = {**_counted(asked), "dispersion": "k_of(fit.of)"}
    if not asked.row.group1_level or asked.row.stat_name in made:
        return made
    is_robust = asked.use.arguments.get("variance") == "robust"
    return {**made, **_of_model(asked, _robust(asked) if is_robust else "vcov(fit.of)", "Inf")}
