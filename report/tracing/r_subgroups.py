"""The call in R for subgroups of numbers and of times to an event: a level's model, and the test of interaction."""

from __future__ import annotations

from report.ard import Row
from report.study.endpoints import Endpoint, MethodUse, Subgroup
from report.tracing import r_text as r
from report.tracing.r_gathering import Asked
from report.tracing.r_participants import event_times, participants
from report.tracing.r_script import Script

Expressions = dict[str, str]
COUNTED = ("n", "N", "n_event", "N_level", "N_miss", "conf.level")


def of_times_or_numbers(script: Script, endpoint: Endpoint, subgroup: Subgroup, row: Row) -> Expressions:
    """Return counts and the estimate of a level, or the test of interaction."""
    method = "ancova" if endpoint.time is None else "cox"
    used = (use for use in endpoint.methods if use.method == method)
    asked = Asked(script, endpoint, next(used, MethodUse(method=method)), row)
    return _of_times(asked, subgroup) if endpoint.time is not None else _of_numbers(asked, subgroup)


def _levels(asked: Asked, subgroup: Subgroup) -> str:
    study = asked.script.study
    known = study.column(study.home_of(asked.endpoint, subgroup.variable), subgroup.variable).levels
    return r.texts(tuple(name for name in known if name in (subgroup.levels or known)))


def _counted(asked: Asked) -> Expressions:
    """Return the counts of ``d.known``, who have all that the model needs: in the row's level, and in its arm."""
    row = asked.row
    here = f"d.known$subgroup %in% {r.text(row.variable_level)}"
    own = f"{here} & d.known$arm %in% {r.text(row.group1_level)}"
    return {
        "n": f"sum({own})", "N": f"sum({own})", "N_level": f"sum({here})", "N_miss": "sum(is.na(d.known$subgroup))",
        "n_event": f"sum({own} & d.known$status == 1)", "conf.level": asked.confidence,
    }  # fmt: skip


def _arms(asked: Asked) -> tuple[str, str]:
    """Return the arm of the row and the reference."""
    return r.text(asked.row.group1_level), r.text(str(asked.script.study.design.reference))


def _informing(asked: Asked, subgroup: Subgroup) -> str:
    """Return how many levels inform the test."""
    arm, reference = _arms(asked)
    return f"length(levels_of_both(d.known, c({arm}, {reference}), {_levels(asked, subgroup)}))"


def _of_numbers(asked: Asked, subgroup: Subgroup) -> Expressions:
    participants(asked, subgroup.variable)
    script, endpoint = asked.script, asked.endpoint
    names = [*(["base"] if endpoint.against else []), *endpoint.covariates, *(["stratum"] if endpoint.strata else [])]
    held, cluster = f"c({', '.join(map(r.text, names))})", ', "cluster"' if endpoint.cluster else ""
    needed = ", ".join(map(r.text, ["y", *names, *(["cluster"] if endpoint.cluster else [])]))
    script.add(f"d.known <- d[complete.cases(d[c({needed})]), ]")
    if asked.row.stat_name in COUNTED:
        return _counted(asked)
    if cluster:
        script.package("sandwich")
    arm, reference = _arms(asked)
    if asked.row.variable_level:
        script.use("arm_model")
        script.add(
            f"of.level <- d.known[d.known$subgroup %in% {r.text(asked.row.variable_level)}, ]",
            f"of.model <- arm_model(of.level, {held}{cluster})",
            f"both.of <- arm_difference(of.model, {arm}, {reference})",
        )
        half = f"qt((1 + {asked.confidence}) / 2, of.model$df) * both.of[2]"
        return {"estimate": "both.of[1]", "conf.low": f"both.of[1] - {half}", "conf.high": f"both.of[1] + {half}"}
    script.use("subgroups")
    if asked.row.stat_name == "n_informative":
        return {"n_informative": _informing(asked, subgroup)}
    script.use("subgroups_of_numbers")
    script.add(f"of.test <- interaction_f(d.known, c({arm}, {reference}), {_levels(asked, subgroup)}, {held}{cluster})")
    return _tested("df.residual")


def _tested(*more: str) -> Expressions:
    return {name: f'of.test[["{name}"]]' for name in ("statistic", "df", "p.value", *more)}


def _of_times(asked: Asked, subgroup: Subgroup) -> Expressions:
    event_times(asked, subgroup.variable)
    script, endpoint, given = asked.script, asked.endpoint, asked.use.arguments
    by_stratum = endpoint.strata is not None and given.get("stratified", True) is True
    beside = [*(["stratum"] if by_stratum else []), *(["cluster"] if endpoint.cluster else [])]
    needed = ", ".join(map(r.text, ["time", "status", *endpoint.covariates, *beside]))
    script.add(f"d.known <- d[which(complete.cases(d[c({needed})]) & d$time >= 0), ]")
    if asked.row.stat_name in COUNTED:
        return _counted(asked)
    script.package("survival")
    script.use("subgroups")
    arm, reference = _arms(asked)
    script.use("subgroups_of_times")
    terms = [*map(r.called, endpoint.covariates), *(["strata(stratum)"] if by_stratum else [])]
    robust = "TRUE" if endpoint.cluster or given.get("robust") is True else "FALSE"
    how = f'c({", ".join(map(r.text, terms))}), "{given.get("ties", "efron")}", {robust}'
    if asked.row.variable_level:
        script.add(
            f"of.level <- droplevels(d.known[d.known$subgroup %in% {r.text(asked.row.variable_level)}, ])",
            f'fit.of <- cox_of(of.level, "arm", {how})',
            f'name.of <- paste0("arm", {arm})',
            f"e.of <- coef(fit.of)[[name.of]] + c(0, -1, 1) * qnorm((1 + {asked.confidence}) / 2) * "
            "sqrt(vcov(fit.of)[name.of, name.of])",
        )
        return {name: f"exp(e.of[{n}])" for n, name in enumerate(("estimate", "conf.low", "conf.high"), start=1)}
    if asked.row.stat_name == "n_informative":
        script.add(f"d.known <- with_events(d.known, c({arm}, {reference}))")
        return {"n_informative": _informing(asked, subgroup)}
    script.add(f"of.test <- interaction_cox(d.known, c({arm}, {reference}), {_levels(asked, subgroup)}, {how})")
    return _tested()
