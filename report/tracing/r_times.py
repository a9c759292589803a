"""The call in R for the methods of times to an event; ``d.known`` are those who have all that a method needs."""

from __future__ import annotations

from report.tracing import r_text as r
from report.tracing.r_gathering import Asked
from report.tracing.r_methods import Expressions, in_r
from report.tracing.r_participants import event_times

SCALES = {"log_log": "log-log", "log": "log", "plain": "plain"}
QUANTILES = {"p25": "0.25", "median": "0.5", "p75": "0.75"}
EXACTLY = "coxph.control(eps = 1e-14, toler.chol = 1e-16, iter.max = 100)"


def _argument(asked: Asked, name: str, usual: str) -> str:
    return str(asked.use.arguments.get(name, usual))


def _is(asked: Asked, name: str, usual: bool) -> bool:
    return asked.use.arguments.get(name, usual) is True


def _known(asked: Asked, *columns: str) -> None:
    """Add those with a time of at least 0, a status and these columns; and those of the row's arm, if it has one."""
    event_times(asked)
    needed = " & ".join(["d$time >= 0", *(f"!is.na(d${name})" for name in ("time", "status", *columns))])
    asked.script.package("survival")
    asked.script.add("library(survival)", f"is.known <- {needed}", "d.known <- d[which(is.known), ]")
    asked.script.add(f"d.own <- d.known[d.known$arm == {_arm(asked)}, ]", f"is.own <- d$arm == {_arm(asked)}")


def _arm(asked: Asked) -> str:
    return r.text(asked.row.group1_level)


def _reference(asked: Asked) -> str:
    return r.text(str(asked.script.study.design.reference))


def _counts(asked: Asked) -> Expressions:
    whose = "d.own" if asked.row.group1_level or asked.script.study.design.kind == "single_arm" else "d.known"
    lacking = "sum(is.own & !(is.known %in% TRUE))" if whose == "d.own" else "sum(!(is.known %in% TRUE))"
    return {
        "N": f"nrow({whose})", "n_event": f"sum({whose}$status == 1)", "n_competing": f"sum({whose}$status > 1)",
        "n_censored": f"sum({whose}$status == 0)", "N_miss": lacking, "conf.level": asked.confidence,
        "n.risk": f"sum({whose}$time >= {_time(asked)})",
    }  # fmt: skip


def _time(asked: Asked) -> str:
    """Return the time of the row's level; 0 where the level is none."""
    level = asked.row.variable_level.split(" ")[0]
    return level if level.replace(".", "", 1).isdigit() else "0"


def _with_p(asked: Asked, made: dict[str, str]) -> Expressions:
    planned = asked.endpoint.confirmatory
    significant = {"significant": f"{made['p.value']} < {r.number(planned.alpha)}"} if planned else {}
    return {**made, **significant}


def _wald(asked: Asked, estimate: str, se: str, *, is_log: bool = False) -> Expressions:
    """Return an estimate with its interval and test, on the scale of its logarithm where it is a ratio."""
    shown = "exp({})" if is_log else "{}"
    asked.script.add(f"e.of <- {estimate}", f"se.of <- {se}", f"z.of <- qnorm((1 + {asked.confidence}) / 2)")
    return _with_p(asked, {
        "estimate": shown.format("e.of"), "conf.low": shown.format("e.of - z.of * se.of"),
        "conf.high": shown.format("e.of + z.of * se.of"), "std.error": "se.of", "statistic": "e.of / se.of",
        "p.value": "2 * pnorm(-abs(e.of / se.of))", "conf.level": asked.confidence,
    })  # fmt: skip


@in_r("kaplan_meier")
def _kaplan_meier(asked: Asked) -> Expressions:
    _known(asked)
    counted = _counts(asked)
    if asked.row.stat_name in counted:
        return counted
    if asked.row.stat_name == "follow_up":
        turned = "survfit(Surv(time, status == 0) ~ 1, data = d.own)"
        return {"follow_up": f"as.numeric(quantile({turned}, 0.5)$quantile)"}
    scale = f'conf.type = "{SCALES[_argument(asked, "conf_type", "log_log")]}", conf.int = {asked.confidence}'
    asked.script.add(f"fit.own <- survfit(Surv(time, status == 1) ~ 1, data = d.own, {scale})")
    level = asked.row.variable_level
    if level in QUANTILES:
        of, names = f"quantile(fit.own, {QUANTILES[level]})", ("quantile", "lower", "upper")
    else:
        of, names = f"summary(fit.own, times = {_time(asked)}, extend = TRUE)", ("surv", "lower", "upper")
    return {
        made: f"as.numeric({of}${name})"
        for made, name in zip(("estimate", "conf.low", "conf.high"), names, strict=True)
    }


