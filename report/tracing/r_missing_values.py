"""The call in R for what is missing and for resampling. Random draws are not repeated: R has other generators."""

from __future__ import annotations

from report.tracing import r_text as r
from report.tracing.r_gathering import Asked, two_arms
from report.tracing.r_methods import Expressions, in_r
from report.tracing.r_participants import participants, repeated


def _of_arm(asked: Asked) -> str:
    return f"d$arm %in% {r.text(asked.row.group1_level)}"


def _both(asked: Asked) -> str:
    """Return who is of the arm in question or of the reference."""
    arms = (str(asked.script.study.design.reference), asked.row.group1_level)
    return f"d$arm %in% {r.texts(arms)}"


@in_r("multiple_imputation")
@in_r("imputed_risks")
@in_r("tipping_point")
def _imputed(asked: Asked) -> Expressions:
    participants(asked)
    names = (*(["base"] if asked.endpoint.against else []), *asked.endpoint.covariates)
    named = (*names, *(["stratum"] if asked.endpoint.strata else []))
    has_all = " & ".join(f"!is.na(d${name})" for name in named) or "TRUE"
    here = _of_arm(asked)
    return {
        "n": f"sum({here} & {has_all})", "n_imputed": f"sum({here} & {has_all} & is.na(d$y))",
        "N_miss": f"sum({here} & !({has_all}))", "draws": _argument(asked, "draws", "100"),
        "seed": _argument(asked, "seed", ""), "conf.level": asked.confidence,
        "alpha": _argument(asked, "alpha", "0.05"),
    }  # fmt: skip


def _argument(asked: Asked, name: str, usual: str) -> str:
    given = asked.use.arguments.get(name)
    return usual if given is None else r.number(float(str(given)))


@in_r("bootstrap_difference")
def _bootstrap(asked: Asked) -> Expressions:
    participants(asked)
    measure = str(asked.use.arguments.get("measure", "mean"))
    reference = r.text(str(asked.script.study.design.reference))
    first, second = (f"{measure}(d$y[{who}], na.rm = TRUE)" for who in (_of_arm(asked), f"d$arm %in% {reference}"))
    return {
        "estimate": f"{first} - {second}", "n": f"sum({_of_arm(asked)} & !is.na(d$y))",
        "N_miss": f"sum({_of_arm(asked)} & is.na(d$y))", "draws": _argument(asked, "draws", "4999"),
        "seed": _argument(asked, "seed", ""), "conf.level": asked.confidence,
    }  # fmt: skip


@in_r("permutation_test")
def _permutation(asked: Asked) -> Expressions:
    participants(asked)
    counted = {
        "n": f"sum({_of_arm(asked)} & !is.na(d$y))", "N_miss": f"sum({_of_arm(asked)} & is.na(d$y))",
        "draws": _argument(asked, "draws", "9999"), "seed": _argument(asked, "seed", ""),
    }  # fmt: skip
    if asked.row.stat_name != "p.value":
        return counted
    asked.script.add(f"two.arms <- droplevels(d[{_both(asked)} & !is.na(d$y), ])  # exact: where it was not drawn")
    asked.script.package("coin")
    test = 'coin::oneway_test(y ~ arm, data = two.arms, distribution = "exact")'
    return {**counted, "p.value": f"as.numeric(coin::pvalue({test}))"}


@in_r("last_observation")
def _carried(asked: Asked) -> Expressions:
    repeated(asked)
    last = r.text(asked.endpoint.visits[-1])
    formula = " + ".join(["y ~ arm", *(["base"] if asked.endpoint.against else []), *asked.endpoint.covariates])
    asked.script.add(
        "d <- d[order(d$id, d$visit), ]",
        "latest <- tapply(d$y, d$id, function(y) if (all(is.na(y))) NA else tail(y[!is.na(y)], 1))",
        f"d <- d[d$visit == {last}, ]",
        "is.carried <- is.na(d$y) & !is.na(latest[as.character(d$id)])",
        "d$y <- as.numeric(latest[as.character(d$id)])",
        f"model <- lm({formula}{' + stratum' if asked.endpoint.strata else ''}, data = d)",
    )
    name = r.text(f"arm{asked.row.group1_level}")
    limits = f"confint(model, level = {asked.confidence})[{name}, ]"
    of = f"summary(model)$coefficients[{name}, ]"
    here = _of_arm(asked)
    return {
        "estimate": f"{of}[1]", "std.error": f"{of}[2]", "statistic": f"{of}[3]", "p.value": f"{of}[4]",
        "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]", "df": "df.residual(model)",
        "conf.level": asked.confidence, "n": f"sum({here} & !is.na(d$y))", "N_miss": f"sum({here} & is.na(d$y))",
        "n_carried": f"sum({here} & is.carried)",
    }  # fmt: skip


WITH_EVENT = {
    "all_with": (True, True), "all_without": (False, False), "against_the_arm": (True, False),
    "for_the_arm": (False, True),
}  # fmt: skip


@in_r("extreme_cases")
def _extreme(asked: Asked) -> Expressions:
    two_arms(asked)
    _missing(asked)
    in_arm, in_ref = WITH_EVENT.get(asked.row.variable_level, (False, False))
    if asked.endpoint.direction == "higher_is_better" and in_arm != in_ref:
        in_arm, in_ref = in_ref, in_arm
    x1, x0 = ("x.arm + m.arm" if in_arm else "x.arm"), ("x.ref + m.ref" if in_ref else "x.ref")
    n1, n0 = "(n.arm + m.arm)", "(n.ref + m.ref)"
    asked.script.use("score_intervals")
    limits = f"difference_interval({x1}, {n1}, {x0}, {n0}, {asked.confidence}, TRUE)"
    p = f"fisher.test(rbind(c({x1}, {n1} - ({x1})), c({x0}, {n0} - ({x0}))))$p.value"
    return {
        "estimate": f"({x1}) / {n1} - ({x0}) / {n0}", "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]",
        "p.value": p, "conf.level": asked.confidence, "N_miss": "m.arm",
    }  # fmt: skip


def _missing(asked: Asked) -> None:
    """Add how many of the arm and of the reference have no outcome."""
    study = asked.script.study
    for tail, arm in (("arm", asked.row.group1_level), ("ref", str(study.design.reference))):
        if arm:
            asked.script.add(f"m.{tail} <- sum(is.na(has.event[arm.of %in% {r.text(study.arm(arm).code)}]))")


@in_r("tipping_counts")
def _tipping(asked: Asked) -> Expressions:
    alpha = _argument(asked, "alpha", "0.05")
    if not asked.row.group1_level:
        return {"alpha": alpha}
    two_arms(asked)
    _missing(asked)
    asked.script.add(
        "p.of <- function(x1, n1, x0, n0) fisher.test(rbind(c(x1, n1 - x1), c(x0, n0 - x0)))$p.value",
        "one.way <- function(i, j) p.of(x.arm + i, n.arm + m.arm, x.ref + j, n.ref + m.ref)",
        "p.ways <- outer(0:m.arm, 0:m.ref, Vectorize(one.way))",
    )
    same = f"(p.ways < {alpha}) == (p.of(x.arm, n.arm, x.ref, n.ref) < {alpha})"
    return {
        "n": f"sum({same})", "N": "length(p.ways)", "p": f"mean({same})", "p.value.low": "min(p.ways)",
        "p.value.high": "max(p.ways)", "alpha": alpha,
    }  # fmt: skip
