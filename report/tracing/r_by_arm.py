"""The call in R for the methods of numbers by arm, of crossovers and of clusters."""

from __future__ import annotations

from report.tracing import r_text as r
from report.tracing.r_gathering import Asked
from report.tracing.r_methods import Expressions, in_r
from report.tracing.r_participants import crossed, participants


def _here(asked: Asked) -> str:
    return r.text(asked.row.group1_level)


def _argument(asked: Asked, name: str, usual: str) -> str:
    return str(asked.use.arguments.get(name, usual))


def _number(asked: Asked, name: str, usual: float) -> float:
    return float(str(asked.use.arguments.get(name, usual)))


def _two_arms(asked: Asked) -> Expressions:
    """Add the known values of the arm in question and of the reference; return the counts of the arm."""
    participants(asked)
    if asked.row.group1_level:
        asked.script.add(
            f"values.arm <- d$y[d$arm %in% {_here(asked)} & !is.na(d$y)]",
            f"values.ref <- d$y[d$arm %in% {r.text(asked.script.study.design.reference)} & !is.na(d$y)]",
        )
    who = f"d$arm %in% {_here(asked)}"
    return {
        "n": f"sum({who} & !is.na(d$y))", "N_miss": f"sum({who} & is.na(d$y))", "conf.level": asked.confidence,
    }  # fmt: skip


def _decided(asked: Asked, p: str) -> Expressions:
    """Return p, and whether it fell below the planned level of a confirmatory test."""
    planned = asked.endpoint.confirmatory
    return {"p.value": p, **({"significant": f"{p} < {r.number(planned.alpha)}"} if planned else {})}


@in_r("means")
def _means(asked: Asked) -> Expressions:
    counts = _two_arms(asked)
    quartile = "quantile(values.arm, {}, type = 2, names = FALSE)"
    return {
        **counts, "mean": "mean(values.arm)", "sd": "sd(values.arm)", "median": "median(values.arm)",
        "p25": quartile.format(0.25), "p75": quartile.format(0.75), "min": "min(values.arm)", "max": "max(values.arm)",
    }  # fmt: skip


@in_r("t_test")
def _t_test(asked: Asked) -> Expressions:
    counts = _two_arms(asked)
    equal = "TRUE" if _argument(asked, "variance", "welch") == "pooled" else "FALSE"
    test = f"t.test(values.arm, values.ref, var.equal = {equal}, conf.level = {asked.confidence})"
    return {**counts, **_of_t(test), **_decided(asked, f"{test}$p.value")}


def _of_t(test: str) -> Expressions:
    return {
        "estimate": f"-diff(as.numeric({test}$estimate))", "std.error": f"{test}$stderr",
        "conf.low": f"{test}$conf.int[1]", "conf.high": f"{test}$conf.int[2]",
        "statistic": f"as.numeric({test}$statistic)", "df": f"as.numeric({test}$parameter)",
        "p.value": f"{test}$p.value",
    }  # fmt: skip


@in_r("hedges_g")
def _hedges_g(asked: Asked) -> Expressions:
    counts = _two_arms(asked)
    if asked.row.stat_name in ("estimate", "conf.low", "conf.high"):
        asked.script.package("metafor")
        asked.script.add(
            'g.of <- metafor::escalc(measure = "SMD", m1i = mean(values.arm), sd1i = sd(values.arm), '
            "n1i = length(values.arm), m2i = mean(values.ref), sd2i = sd(values.ref), n2i = length(values.ref))",
            f"half.of <- qnorm((1 + {asked.confidence}) / 2) * sqrt(g.of$vi)",
        )
    g = "as.numeric(g.of$yi)"
    return {**counts, "estimate": g, "conf.low": f"{g} - half.of", "conf.high": f"{g} + half.of"}


@in_r("anova")
def _anova(asked: Asked) -> Expressions:
    counts = _two_arms(asked)
    if _argument(asked, "variance", "pooled") == "welch":
        test = "oneway.test(y ~ arm, d)"
        return {
            **counts, "statistic": f"as.numeric({test}$statistic)", "num.df": f"as.numeric({test}$parameter[1])",
            "den.df": f"as.numeric({test}$parameter[2])", **_decided(asked, f"{test}$p.value"),
        }  # fmt: skip
    test = "anova(lm(y ~ arm, d))"
    return {
        **counts, "statistic": f"{test}[1, 4]", "num.df": f"{test}[1, 1]", "den.df": f"{test}[2, 1]",
        **_decided(asked, f"{test}[1, 5]"),
    }  # fmt: skip


