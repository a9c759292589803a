"""The baseline table in R: what describes a group, how an arm differs from the reference, and the tests of all arms."""

from __future__ import annotations

from collections.abc import Iterable

from report.ard import DESCRIPTIONS, Row
from report.study.data import Column
from report.study.model import Study
from report.study.plan import Baseline, BaselineVariable
from report.tracing import r_text as r
from report.tracing.r_gathering import arms, members, of_arm, values
from report.tracing.r_script import Script
from report.tracing.subjects import Subject

Expressions = dict[str, str]


def described(column: Column, row: Row, cells: str, quartiles: int = 2) -> Expressions:
    """Return the statistics of a variable's values, or of one level of a category."""
    known = f"na.omit({cells})"
    if column.type == "category":
        having = f"sum({known} == {r.text(row.variable_level)})"
        return {
            "n": having, "N": f"length({known})", "p": f"{having} / length({known})", "N_miss": f"sum(is.na({cells}))",
            "N_nonmiss": f"length({known})",
        }  # fmt: skip
    return {
        "N_nonmiss": f"length({known})", "N_miss": f"sum(is.na({cells}))",
        "mean": f"mean({known})", "sd": f"sd({known})", "se": f"sd({known}) / sqrt(length({known}))",
        "median": f"median({known})", "min": f"min({known})", "max": f"max({known})",
        "p25": f"as.numeric(quantile({known}, 0.25, type = {quartiles}))",
        "p75": f"as.numeric(quantile({known}, 0.75, type = {quartiles}))",
        "geometric_mean": f"exp(mean(log({known})))", "geometric_cv": f"sqrt(expm1(var(log({known}))))",
    }  # fmt: skip


def baseline(script: Script, of: Subject, row: Row) -> Expressions:
    """Return the description of a variable before treatment, in all or in one arm; or what compares the arms."""
    plan = script.study.baseline
    members(script, of.population)
    if plan is not None and row.context not in DESCRIPTIONS:
        return _compared(script, of, row, plan)
    if row.group1_level:
        arms(script)
        script.add(f"who.in <- who.in[{of_arm(script, row.group1_level)}]")
    if not of.reads:
        return {"N": "length(who.in)"}
    column = _read(script, of, plan)
    return described(column, row, "values.of", plan.quartiles if plan else 2)


def _read(script: Script, of: Subject, plan: Baseline | None) -> Column:
    read = of.reads[0]
    values(script, "values.of", read.dataset, read.name, plan.visit if plan else None)
    return script.study.column(read.dataset, read.name)


def _compared(script: Script, of: Subject, row: Row, plan: Baseline) -> Expressions:
    arms(script)
    column = _read(script, of, plan)
    line = next(each for each in plan.variables if each.variable == row.variable)
    script.add("arm.of <- arm.of[!is.na(values.of)]", "values.of <- values.of[!is.na(values.of)]")
    if row.stat_name == "smd":
        return {"smd": _difference(script, row, line, column)}
    script.add(f"arm.of <- factor(arm.of, levels = {r.texts(_codes(script.study))})")
    if column.type == "category":
        return _of_counts(script, line)
    return _of_two(line) if len(script.study.design.arms) == 2 else _of_more(line)


def _codes(study: Study) -> Iterable[str]:
    """Return the arms as the data write them, the reference last."""
    return [arm.code for arm in sorted(study.design.arms, key=lambda arm: arm.id == study.design.reference)]


def _difference(script: Script, row: Row, line: BaselineVariable, column: Column) -> str:
    for tail, arm in (("arm", row.group1_level), ("ref", str(script.study.design.reference))):
        script.add(f"x.{tail} <- values.of[{of_arm(script, arm)}]")
    if column.type != "category":
        return "(mean(x.arm) - mean(x.ref)) / sqrt((var(x.arm) + var(x.ref)) / 2)"
    levels = list(column.levels)
    if len(levels) == 2:
        first = r.text(next(iter(line.show), levels[0]))
        script.add(f"p.arm <- mean(x.arm == {first})", f"p.ref <- mean(x.ref == {first})")
        return "(p.arm - p.ref) / sqrt((p.arm * (1 - p.arm) + p.ref * (1 - p.ref)) / 2)"
    known = r.texts(levels)
    script.add(
        *(f"p.{t} <- as.vector(prop.table(table(factor(x.{t}, levels = {known}))))" for t in ("arm", "ref")),
        "is.kept <- which(p.arm + p.ref > 0)[-1]  # one level is left out",
        "spread <- (diag(p.arm) - p.arm %o% p.arm + diag(p.ref) - p.ref %o% p.ref) / 2",
        "apart <- (p.arm - p.ref)[is.kept]",
    )
    return "sqrt(sum(apart * solve(spread[is.kept, is.kept], apart)))"


def _of_counts(script: Script, line: BaselineVariable) -> Expressions:
    script.add("counts <- table(values.of, arm.of)")
    if line.tested_by(is_category=True) == "fisher":
        return {"p.value": "fisher.test(counts, workspace = 2e7)$p.value"}
    return _htest("suppressWarnings(chisq.test(counts, correct = FALSE))")


def _of_two(line: BaselineVariable) -> Expressions:
    sides = "values.of ~ arm.of"
    return _htest(
        {
            "t": f"t.test({sides}, var.equal = TRUE)", "welch": f"t.test({sides})",
            "rank": f"wilcox.test({sides}, exact = FALSE, correct = FALSE)",
        }[line.tested_by(is_category=False)]
    )  # fmt: skip


def _of_more(line: BaselineVariable) -> Expressions:
    test = line.tested_by(is_category=False)
    if test == "rank":
        return _htest("kruskal.test(values.of, arm.of)")
    made = f"oneway.test(values.of ~ arm.of, var.equal = {'TRUE' if test == 't' else 'FALSE'})"
    degrees = {"df": f"as.numeric({made}$parameter[1])", "df.residual": f"as.numeric({made}$parameter[2])"}
    return {**_htest(made), **degrees}


def _htest(test: str) -> Expressions:
    return {
        "statistic": f"as.numeric({test}$statistic)", "df": f"as.numeric({test}$parameter)",
        "p.value": f"{test}$p.value",
    }  # fmt: skip
