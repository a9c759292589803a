"""The call in R for the methods of values at several visits."""

from __future__ import annotations

from report.tracing import r_text as r
from report.tracing.r_counts import decided
from report.tracing.r_gathering import Asked
from report.tracing.r_methods import Expressions, in_r
from report.tracing.r_participants import repeated


def _adjusted(asked: Asked) -> list[str]:
    endpoint = asked.endpoint
    base = ["base"] if endpoint.against else []
    return [*base, *map(r.called, endpoint.covariates), *(["factor(stratum)"] if endpoint.strata else [])]


def _gathered(asked: Asked) -> None:
    """Add ``d`` with y as a number: 1 for the event."""
    repeated(asked)
    if asked.endpoint.event is not None:
        asked.script.add(f"d$y <- as.numeric(d$y == {r.text(asked.endpoint.event)})")


@in_r("change_by_visit")
def _change_by_visit(asked: Asked) -> Expressions:
    if asked.row.stat_name == "conf.level":
        return {"conf.level": asked.confidence}
    _gathered(asked)
    arm, visit = r.text(asked.row.group1_level), r.text(asked.row.visit)
    reference = r.text(asked.script.study.design.reference or "")
    asked.script.add(
        f"v <- d[d$visit %in% {visit}, ]", f"y.arm <- v$y[v$arm %in% {arm}]", "y.known <- y.arm[!is.na(y.arm)]",
        f"y.ref <- v$y[v$arm %in% {reference} & !is.na(v$y)]",
    )  # fmt: skip
    made = {"N_miss": "sum(is.na(y.arm))"}
    if asked.endpoint.event is not None:
        return {**made, **_risks(asked)}
    if asked.row.stat_name in DIFFERENCES:
        return _differences(asked)
    quartile = "quantile(y.known, {}, type = 2, names = FALSE)"
    return {
        **made, "n": "length(y.known)", "mean": "mean(y.known)", "sd": "sd(y.known)", "median": "median(y.known)",
        "p25": quartile.format(0.25), "p75": quartile.format(0.75), "min": "min(y.known)", "max": "max(y.known)",
        "mean_ci.low": f"t.test(y.known, conf.level = {asked.confidence})$conf.int[1]",
        "mean_ci.high": f"t.test(y.known, conf.level = {asked.confidence})$conf.int[2]",
        "value.mean": f"mean(v$value[v$arm %in% {arm} & !is.na(v$y)])",
        "value.sd": f"sd(v$value[v$arm %in% {arm} & !is.na(v$y)])",
    }  # fmt: skip


DIFFERENCES = ("estimate", "std.error", "conf.low", "conf.high", "statistic", "df", "p.value", "significant")


def _differences(asked: Asked) -> Expressions:
    if asked.use.arguments.get("difference") == "ancova":
        formula = f"y ~ {' + '.join(['arm', *_adjusted(asked)])}"
        row = f'coef(summary(fit.of))[paste0("arm", {r.text(asked.row.group1_level)}), ]'
        asked.script.add(f"fit.of <- lm({formula}, v)", f"row.of <- {row}")
        return _of_t(asked, "row.of[[1]]", "row.of[[2]]", "fit.of$df.residual")
    equal = "TRUE" if asked.use.arguments.get("difference") == "pooled" else "FALSE"
    asked.script.add(f"test.of <- t.test(y.known, y.ref, var.equal = {equal})")
    return _of_t(asked, "-diff(test.of$estimate)[[1]]", "test.of$stderr", "test.of$parameter[[1]]")


def _of_t(asked: Asked, estimate: str, error: str, freedom: str) -> Expressions:
    """Return what an estimate, its standard error and the degrees of freedom of that give."""
    asked.script.add(f"of.t <- c({estimate}, {error}, {freedom})")
    width = f"qt((1 + {asked.confidence}) / 2, of.t[3]) * of.t[2]"
    return {
        "estimate": "of.t[1]", "std.error": "of.t[2]", "df": "of.t[3]", "statistic": "of.t[1] / of.t[2]",
        "conf.low": f"of.t[1] - {width}", "conf.high": f"of.t[1] + {width}",
        **decided(asked, "2 * pt(-abs(of.t[1] / of.t[2]), of.t[3])"),
    }  # fmt: skip


def _risks(asked: Asked) -> Expressions:
    """Return counts, and the difference of the risks with Newcombe's hybrid of Wilson's limits."""
    wilson = "prop.test(sum({0}), length({0}), correct = FALSE, conf.level = {1})$conf.int"
    asked.script.add(
        f"ci.arm <- {wilson.format('y.known', asked.confidence)}",
        f"ci.ref <- {wilson.format('y.ref', asked.confidence)}",
    )
    return {
        "n": "sum(y.known)", "N": "length(y.known)", "p": "mean(y.known)", "estimate": "mean(y.known) - mean(y.ref)",
        "conf.low": "mean(y.known) - mean(y.ref) - sqrt((mean(y.known) - ci.arm[1])^2 + (ci.ref[2] - mean(y.ref))^2)",
        "conf.high": "mean(y.known) - mean(y.ref) + sqrt((ci.arm[2] - mean(y.known))^2 + (mean(y.ref) - ci.ref[1])^2)",
    }  # fmt: skip


# Models of all visits -------------------------------------------------------------------------------------------------


def _fitted_to(asked: Asked, arms: str) -> str:
    """Add the rows of a model, sorted by participant; return its formula."""
    _gathered(asked)
    endpoint = asked.endpoint
    base = ["base"] if endpoint.against else []
    needed = ["y", *base, *endpoint.covariates, *(["stratum"] if endpoint.strata else [])]
    columns = ", ".join(r.text(name) for name in needed)
    asked.script.add(f"used.of <- complete.cases(d[, c({columns}), drop = FALSE])", "m <- droplevels(d[used.of, ])")
    asked.script.add("m$who <- as.integer(factor(m$id))", "m <- m[order(m$who), ]")
    return f"y ~ {' + '.join([arms, *_adjusted(asked)])}"