@in_r("mann_whitney")
def _mann_whitney(asked: Asked) -> Expressions:
    counts = _two_arms(asked)
    both = "c(values.arm, values.ref)"
    correct = "TRUE" if _argument(asked, "continuity", "corrected") == "corrected" else "FALSE"
    p, floor = f"wilcox.test(values.arm, values.ref, exact = FALSE, correct = {correct})$p.value", ""
    if asked.use.arguments["distribution"] == "exact":
        asked.script.use("rank_sums")
        p, floor = "rank_sum_p(values.arm, values.ref)[1]", "rank_sum_p(values.arm, values.ref)[2]"
    return {
        **counts, "statistic": "sum(outer(values.arm, values.ref, '>') + outer(values.arm, values.ref, '==') / 2)",
        "n_tied": f"sum({both} %in% {both}[duplicated({both})])", "p.floor": floor, **_decided(asked, p),
    }  # fmt: skip


@in_r("kruskal_wallis")
def _kruskal_wallis(asked: Asked) -> Expressions:
    counts = _two_arms(asked)
    test = "kruskal.test(y ~ arm, d)"
    return {
        **counts, "statistic": f"as.numeric({test}$statistic)", "df": f"as.numeric({test}$parameter)",
        **_decided(asked, f"{test}$p.value"),
    }  # fmt: skip


@in_r("hodges_lehmann_shift")
def _hodges_lehmann_shift(asked: Asked) -> Expressions:
    counts = _two_arms(asked)
    if asked.row.group1_level and asked.row.stat_name in ("estimate", "conf.low", "conf.high", "conf.level_reached"):
        place = f"qwilcox((1 - {asked.confidence}) / 2, length(values.arm), length(values.ref))"
        if _argument(asked, "interval", "exact") == "asymptotic":
            spread = "sqrt(length(shifts.of) * (length(values.arm) + length(values.ref) + 1) / 12)"
            place = f"floor(length(shifts.of) / 2 - qnorm((1 + {asked.confidence}) / 2) * {spread})"
        asked.script.add('shifts.of <- sort(outer(values.arm, values.ref, "-"))', f"k.th <- {place}")
    return {
        **counts, "estimate": "median(shifts.of)", "conf.low": "shifts.of[k.th]", "conf.high": "rev(shifts.of)[k.th]",
        "conf.level_reached": "1 - 2 * pwilcox(k.th - 1, length(values.arm), length(values.ref))",
    }  # fmt: skip


@in_r("win_probability")
def _win_probability(asked: Asked) -> Expressions:
    counts = _two_arms(asked)
    asked.script.use("win_probability")
    limits = f"{_argument(asked, 'interval', 'newcombe')}_win(values.arm, values.ref, {asked.confidence})"
    return {
        **counts, "estimate": "higher(values.arm, values.ref)", "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]",
    }  # fmt: skip


# --- linear models ---------------------------------------------------------------------------------------------------


def _model(asked: Asked, *, adjusted: bool = True) -> Expressions:
    """Add the model of the arms, ``of.model``; return the counts of the arm in question."""
    participants(asked)
    endpoint, script = asked.endpoint, asked.script
    names = [*(["base"] if endpoint.against else []), *endpoint.covariates, *(["stratum"] if endpoint.strata else [])]
    script.use("arm_model")
    held = ", ".join(r.text(name) for name in names if adjusted)
    clusters = ""
    if endpoint.cluster and adjusted:
        script.package("sandwich")
        clusters = ', "cluster"'
    script.add(f"of.model <- arm_model(d, c({held}){clusters})")
    who = f"of.model$d$arm %in% {_here(asked)}"
    return {
        "n": f"sum({who})", "N_miss": f"sum(d$arm %in% {_here(asked)}) - sum({who})", "conf.level": asked.confidence,
        "n_clusters": "length(unique(of.model$d$cluster))",
    }  # fmt: skip


