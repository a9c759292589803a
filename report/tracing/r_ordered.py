"""The call in R for the methods of levels of a category by arm."""

from __future__ import annotations

from report.tracing import r_text as r
from report.tracing.r_binary import modelled, test_in_r
from report.tracing.r_gathering import Asked
from report.tracing.r_methods import METHODS, Expressions, in_r
from report.tracing.r_participants import participants


def _levels(asked: Asked) -> tuple[str, ...]:
    return tuple(asked.script.study.column(asked.endpoint.dataset, asked.endpoint.variable).levels)


def _tables(asked: Asked, *, stratified: bool = False) -> None:
    """Add a table of arms, in declared order, by levels: ``seen.levels``, or one a stratum."""
    participants(asked)
    script, endpoint = asked.script, asked.endpoint
    ids = tuple(arm.id for arm in script.study.design.arms)
    cells = f"factor(d$arm, levels = {r.texts(ids)}), factor(d$y, levels = {r.texts(_levels(asked))})"
    if stratified and endpoint.strata:
        script.add(
            f"in.strata <- table({cells}, d$stratum)",
            "seen.strata <- lapply(seq_len(dim(in.strata)[3]), function(i) in.strata[, , i])",
        )
    else:
        script.add(f"seen.levels <- unclass(table({cells}))", "seen.strata <- list(seen.levels)")


HELD = "seen.levels[rowSums(seen.levels) > 0, colSums(seen.levels) > 0]"
COUNTS = {"n": "sum(!is.na(d$y))", "N_miss": "sum(is.na(d$y))"}


@in_r("levels")
def _of_levels(asked: Asked) -> Expressions:
    _tables(asked)
    arm, level = r.text(asked.row.group1_level), r.text(asked.row.variable_level)
    return {
        "n": f"seen.levels[{arm}, {level}]", "N": f"sum(seen.levels[{arm}, ])",
        "p": f"seen.levels[{arm}, {level}] / sum(seen.levels[{arm}, ])",
        "N_miss": f"sum(is.na(d$y[d$arm == {arm}]))", "N_population": f"sum(d$arm == {arm})",
    }  # fmt: skip


@test_in_r("chi_squared_levels")
def _chi_squared(asked: Asked) -> Expressions:
    _tables(asked)
    test = f"suppressWarnings(chisq.test({HELD}, correct = FALSE))"
    return {
        "statistic": f"as.numeric({test}$statistic)", "df": f"as.numeric({test}$parameter)",
        "p.value": f"{test}$p.value", "expected_min": f"min({test}$expected)", **COUNTS,
    }  # fmt: skip


@test_in_r("fisher_levels")
def _fisher(asked: Asked) -> Expressions:
    _tables(asked)
    return {"p.value": f"fisher.test({HELD}, workspace = 2e7)$p.value", **COUNTS}


@test_in_r("cmh_levels")
def _cmh(asked: Asked) -> Expressions:
    _tables(asked, stratified=True)
    asked.script.use("general_cmh")
    scores = "midrank_scores" if asked.use.arguments.get("scores") == "midranks" else "place_scores"
    test = f"general_cmh(seen.strata, {r.text(asked.use.arguments['test'])}, {scores})"
    known = "!is.na(d$y) & !is.na(d$stratum)" if asked.endpoint.strata else "!is.na(d$y)"
    informs = "function(t) sum(rowSums(t) > 0) > 1 && sum(colSums(t) > 0) > 1"
    return {
        "statistic": f"{test}[1]", "df": f"{test}[2]", "p.value": f"{test}[3]", "n": f"sum({known})",
        "N_miss": f"sum(!({known}))", "n_strata": "sum(sapply(seen.strata, sum) > 0)",
        "n_informative": f"sum(sapply(seen.strata, {informs}))",
    }  # fmt: skip


@test_in_r("proportional_odds")
def _proportional_odds(asked: Asked) -> Expressions:
    outcome = f"droplevels(factor(in.model$y, levels = {r.texts(_levels(asked))}, ordered = TRUE))"
    adjusted = modelled(asked, outcome)
    script, level, name = asked.script, asked.confidence, r.text(f"arm{asked.row.group1_level}")
    script.package("ordinal")
    script.use("proportional_odds")
    terms = " + ".join((*map(r.called, adjusted), "arm"))
    script.add(
        "to.the.end <- ordinal::clm.control(gradTol = 1e-11, maxIter = 500L)",
        f"of.fit <- ordinal::clm(has.it ~ {terms}, data = in.model, control = to.the.end)",
        f"x.model <- model.matrix(~ {terms}, in.model)[, -1, drop = FALSE]",
    )
    log_odds, error = f"coef(of.fit)[[{name}]]", f"sqrt(vcov(of.fit)[{name}, {name}])"
    half, score = f"qnorm((1 + {level}) / 2) * {error}", "proportional_score(of.fit, x.model, in.model$has.it)"
    return {
        "estimate": f"exp({log_odds})", "conf.low": f"exp({log_odds} - {half})",
        "conf.high": f"exp({log_odds} + {half})", "conf.level": level, "std.error": error,
        "p.value": f"2 * pnorm(-abs({log_odds} / {error}))", "statistic.proportional": f"{score}[1]",
        "df.proportional": f"{score}[2]", "p.value.proportional": f"{score}[3]",
        "n": "nrow(in.model)", "N_miss": "sum(!is.complete)",
    }  # fmt: skip


def _ranked(asked: Asked, method: str) -> Expressions:
    """Return what a method of numbers gives of the places of the levels."""
    participants(asked)
    asked.script.add(f"d$y <- as.numeric(factor(d$y, levels = {r.texts(_levels(asked))}))")
    return METHODS[method](asked)


@in_r("mann_whitney_levels")
def _mann_whitney(asked: Asked) -> Expressions:
    return _ranked(asked, "mann_whitney")


@in_r("win_probability_levels")
def _win_probability(asked: Asked) -> Expressions:
    return _ranked(asked, "win_probability")


@in_r("kruskal_wallis_levels")
def _kruskal_wallis(asked: Asked) -> Expressions:
    return _ranked(asked, "kruskal_wallis")