@in_r("survival_difference")
def _survival_difference(asked: Asked) -> Expressions:
    _known(asked)
    counted = _counts(asked)
    if asked.row.stat_name in counted:
        return counted
    at = f"times = {_argument(asked, 'at', '')}, extend = TRUE"
    for name, arm in (("one", _arm(asked)), ("base", _reference(asked))):
        whose = f"d.known[d.known$arm == {arm}, ]"
        asked.script.add(f"{name}.at <- summary(survfit(Surv(time, status == 1) ~ 1, data = {whose}), {at})")
    errors = "ifelse(is.nan(c(one.at$std.err, base.at$std.err)), 0, c(one.at$std.err, base.at$std.err))"
    return _wald(asked, "one.at$surv - base.at$surv", f"sqrt(sum({errors}^2))")


def _pair(asked: Asked) -> str:
    """Return who is compared: the row's arm and the reference, or everybody."""
    if not asked.row.group1_level:
        return "d.known"
    return f"d.known[d.known$arm %in% c({_reference(asked)}, {_arm(asked)}), ]"


def _strata(asked: Asked) -> bool:
    return asked.endpoint.strata is not None and _is(asked, "stratified", True)


@in_r("log_rank")
def _log_rank(asked: Asked) -> Expressions:
    _known(asked, *(["stratum"] if _strata(asked) else []))
    counted = _counts(asked)
    if asked.row.stat_name in counted:
        return {**counted, "N_miss": "sum(!(is.known %in% TRUE))"}
    within = " + strata(stratum)" if _strata(asked) else ""
    if asked.row.stat_name == "expected":
        fit = f"survdiff(Surv(time, status == 1) ~ arm{within}, data = d.known)"
        asked.script.add(f"expected.of <- rowSums(cbind({fit}$exp))")
        return {"expected": f"expected.of[match({_arm(asked)}, levels(droplevels(d.known$arm)))]"}
    asked.script.add(f"d.pair <- {_pair(asked)}", "d.pair$arm <- droplevels(d.pair$arm)")
    chi, df = _chi(asked, within), "nlevels(d.pair$arm) - 1"
    return _with_p(asked, {"statistic": chi, "df": df, "p.value": f"pchisq({chi}, {df}, lower.tail = FALSE)"})


def _chi(asked: Asked, within: str) -> str:
    """Return the chi-squared of those compared, by the weights of the test."""
    weights = _argument(asked, "weights", "log_rank")
    if weights == "gehan":
        asked.script.use("gehan")
        stratum = "d.pair$stratum" if within else "rep(1, nrow(d.pair))"
        return f"gehan(d.pair$time, d.pair$status == 1, d.pair$arm, {stratum})[1]"
    rho = 1 if weights == "peto" else 0
    return f"survdiff(Surv(time, status == 1) ~ arm{within}, data = d.pair, rho = {rho})$chisq"


@in_r("cox")
def _cox(asked: Asked) -> Expressions:
    endpoint = asked.endpoint
    strata, cluster = ["stratum"] * _strata(asked), ["cluster"] * bool(endpoint.cluster)
    _known(asked, *strata, *endpoint.covariates, *cluster)
    counted = _counts(asked)
    if asked.row.stat_name in counted:
        return {**counted, "N_miss": "sum(!(is.known %in% TRUE))"}
    asked.script.add(f"fit.cox <- coxph({_model(asked)}, control = {EXACTLY})")
    if asked.row.stat_name.endswith("_ph"):
        term = "GLOBAL" if asked.row.variable_level else "arm"
        columns = {"statistic_ph": "chisq", "df_ph": "df", "p.value_ph": "p"}
        return {name: f'cox.zph(fit.cox)$table["{term}", "{column}"]' for name, column in columns.items()}
    if not asked.row.group1_level:
        return _of_all_arms(asked)
    of = r.text(f"arm{asked.row.group1_level}")
    return _wald(asked, f"coef(fit.cox)[[{of}]]", f"sqrt(diag(vcov(fit.cox))[[{of}]])", is_log=True)