def _difference(asked: Asked, level: str) -> Expressions:
    """Add the difference of an arm from another in the model; return its statistics."""
    other = asked.row.variable_level or str(asked.script.study.design.reference)
    if asked.row.group1_level:
        asked.script.add(f"both.of <- arm_difference(of.model, {_here(asked)}, {r.text(other)})")
    half = f"qt((1 + {level}) / 2, of.model$df) * both.of[2]"
    return {
        "estimate": "both.of[1]", "std.error": "both.of[2]", "conf.low": f"both.of[1] - {half}",
        "conf.high": f"both.of[1] + {half}", "statistic": "both.of[1] / both.of[2]", "df": "of.model$df",
        "p.value": "2 * pt(-abs(both.of[1] / both.of[2]), of.model$df)",
    }  # fmt: skip


@in_r("ancova")
def _ancova(asked: Asked) -> Expressions:
    counts = _model(asked)
    if not asked.row.stat_name.startswith("ls_mean"):
        found = _difference(asked, asked.confidence)
        return {**counts, **found, **_decided(asked, found["p.value"])}
    asked.script.package("emmeans")
    weights = "proportional" if _argument(asked, "weights", "equal") == "observed" else "equal"
    asked.script.add(
        f'means.of <- as.data.frame(summary(emmeans::emmeans(of.model$fit, "arm", weights = "{weights}", '
        f"vcov. = of.model$v, df = of.model$df, data = of.model$d), level = {asked.confidence}))",
        f"mean.of <- means.of[means.of$arm == {_here(asked)}, ]",
    )
    return {
        "ls_mean": "mean.of$emmean", "ls_mean.std.error": "mean.of$SE", "ls_mean.conf.low": "mean.of$lower.CL",
        "ls_mean.conf.high": "mean.of$upper.CL",
    }  # fmt: skip


@in_r("pairwise_means")
def _pairwise_means(asked: Asked) -> Expressions:
    is_adjusted = _argument(asked, "model", "anova") == "ancova"
    counts, adjustment = _model(asked, adjusted=is_adjusted), str(asked.use.arguments["adjustment"])
    found, level = _difference(asked, asked.confidence), asked.confidence
    number = "nrow(arm_pairs(of.model))"
    pair = f"c({_here(asked)}, {r.text(asked.row.variable_level or str(asked.script.study.design.reference))})"
    placed = f"which(apply(arm_pairs(of.model), 1, setequal, {pair}))"
    width = f"qt(1 - (1 - {level}) / 2 / {number}, of.model$df)"
    p = f'p.adjust(arm_p(of.model), "{adjustment}")[{placed}]'
    if adjustment == "none":
        width = f"qt((1 + {level}) / 2, of.model$df)"
    if adjustment == "tukey":
        arms = "nlevels(of.model$d$arm), of.model$df"
        width = f"qtukey({level}, {arms}) / sqrt(2)"
        p = f"ptukey(abs(both.of[1] / both.of[2]) * sqrt(2), {arms}, lower.tail = FALSE)"
    return {
        **counts, **found, "conf.low": f"both.of[1] - {width} * both.of[2]", "n_comparisons": number,
        "conf.high": f"both.of[1] + {width} * both.of[2]", "p.value": p,
    }  # fmt: skip


def _against_margin(asked: Asked, usual: float) -> tuple[Expressions, str, str]:
    """Return the statistics, and p that the difference lies above minus the margin, and below the margin."""
    margin, alpha = r.number(_number(asked, "margin", 0)), _number(asked, "alpha", usual)
    level = r.number(round(1 - 2 * alpha, 12))
    plain = {"margin": margin, "alpha": r.number(alpha), "conf.level": level}
    model = _argument(asked, "model", "welch")
    if model == "ancova":
        counts = _model(asked)
        p = "pt(({0}both.of[1] - {1}) / both.of[2], of.model$df)"
        above, below = p.format("-", margin), p.format("", margin)
        return {**counts, **_difference(asked, level), **plain}, above, below
    counts = _two_arms(asked)
    equal = "TRUE" if model == "pooled" else "FALSE"
    test = f"t.test(values.arm, values.ref, var.equal = {equal}, conf.level = {level})"
    p = 't.test(values.arm, values.ref, var.equal = {}, mu = {}, alternative = "{}")$p.value'
    above, below = p.format(equal, f"-{margin}", "greater"), p.format(equal, margin, "less")
    return {**counts, **_of_t(test), **plain}, above, below


