"""The call in R for methods of pairs beyond the signed rank, of one sample, one arm, and levels at two visits."""

from __future__ import annotations

from report.analysis.within.level_shift import TO
from report.study.data import decimals_of
from report.tracing import r_text as r
from report.tracing.r_gathering import Asked, outcomes, pairs
from report.tracing.r_methods import Expressions, in_r
from report.tracing.r_participants import before_and_after, participants
from report.tracing.r_signed_ranks import ranked, side

COUNTS = {"N_pairs": "length(change.of)", "N_miss": "sum(!has.both)"}


@in_r("mean_change")
def _mean_change(asked: Asked) -> Expressions:
    pairs(asked)
    values = "change.of"
    if asked.row.visit:
        values = "values.before" if asked.row.visit == asked.endpoint.against else "values.after"
    limits = f"t.test(change.of, conf.level = {asked.confidence})$conf.int"
    return {
        "estimate": "mean(change.of)", "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]",
        "conf.level": asked.confidence, "mean": f"mean({values})", "sd": f"sd({values})",
        "sd_change": "sd(change.of)", **COUNTS,
    }  # fmt: skip


@in_r("paired_t")
def _paired_t(asked: Asked) -> Expressions:
    pairs(asked)
    return {
        "statistic": "as.numeric(t.test(change.of)$statistic)", "df": "as.numeric(t.test(change.of)$parameter)",
        "p.value": "t.test(change.of)$p.value", **COUNTS,
    }  # fmt: skip


@in_r("sign_test")
def _sign_test(asked: Asked) -> Expressions:
    pairs(asked)
    floor = "min(1, 2 * 0.5^sum(change.of != 0))"
    return {
        "statistic": "sum(change.of > 0)", "p.value": "binom.test(sum(change.of > 0), sum(change.of != 0))$p.value",
        "p.floor": floor, "p.floor_adjusted": f"min(1, 2 * {floor})", "n_used": "sum(change.of != 0)",
        "n_zero": "sum(change.of == 0)", **COUNTS,
    }  # fmt: skip


# --- one sample ------------------------------------------------------------------------------------------------------


def _values(asked: Asked) -> Expressions:
    """Add the known values of the participants."""
    participants(asked)
    asked.script.add("values.of <- d$y[!is.na(d$y)]")
    return {"N": "length(values.of)", "N_miss": "sum(is.na(d$y))", "goal": _goal(asked)}


def _goal(asked: Asked) -> str:
    return r.number(float(str(asked.use.arguments.get("goal", 0))))


@in_r("description")
def _description(asked: Asked) -> Expressions:
    counts = _values(asked)
    kind = asked.use.arguments.get("quartiles", 2)
    return {
        "N_nonmiss": counts["N"], "N_miss": counts["N_miss"], "mean": "mean(values.of)", "sd": "sd(values.of)",
        "median": "median(values.of)", "min": "min(values.of)", "max": "max(values.of)",
        "p25": f"quantile(values.of, 0.25, type = {kind}, names = FALSE)",
        "p75": f"quantile(values.of, 0.75, type = {kind}, names = FALSE)",
    }  # fmt: skip


@in_r("one_sample_t")
def _one_sample_t(asked: Asked) -> Expressions:
    counts = _values(asked)
    alternative = f"alternative = {r.text(side(asked))}, conf.level = {asked.confidence}"
    asked.script.add(f"of.test <- t.test(values.of, mu = {_goal(asked)}, {alternative})")
    return {
        "estimate": "mean(values.of)", "conf.low": "of.test$conf.int[1]", "conf.high": "of.test$conf.int[2]",
        "conf.level": asked.confidence, "statistic": "as.numeric(of.test$statistic)",
        "df": "as.numeric(of.test$parameter)", "p.value": "of.test$p.value", **counts,
    }  # fmt: skip


@in_r("one_sample_signed_rank")
def _one_sample_signed_rank(asked: Asked) -> Expressions:
    counts, study, endpoint = _values(asked), asked.script.study, asked.endpoint
    resolution = study.column(endpoint.dataset, endpoint.variable).resolution
    decimals = max(decimals_of(resolution), decimals_of(float(_goal(asked))))
    asked.script.add(f"change.of <- round(values.of - {_goal(asked)}, {decimals})")
    return {**ranked(asked), **counts}