def _model(asked: Asked) -> str:
    endpoint = asked.endpoint
    terms = ["arm", *map(r.called, endpoint.covariates), *(["strata(stratum)"] if _strata(asked) else [])]
    variance = ", cluster = cluster" if endpoint.cluster else ", robust = TRUE" if _is(asked, "robust", False) else ""
    ties = _argument(asked, "ties", "efron")
    return f'Surv(time, status == 1) ~ {" + ".join(terms)}, data = d.known, ties = "{ties}"{variance}'


def _of_all_arms(asked: Asked) -> Expressions:
    asked.script.add(
        'of.arms <- paste0("arm", levels(d.known$arm)[-1])',
        "wald.of <- drop(coef(fit.cox)[of.arms] %*% solve(vcov(fit.cox)[of.arms, of.arms], coef(fit.cox)[of.arms]))",
    )
    p = "pchisq(wald.of, length(of.arms), lower.tail = FALSE)"
    return _with_p(asked, {"statistic": "wald.of", "df": "length(of.arms)", "p.value": p})


@in_r("restricted_mean")
def _restricted_mean(asked: Asked) -> Expressions:
    _known(asked)
    counted = _counts(asked)
    if asked.row.stat_name in counted:
        return counted
    shortest = "min(tapply(d.known$time, as.character(d.known$arm), max))"
    asked.script.use("restricted_mean")
    asked.script.add(f"up.to <- {_argument(asked, 'to', shortest)}")
    if asked.row.stat_name == "up_to":
        return {"up_to": "up.to"}
    asked.script.add("mean.own <- restricted_mean(d.own$time, d.own$status == 1, up.to)")
    if asked.row.variable_level == "mean":
        return _wald(asked, "mean.own[1]", "sqrt(mean.own[2])")
    return _compared_means(asked)


def _compared_means(asked: Asked) -> Expressions:
    asked.script.add(
        f"d.base <- d.known[d.known$arm == {_reference(asked)}, ]",
        "mean.base <- restricted_mean(d.base$time, d.base$status == 1, up.to)",
    )
    if asked.row.variable_level == "ratio":
        se = "sqrt(mean.own[2] / mean.own[1]^2 + mean.base[2] / mean.base[1]^2)"
        return _wald(asked, "log(mean.own[1] / mean.base[1])", se, is_log=True)
    return _wald(asked, "mean.own[1] - mean.base[1]", "sqrt(mean.own[2] + mean.base[2])")


@in_r("cumulative_incidence")
def _cumulative_incidence(asked: Asked) -> Expressions:
    _known(asked)
    counted = _counts(asked)
    if asked.row.stat_name in counted:
        return counted
    assert asked.endpoint.time is not None
    variance, scale = _argument(asked, "variance", "aalen"), _argument(asked, "conf_type", "log_log")
    if variance == "aalen":
        asked.script.package("cmprsk")
    asked.script.use("incidence")
    _, _, name = asked.row.variable_level.partition(" ")
    kind = 2 + asked.endpoint.time.competing.index(name) if name else 1
    how = f'{_time(asked)}, "{variance}", "{scale}", {asked.confidence}'
    asked.script.add(f"incidence.of <- incidence(d.own$time, d.own$status, {kind}, {how})")
    return {name: f"incidence.of[{n}]" for n, name in enumerate(("estimate", "conf.low", "conf.high"), 1)}


@in_r("gray")
def _gray(asked: Asked) -> Expressions:
    by_stratum = _strata(asked)
    _known(asked, *(["stratum"] if by_stratum else []))
    if asked.row.stat_name == "N_miss":
        return {"N_miss": "sum(!(is.known %in% TRUE))"}
    asked.script.package("cmprsk")
    asked.script.add(f"d.pair <- {_pair(asked)}", "d.pair$arm <- droplevels(d.pair$arm)")
    strata = ", d.pair$stratum" if by_stratum else ""
    asked.script.add(f"gray.of <- cmprsk::cuminc(d.pair$time, d.pair$status, d.pair$arm{strata})$Tests")
    chi, df = 'gray.of["1", "stat"]', 'gray.of["1", "df"]'
    return _with_p(asked, {"statistic": chi, "df": df, "p.value": f"pchisq({chi}, {df}, lower.tail = FALSE)"})