@in_r("non_inferiority")
def _non_inferiority(asked: Asked) -> Expressions:
    found, above, below = _against_margin(asked, 0.025)
    return {**found, "p.value": above if asked.endpoint.direction == "higher_is_better" else below}


@in_r("equivalence")
def _equivalence(asked: Asked) -> Expressions:
    found, above, below = _against_margin(asked, 0.05)
    return {**found, "p.value": f"max({above}, {below})"}


# --- clusters and crossovers -----------------------------------------------------------------------------------------


@in_r("icc")
def _icc(asked: Asked) -> Expressions:
    participants(asked)
    asked.script.use("intracluster")
    found = f"intracluster(d, {asked.confidence})"
    who = f"d$arm %in% {_here(asked)} & !is.na(d$y) & !is.na(d$cluster)"
    return {
        "estimate": f"as.numeric({found}[1])", "conf.low": f"as.numeric({found}[2])",
        "conf.high": f"as.numeric({found}[3])", "design_effect": f"as.numeric({found}[4])",
        "n_clusters": f"length(unique(d$cluster[{who}]))", "n": f"sum({who})",
        "N_miss": f"sum(d$arm %in% {_here(asked)}) - sum({who})", "conf.level": asked.confidence,
    }  # fmt: skip


def _sequences(asked: Asked) -> Expressions:
    """Add the values of those with both periods in the sequence that begins with the treatment, and in the other."""
    crossed(asked)
    plan = asked.endpoint.crossover
    assert plan is not None
    control = next(arm for arm, treatments in plan.treatments.items() if treatments[0] == plan.reference)
    treated = next(arm for arm in plan.treatments if arm != control)
    known = "!is.na(d$first) & !is.na(d$second)"
    asked.script.add(
        f"first.of <- d[d$arm %in% {r.text(treated)} & {known}, ]  # begins with the treatment",
        f"second.of <- d[d$arm %in% {r.text(control)} & {known}, ]",
    )
    who = f"d$arm %in% {_here(asked)}"
    return {
        "n": f"sum({who} & {known})", "N_miss": f"sum({who} & !({known}))", "conf.level": asked.confidence,
    }  # fmt: skip


def _between(asked: Asked, of: str, other: str | None = None) -> Expressions:
    """Return the t test of a combination of both periods between the sequences."""
    first, second = of.replace("{}", "first.of"), (other or of).replace("{}", "second.of")
    return _of_t(f"t.test({first}, {second}, var.equal = TRUE, conf.level = {asked.confidence})")


@in_r("crossover")
def _crossover(asked: Asked) -> Expressions:
    counts = _sequences(asked)
    found = _between(asked, "({}$first - {}$second) / 2")
    values = _of_treatment(asked)
    return {**counts, **found, **_decided(asked, found["p.value"]), "mean": f"mean({values})", "sd": f"sd({values})"}


def _of_treatment(asked: Asked) -> str:
    """Return the values of a treatment, in all or in a sequence."""
    plan = asked.endpoint.crossover
    assert plan is not None
    is_control = asked.row.variable_level == plan.reference
    in_first, in_second = ("second", "first") if is_control else ("first", "second")
    parts = {"first.of": f"first.of${in_first}", "second.of": f"second.of${in_second}"}
    arm = asked.row.group1_level
    if not arm:
        return f"c({', '.join(parts.values())})"
    return parts["second.of" if plan.treatments[arm][0] == plan.reference else "first.of"]


@in_r("period_effect")
def _period_effect(asked: Asked) -> Expressions:
    later = "({}$second - {}$first) / 2"
    return {**_sequences(asked), **_between(asked, later, f"-{later}")}


@in_r("carry_over")
def _carry_over(asked: Asked) -> Expressions:
    return {**_sequences(asked), **_between(asked, "{}$first + {}$second")}