def _is_overall(asked: Asked) -> bool:
    return asked.use.arguments.get("effect") == "overall"


def _place(asked: Asked) -> str:
    """Return the name of the coefficient of an arm, at a visit or over all."""
    arm = f'"arm", {r.text(asked.row.group1_level)}'
    return f"paste0({arm})" if _is_overall(asked) else f'paste0("visit", {r.text(asked.row.visit)}, ":", {arm})'


def _counted(asked: Asked) -> Expressions:
    here = f"d$arm %in% {r.text(asked.row.group1_level)}"
    used, whole = (f"length(unique(d$id[{part}{here}]))" for part in ("used.of & ", ""))
    return {
        "n": used, "N_miss": f"{whole} - {used}", "conf.level": asked.confidence,
        "n_values": f"sum(used.of & {here} & d$visit %in% {r.text(asked.row.visit)})",
    }  # fmt: skip


def _arms_of(asked: Asked) -> str:
    single = asked.script.study.design.allocation is None
    return "visit" if single else "visit + arm" if _is_overall(asked) else "visit + visit:arm"


@in_r("gee")
def _gee(asked: Asked) -> Expressions:
    formula = _fitted_to(asked, _arms_of(asked))
    if asked.row.stat_name in (counted := _counted(asked)):
        return counted
    is_event, correlation = (
        asked.endpoint.event is not None,
        str(asked.use.arguments.get("correlation", "exchangeable")),
    )
    family = "binomial" if is_event else "gaussian"
    asked.script.package("gee")
    how = f'family = {family}, corstr = "{correlation}", tol = 1e-9, maxiter = 200'
    call = f"gee::gee({formula}, id = who, data = m, {how})"
    asked.script.add(f"quiet.of <- capture.output(fit.of <- suppressWarnings(suppressMessages({call})))")
    if asked.row.stat_name == "correlation":
        return {"correlation": "0" if correlation == "independence" else "fit.of$working.correlation[1, 2]"}
    error = "fit.of$robust.variance"
    if asked.use.arguments.get("variance") == "bias_reduced":
        asked.script.use("mancl_derouen")
        error = f"mancl_derouen(fit.of, model.matrix({formula}, m), m$y, m$who, {'TRUE' if is_event else 'FALSE'})"
    asked.script.add(f"place.of <- match({_place(asked)}, names(coef(fit.of)))", "b.arm <- coef(fit.of)[[place.of]]")
    asked.script.add(f"se.arm <- sqrt(({error})[place.of, place.of])")
    return _normal(asked, "exp" if is_event else "identity")


def _normal(asked: Asked, scale: str) -> Expressions:
    width = f"qnorm((1 + {asked.confidence}) / 2) * se.arm"
    return {
        "estimate": f"{scale}(b.arm)", "conf.low": f"{scale}(b.arm - {width})",
        "conf.high": f"{scale}(b.arm + {width})", "std.error": "se.arm", "statistic": "b.arm / se.arm",
        **decided(asked, "2 * pnorm(-abs(b.arm / se.arm))"),
    }  # fmt: skip


SEARCH = (
    'lme4::lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5), '
    'check.conv.singular = "ignore")'
)


@in_r("random_intercept")
def _random_intercept(asked: Asked) -> Expressions:
    formula = _fitted_to(asked, _arms_of(asked))
    if asked.row.stat_name in (counted := _counted(asked)):
        return counted
    is_mean = asked.row.stat_name.startswith("ls_mean")
    asked.script.package("lmerTest")
    if is_mean and not _is_overall(asked):
        formula = formula.replace("visit + visit:arm", "visit * arm")
    asked.script.add(f"fit.of <- lmerTest::lmer({formula} + (1 | id), m, control = {SEARCH})")
    if is_mean:
        return _means(asked)
    if asked.row.stat_name in (spread := _variances()):
        asked.script.add("v.of <- as.data.frame(lme4::VarCorr(fit.of))$vcov")
        return spread
    asked.script.add(
        f"place.of <- match({_place(asked)}, names(lme4::fixef(fit.of)))",
        "row.of <- lmerTest::contest1D(fit.of, replace(0 * lme4::fixef(fit.of), place.of, 1))",
    )
    return _of_t(asked, "row.of$Estimate", "row.of[[2]]", "row.of$df")


def _variances() -> Expressions:
    return {"variance_between": "v.of[1]", "variance_within": "v.of[2]", "icc": "v.of[1] / sum(v.of)"}


def _means(asked: Asked) -> Expressions:
    single = asked.script.study.design.allocation is None
    asked.script.package("emmeans")
    by = "visit" if single else "arm | visit"
    asked.script.add(
        'emmeans::emm_options(lmer.df = "satterthwaite", msg.interaction = FALSE)',
        f'means.of <- as.data.frame(summary(emmeans::emmeans(fit.of, ~ {by}, weights = "proportional", data = m), '
        f"level = {asked.confidence}))",
        f"mean.of <- means.of[means.of$visit == {r.text(asked.row.visit)}"
        + ("" if single else f" & means.of$arm == {r.text(asked.row.group1_level)}")
        + ", ]",
    )
    return {
        "ls_mean": "mean.of$emmean", "ls_mean.std.error": "mean.of$SE", "ls_mean.conf.low": "mean.of$lower.CL",
        "ls_mean.conf.high": "mean.of$upper.CL",
    }  # fmt: skip