@in_r("one_sample_hodges_lehmann")
def _one_sample_hodges_lehmann(asked: Asked) -> Expressions:
    counts = _values(asked)
    asked.script.use("walsh")
    asked.script.add(f"k.th <- qsignrank((1 - {asked.confidence}) / 2, length(values.of))")
    return {
        "estimate": "median(walsh(values.of))", "conf.low": "walsh(values.of)[k.th]",
        "conf.high": "rev(walsh(values.of))[k.th]", "conf.level": asked.confidence,
        "conf.level_reached": "1 - 2 * psignrank(k.th - 1, length(values.of))", **counts,
    }  # fmt: skip


# --- one arm ---------------------------------------------------------------------------------------------------------


def _one_arm(asked: Asked) -> Expressions:
    outcomes(asked)
    asked.script.add("x.with <- sum(has.event, na.rm = TRUE)", "n.known <- sum(!is.na(has.event))")
    return {
        "n": "x.with", "N": "n.known", "N_miss": "sum(is.na(has.event))", "N_population": "length(who.in)",
        "conf.level": asked.confidence,
    }  # fmt: skip


@in_r("performance_goal")
def _performance_goal(asked: Asked) -> Expressions:
    counts, goal, alternative = _one_arm(asked), _goal(asked), side(asked)
    called = f"alternative = {r.text(alternative)}, conf.level = {asked.confidence}"
    asked.script.add(
        f"of.test <- binom.test(x.with, n.known, {goal}, {called})",
        f"both.tails <- c(pbinom(x.with, n.known, {goal}), 1 - pbinom(x.with - 1, n.known, {goal}))",
    )
    ends = {"greater": f"{goal}^n.known", "less": f"(1 - {goal})^n.known"}
    two_sided = f"min(1, 2 * min({', '.join(ends.values())}))"
    return {
        **counts, "estimate": "x.with / n.known", "goal": goal,
        "conf.low": "of.test$conf.int[1]", "conf.high": "of.test$conf.int[2]",
        "p.value": "min(1, 2 * min(both.tails))" if alternative == "two.sided" else "of.test$p.value",
        "p.floor": ends.get(alternative, two_sided),
    }  # fmt: skip


@in_r("simon_two_stage")
def _simon_two_stage(asked: Asked) -> Expressions:
    counts, given = _one_arm(asked), asked.use.arguments
    n1, r1, n, events, p0, p1 = (r.number(float(str(given[name]))) for name in ("n1", "r1", "n", "r", "p0", "p1"))
    first = r.number(float(str(given["first_stage_events"])))
    asked.script.use("two_stage")
    asked.script.add(
        f"d.of <- c({n1}, {r1}, {n}, {events})",
        f"seen.of <- c({first}, x.with, n.known)",
        f"tail.of <- (1 - {asked.confidence}) / 2",
    )
    high = "if (x.with == n.known) 1 else where_it_is(d.of, seen.of + c(0, 1, 0), 1 - tail.of)"
    if given.get("interval") == "koyama_chen":
        high = "where_it_is(d.of, seen.of, 1 - tail.of)"
    return {
        **counts, "estimate": "unbiased(d.of, seen.of)", "conf.low": "where_it_is(d.of, seen.of, tail.of)",
        "conf.high": high, "estimate_median": "where_it_is(d.of, seen.of, 0.5)",
        "p.floor": f"reaches(d.of, {n}, {p0})", "p.value": f"as_extreme(d.of, seen.of, {p0})",
        "stage": f'if ({first} <= {r1}) "first" else "second"',
        "decision": _decision(p0), "type_1_error": f"reaches(d.of, {events} + 1, {p0})",
        "power": f"reaches(d.of, {events} + 1, {p1})", "p_stop": f"pbinom({r1}, {n1}, {p0})",
        "n_expected": f"{n1} + ({n} - {n1}) * (1 - pbinom({r1}, {n1}, {p0}))", "p_null": p0, "p_alternative": p1,
        "n_stage_1": n1, "r_stage_1": r1, "n_planned": n, "r_planned": events, "n_event_stage_1": first,
    }  # fmt: skip


