"""The table of an event by arm shows every method of such endpoints, each under its own name, and calculates nothing."""

from __future__ import annotations

import pytest

from report.paper.styles import STYLES
from report.paper.tables.by_arm import outcome_binary
from report.paper.tables.table import Table
from report.paper.text import Text
from report.study import file as study_file
from tests.invented import computed
from tests.tracing.test_r_binary import people, study

STYLE = next(iter(STYLES.values()))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    folder = tmp_path_factory.mktemp("binary")
    results = computed(folder, study(), people=people())
    made = study_file.read(folder)
    return outcome_binary(made.endpoints[0], made, results, STYLE)


def plain(text: Text) -> str:
    return text.plain.replace("\u00a0", " ")


def lines(table: Table) -> dict[str, list[str]]:
    return {plain(line.stub): [plain(cell) for cell in line.cells] for line in table.lines}


def test_every_method_has_its_line(table: Table) -> None:
    held = lines(table)
    p = STYLE.p.symbol
    for stub in (
        "Risk difference, percentage points (95% CI, Miettinen-Nurminen)", "Risk difference, percentage points (95% CI, Newcombe)",
        "Odds ratio (95% CI, exact)", "Odds ratio (95% CI, Miettinen-Nurminen)", "Odds ratio (90% CI, Wald)",
        f"Chi-squared test, {p}", f"Boschloo’s test, {p}", f"One-sided non-inferiority test, {p}", f"Two one-sided tests, {p}",
        "Conclusion, margin 15 percentage points", f"Cochran-Armitage test of trend, {p}",
        "Odds ratio over strata of Site (95% CI, Mantel-Haenszel)",
        "Risk difference over strata of Site, percentage points (95% CI, Newcombe, Mantel-Haenszel weights)",
        f"Breslow-Day test of homogeneity over strata of Site, {p}", "Odds ratio (logistic regression) (95% CI)",
        "Standardised risk, %", "Standardised risk difference, percentage points (95% CI)", "Standardised risk ratio (95% CI)",
    ):  # fmt: skip
        assert stub in held, (stub, sorted(held))


def test_the_reference_stands_under_its_own_arm_and_one_p_of_all_arms_across(table: Table) -> None:
    held = lines(table)
    assert held["Odds ratio (95% CI, exact)"][-1] == "reference" and len(held["Odds ratio (95% CI, exact)"]) == 3
    assert len(held[f"Cochran-Armitage test of trend, {STYLE.p.symbol}"]) == 1
    assert len(held["Standardised risk, %"]) == 3
    assert (
        "margin" in held["Conclusion, margin 15 percentage points"][0]
        or "inferior" in held["Conclusion, margin 15 percentage points"][0]
    )
