"""The call in R for every method of the registry: what its data are in R, and an expression for each statistic.

A method gathers its data (``r_gathering``) and gives an expression by the name of the statistic. Which R calls give
equal values is shown by the scripts in ``tests/oracle``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from report.tracing import r_text as r
from report.tracing.r_gathering import Asked, of_arm, outcomes, pairs, period_counts, strata, two_arms
from report.tracing.r_signed_ranks import ranked

Expressions = Mapping[str, str]


MethodInR = Callable[[Asked], Expressions]
METHODS: dict[str, MethodInR] = {}


def in_r(name: str) -> Callable[[MethodInR], MethodInR]:
    """Note a function as that of a method."""

    def note(made: MethodInR) -> MethodInR:
        METHODS[name] = made
        return made

    return note


# --- change within participants --------------------------------------------------------------------------------------


@in_r("change")
def _change(asked: Asked) -> Expressions:
    pairs(asked)
    spread = "values.before" if asked.row.visit == asked.endpoint.against else "values.after"
    return {
        "N_pairs": "length(change.of)", "N_miss": "sum(!has.both)", "n_fell": "sum(change.of < 0)",
        "n_rose": "sum(change.of > 0)", "n_same": "sum(change.of == 0)",
        "median": f"median({spread})", "min": f"min({spread})", "max": f"max({spread})",
        "difference_of_medians": "median(values.after) - median(values.before)",
        "change_min": "min(change.of)", "change_max": "max(change.of)",
    }  # fmt: skip


@in_r("hodges_lehmann")
def _hodges_lehmann(asked: Asked) -> Expressions:
    pairs(asked)
    asked.script.use("walsh")
    asked.script.add(f"k.th <- qsignrank((1 - {asked.confidence}) / 2, length(change.of))")
    return {
        "estimate": "median(walsh(change.of))", "conf.low": "walsh(change.of)[k.th]",
        "conf.high": "rev(walsh(change.of))[k.th]", "conf.level": asked.confidence,
        "conf.level_reached": "1 - 2 * psignrank(k.th - 1, length(change.of))",
    }  # fmt: skip


@in_r("signed_rank")
def _signed_rank(asked: Asked) -> Expressions:
    pairs(asked)
    return ranked(asked)


@in_r("shift")
def _shift(asked: Asked) -> Expressions:
    pairs(asked)
    above = r.number(float(str(asked.use.arguments["above"])))
    is_group = f"values.before {'<=' if asked.row.variable_level == 'not_raised' else '>'} {above}"
    asked.script.add(f"in.group <- {is_group}")
    return {
        "limit": above, "N_pairs": "length(change.of)", "N_miss": "sum(!has.both)", "N": "sum(in.group)",
        "n_raised": f"sum(in.group & values.after > {above})",
        "n_not_raised": f"sum(in.group & values.after <= {above})",
        "n_fell": "sum(in.group & change.of < 0)", "n_rose": "sum(in.group & change.of > 0)",
        "n_same": "sum(in.group & change.of == 0)",
    }  # fmt: skip


# --- an outcome in one arm or by arm ------------------------------------------------------------------------------


@in_r("proportion")
def _proportion(asked: Asked) -> Expressions:
    outcomes(asked)
    asked.script.add("x.with <- sum(has.event, na.rm = TRUE)", "n.known <- sum(!is.na(has.event))")
    limits = f"binom.test(x.with, n.known, conf.level = {asked.confidence})$conf.int"
    if asked.use.arguments.get("interval") == "wilson":
        called = f"prop.test(x.with, n.known, conf.level = {asked.confidence}, correct = FALSE)$conf.int"
        limits = f"suppressWarnings({called})"
    return {
        "n": "x.with", "N": "n.known", "p": "x.with / n.known", "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]",
        "conf.level": asked.confidence, "N_miss": "sum(is.na(has.event))", "N_population": "length(who.in)",
    }  # fmt: skip


@in_r("risk")
def _risk(asked: Asked) -> Expressions:
    two_arms(asked)
    here = of_arm(asked.script, asked.row.group1_level) if asked.row.group1_level else ""
    return {
        "n": "x.arm", "N": "n.arm", "p": "x.arm / n.arm", "N_miss": f"sum(is.na(has.event[{here}]))",
        "N_population": f"sum({here})",
    }  # fmt: skip


@in_r("fisher")
def _fisher(asked: Asked) -> Expressions:
    two_arms(asked)
    p = "fisher.test(rbind(c(x.arm, n.arm - x.arm), c(x.ref, n.ref - x.ref)))$p.value"
    planned = asked.endpoint.confirmatory
    return {"p.value": p, **({"significant": f"{p} < {r.number(planned.alpha)}"} if planned else {})}


def _limits(asked: Asked) -> str:
    """Return the limits of the difference of risks, reference minus arm."""
    level = asked.confidence
    if asked.use.arguments.get("interval") == "newcombe":
        asked.script.use("newcombe")
        return f"newcombe(x.ref, n.ref, x.arm, n.arm, {level})"
    asked.script.use("score_intervals")
    return f"difference_interval(x.ref, n.ref, x.arm, n.arm, {level}, TRUE)"


@in_r("risk_reduction")
def _risk_reduction(asked: Asked) -> Expressions:
    two_arms(asked)
    limits = _limits(asked)
    return {
        "estimate": "x.ref / n.ref - x.arm / n.arm", "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]",
        "conf.level": asked.confidence,
    }  # fmt: skip


@in_r("number_needed_to_treat")
def _number_needed(asked: Asked) -> Expressions:
    two_arms(asked)
    limits = f"sort(abs(1 / {_limits(asked)}))"
    return {
        "estimate": "abs(1 / (x.ref / n.ref - x.arm / n.arm))", "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]",
        "conf.level": asked.confidence,
    }  # fmt: skip


def ratio(asked: Asked, counts: str, interval: str) -> Expressions:
    """Return a risk ratio with its score interval; ``counts`` are x and n of the arm, then of the reference."""
    asked.script.use("score_intervals")
    corrected = "TRUE" if interval == "miettinen_nurminen" else "FALSE"
    x1, n1, x0, n0 = counts.split(", ")
    limits = f"ratio_interval({counts}, {asked.confidence}, {corrected})"
    estimate = f"({x1} / {n1}) / ({x0} / {n0})"
    return {
        "estimate": estimate, "conf.low": f"{limits}[1]", "conf.high": f"{limits}[2]", "conf.level": asked.confidence,
    }  # fmt: skip


@in_r("risk_ratio")
def _risk_ratio(asked: Asked) -> Expressions:
    two_arms(asked)
    return ratio(asked, "x.arm, n.arm, x.ref, n.ref", str(asked.use.arguments["interval"]))


@in_r("relative_risk_reduction")
def _relative(asked: Asked) -> Expressions:
    of = _risk_ratio(asked)
    return {
        "estimate": f"1 - {of['estimate']}", "conf.low": f"1 - {of['conf.high']}", "conf.high": f"1 - {of['conf.low']}",
        "conf.level": asked.confidence,
    }  # fmt: skip


def by_level(asked: Asked) -> Expressions:
    """Return the counts of one level and arm from the table of strata."""
    row = asked.row
    arm = 1 if row.group1_level != asked.script.study.design.reference else 3
    line = f"by.level[{r.text(row.variable_level)}, ]"
    known = f"!is.na(has.event) & level.of %in% {r.text(row.variable_level)}"
    return {
        "n": f"{line}[{arm}]", "N": f"{line}[{arm + 1}]", "p": f"{line}[{arm}] / {line}[{arm + 1}]",
        "N_level": f"sum({known})", "N_miss": "sum(!is.na(has.event) & is.na(level.of))",
    }  # fmt: skip


@in_r("mantel_haenszel")
def _mantel_haenszel(asked: Asked) -> Expressions:
    strata(asked, str(asked.endpoint.strata))
    asked.script.use("mantel_haenszel")
    if asked.use.arguments["measure"] == "odds_ratio":
        asked.script.use("strata_of_events")
    estimated = {
        "difference": f"mh_difference(by.level[, c(3, 4, 1, 2)], {asked.confidence})",
        "ratio": f"mh_ratio(by.level, {asked.confidence})",
        "odds_ratio": f"mh_odds(by.level, {asked.confidence})",
    }[str(asked.use.arguments["measure"])]
    informs = "by.level[, 2] > 0 & by.level[, 4] > 0 & by.level[, 1] + by.level[, 3] > 0"
    informs += " & by.level[, 1] + by.level[, 3] < by.level[, 2] + by.level[, 4]"
    return {
        **by_level(asked),
        "estimate": f"{estimated}[1]", "conf.low": f"{estimated}[2]", "conf.high": f"{estimated}[3]",
        "statistic": "as.numeric(cmh_test(by.level)$statistic)", "df": "as.numeric(cmh_test(by.level)$parameter)",
        "p.value": "cmh_test(by.level)$p.value", "n_strata": "sum(by.level[, 2] + by.level[, 4] > 0)",
        "n_informative": f"sum({informs})", "conf.level": asked.confidence,
    }  # fmt: skip


# --- events by period ------------------------------------------------------------------------------------------------


RATES = "round(events.after / days.after - events.before / days.before, 12)[days.after > 0 & days.before > 0]"


@in_r("events_by_period")
def _events_by_period(asked: Asked) -> Expressions:
    period_counts(asked)
    assert asked.endpoint.periods is not None
    rule = asked.script.study.derivations[asked.endpoint.variable]
    assert rule.rule == "period"
    after = rule.periods[asked.endpoint.periods.after]
    tail = {asked.endpoint.periods.before: "before", asked.endpoint.periods.after: "after"}.get(
        asked.row.variable_level, ""
    )
    events, days = f"events.{tail}[days.{tail} > 0]", f"days.{tail}[days.{tail} > 0]"
    asked.script.add(f"rate.change <- {RATES}")
    whole = {
        "n_fewer": "sum(rate.change < 0)", "n_more": "sum(rate.change > 0)", "n_same": "sum(rate.change == 0)",
        "n_not_compared": "length(who.in) - length(rate.change)",
        "n_cut": f"sum(days.after < {after.last - after.first + 1})", "n_later": "sum(is.late, na.rm = TRUE)",
        "rate_difference": "30.4375 * (sum(events.after) / sum(days.after) - sum(events.before) / sum(days.before))",
    }  # fmt: skip
    if not tail:
        return {**whole, "N": "length(who.in)"}
    return {
        **whole, "n_event": f"sum({events})", "n": f"sum({events} > 0)", "N": f"length({events})",
        "p": f"mean({events} > 0)", "days": f"sum({days})", "rate": f"30.4375 * sum({events}) / sum({days})",
    }  # fmt: skip


@in_r("rate_ratio")
def _rate_ratio(asked: Asked) -> Expressions:
    period_counts(asked)
    both = "c(sum(events.after), sum(events.before)), c(sum(days.after), sum(days.before))"
    test = f"poisson.test({both}, conf.level = {asked.confidence})"
    return {
        "estimate": f"as.numeric({test}$estimate)",
        "conf.low": f"{test}$conf.int[1]", "conf.high": f"{test}$conf.int[2]",
        "conf.level": asked.confidence, "p.value": f"{test}$p.value",
    }  # fmt: skip


@in_r("fisher_by_period")
def _fisher_by_period(asked: Asked) -> Expressions:
    period_counts(asked)
    of_days = asked.use.arguments["table"] == "days"
    for tail in ("before", "after"):
        having = f"sum(events.{tail})" if of_days else f"sum(events.{tail}[days.{tail} > 0] > 0)"
        whole = f"sum(days.{tail})" if of_days else f"sum(days.{tail} > 0)"
        asked.script.add(f"with.{tail} <- {having}", f"without.{tail} <- {whole} - with.{tail}")
    return {
        "p.value": "fisher.test(rbind(c(with.after, without.after), c(with.before, without.before)))$p.value",
        "n_with_before": "with.before", "n_with_after": "with.after", "n_without_before": "without.before",
        "n_without_after": "without.after",
    }  # fmt: skip


@in_r("signed_rank_by_period")
def _signed_rank_by_period(asked: Asked) -> Expressions:
    period_counts(asked)
    asked.script.add(f"change.of <- {RATES}  # rates that differ less than a trillionth are the same")
    return ranked(asked)