def _decision(p0: str) -> str:
    """Return R's decision: rejection where p does not exceed the type I error of the design."""
    is_error = f"as_extreme(d.of, seen.of, {p0}) <= reaches(d.of, d.of[4] + 1, {p0}) * (1 + 1e-12)"
    return f'if (seen.of[1] > d.of[2] && {is_error}) "rejected" else "not rejected"'


# --- an event or a level at two visits -------------------------------------------------------------------------------


def _cells(asked: Asked) -> Expressions:
    before_and_after(asked)
    asked.script.add(
        "known.of <- d[!is.na(d$before) & !is.na(d$after), ]",
        "has.it <- lapply(known.of[c('after', 'before')], factor, levels = c(TRUE, FALSE))",
        "cells.of <- as.numeric(table(has.it))  # both, the earlier visit only, the later only, neither",
    )
    return {"N_pairs": "sum(cells.of)", "N_miss": "nrow(d) - sum(cells.of)"}


@in_r("paired_events")
def _paired_events(asked: Asked) -> Expressions:
    earlier, later = "(cells.of[1] + cells.of[2])", "(cells.of[1] + cells.of[3])"
    return {
        **_cells(asked), "n_both": "cells.of[1]", "n_before_only": "cells.of[2]", "n_after_only": "cells.of[3]",
        "n_neither": "cells.of[4]", "n_before": earlier, "n_after": later, "p_before": f"{earlier} / sum(cells.of)",
        "p_after": f"{later} / sum(cells.of)",
    }  # fmt: skip


@in_r("mcnemar")
def _mcnemar(asked: Asked) -> Expressions:
    counts, turned = _cells(asked), "(cells.of[2] + cells.of[3])"
    p, floor = f"binom.test(cells.of[3], {turned})$p.value", f"min(1, 2 * 0.5^{turned})"
    if asked.use.arguments.get("p") == "mid_p":
        fewer = f"min(cells.of[2:3]), {turned}, 0.5"
        p, floor = f"2 * pbinom({fewer}) - dbinom({fewer})", f"0.5^{turned}"
    return {**counts, "statistic": "cells.of[3]", "p.value": p, "p.floor": floor, "n_used": turned}


@in_r("paired_risk_difference")
def _paired_risk_difference(asked: Asked) -> Expressions:
    counts = _cells(asked)
    asked.script.use("paired_risks")
    function = {"tango": "tango", "newcombe": "newcombe_paired"}[str(asked.use.arguments["interval"])]
    limits = f"{function}(cells.of, {asked.confidence})"
    return {
        **counts, "estimate": "(cells.of[3] - cells.of[2]) / sum(cells.of)", "conf.low": f"{limits}[1]",
        "conf.high": f"{limits}[2]", "conf.level": asked.confidence,
    }  # fmt: skip


@in_r("shift_levels")
def _shift_levels(asked: Asked) -> Expressions:
    before_and_after(asked)
    arm, (first, _, second) = asked.row.group1_level, asked.row.variable_level.partition(TO)
    asked.script.add(f"d.of <- d[d$arm %in% {r.text(arm)}, ]" if arm else "d.of <- d")
    earlier, later = f"d.of$before %in% {r.text(first)}", f"d.of$after %in% {r.text(second or first)}"
    both = "!is.na(d.of$before) & !is.na(d.of$after)"
    return {
        "N_pairs": f"sum({both})", "N_miss": f"sum(!({both}))",
        "n_neither": "sum(is.na(d.of$before) & is.na(d.of$after))",
        "N": f"sum({earlier} & {both})", "n_after_missing": f"sum({earlier} & is.na(d.of$after))",
        "n": f"sum({earlier} & {later})", "p": f"sum({earlier} & {later}) / sum({earlier} & {both})",
        "n_later": f"sum({later} & {both})", "n_before_missing": f"sum({later} & is.na(d.of$before))",
    }  # fmt: skip
