"""Values at several visits as a table and as a figure; and the mixed model of R that the example mmrm prints."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from report.analysis import compute
from report.ard import Results
from report.errors import DisplayError
from report.paper import displays, figures
from report.paper.figures.courses import DRAWN
from report.paper.figures.drawing import Drawing
from report.paper.figures.means import CAP
from report.paper.styles import STYLES
from report.paper.tables.table import Table
from report.study import file as study_file
from report.study.model import Study
from tests.compared import endpoint, files, study
from tests.conftest import ROOT
from tests.invented import computed
from tests.test_study_references import faults

EXAMPLE = ROOT / "examples" / "mmrm"
STYLE = STYLES["plain"]


@cache
def example() -> tuple[Study, Results]:
    read = study_file.read(EXAMPLE)
    return read, compute.draft(EXAMPLE, read).results


def drawn(read: Study, results: Results, name: str) -> Drawing:
    display = next(each for each in read.displays if each.id == name)
    with mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
        return figures.draw(display, read, results, STYLE)


def table(read: Study, results: Results, name: str) -> Table:
    return displays.table_of(next(each for each in read.displays if each.id == name), read, results, STYLE)


def cells(made: Table) -> list[list[str]]:
    """Return what stands in each line, spaces that do not break as plain ones."""
    lines = [[line.stub, *line.cells] for line in made.lines]
    return [[text.plain.replace("\u00a0", " ") for text in line] for line in lines]


def invented(
    folder: Path, display: dict[str, Any], *names: str, kind: str = "by_arm", **parts: Any
) -> tuple[Study, Results]:
    of = {"visits": ["week8", "week4"], "against": "start", **parts}
    variable = "state" if "event" in of else "score"
    made = study(kind) | {
        "endpoints": [endpoint("course", "scores", variable, names or ("change_by_visit",)) | of],
        "displays": [{"title": "x", "endpoint": "course", **display}],
    }
    results = computed(folder, made, **files(("C", "L", "H") if kind == "by_arm" else ("C",)))
    return study_file.read(folder), results


TABLE = {"id": "tbl-x", "kind": "change_by_visit"}
FIGURE = {"id": "fig-x", "kind": "means"}


# the table -------------------------------------------------------------------------------------------------------------


def test_the_table_of_the_example() -> None:
    """Each visit with its own lines: described by arm, then by the study's analyses and the one that R computed."""
    made = table(*example(), "tbl-pain")
    lines = cells(made)
    assert [line[0] for line in lines if len(line) == 1] == ["Week 2", "Week 4", "Week 8"]
    assert lines[1] == ["Participants with a value", "18", "20"]
    assert [line[0] for line in lines[5:12]] == [
        "Difference of means (95% CI)", "Welch’s t test, P", "Least-squares mean, random intercept (SE)",
        "Least-squares mean difference, random intercept (95% CI)", "Random-intercept model, P",
        "Least-squares mean, MMRM (SE)", "Least-squares mean difference, MMRM (95% CI)",
    ]  # fmt: skip
    assert lines[-2:] == [
        ["Least-squares mean difference, MMRM (95% CI)", "−1.41 (−2.64 to −0.18)"],
        ["Mixed model for repeated measures, P", "0.03"],
    ]
    assert any("R\u00a04.2.2" in note.plain and "mmrm\u00a00.3.18" in note.plain for note in made.notes)


def test_three_arms_have_a_cell_each_and_all_visits_stand_last(tmp_path: Path) -> None:
    overall = {"method": "random_intercept", "arguments": {"effect": "overall"}}
    read, results = invented(tmp_path, TABLE, methods=[{"method": "change_by_visit"}, overall])
    lines = cells(table(read, results, "tbl-x"))
    assert [line[0] for line in lines if len(line) == 1] == ["Week 8", "Week 4", "All visits"]
    assert lines[-1][0] == "Random-intercept model, P" and lines[-1][1] == "reference"
    difference = next(line for line in lines if line[0].startswith("Difference of means"))
    assert difference[1] == "reference" and len(difference) == 4


def test_an_event_is_counted(tmp_path: Path) -> None:
    read, results = invented(tmp_path, TABLE, "change_by_visit", "gee", event="good")
    lines = cells(table(read, results, "tbl-x"))
    assert lines[1][0] == "n of N (%)"
    assert {line[0] for line in lines} >= {
        "Difference of risks (95% CI)",
        "Odds ratio, GEE (95% CI)",
        "Wald test, GEE, P",
    }


def test_one_arm_has_one_column(tmp_path: Path) -> None:
    read, results = invented(tmp_path, TABLE, kind="one_arm")
    made = table(read, results, "tbl-x")
    assert len(made.headings) == 2
    assert not any("Difference" in line[0] for line in cells(made))


# the figure ------------------------------------------------------------------------------------------------------------


def test_means_stand_at_the_days_of_their_visits() -> None:
    """Days 14, 28 and 56: week 4 a third of the way; arms beside each other by the same distance at each visit."""
    read, results = example()
    axes = drawn(read, results, "fig-pain").figure.axes[0]
    marks = {line.get_gid(): line for line in axes.lines if str(line.get_gid()).startswith("marks-")}
    active, placebo = (marks[f"marks-{n}"] for n in (0, 1))
    ticks = list(axes.get_xticks())
    assert (ticks[1] - ticks[0]) / (ticks[2] - ticks[0]) == pytest.approx(1 / 3)
    for arm, line in (("active", active), ("placebo", placebo)):
        seen = [results.by_id(f"pain.change_by_visit.{arm}.{visit}.mean").stat for visit in ("week2", "week4", "week8")]
        assert np.asarray(line.get_ydata()).tolist() == seen
    moved = np.asarray(placebo.get_xdata(), dtype=float) - np.asarray(active.get_xdata(), dtype=float)
    assert moved.tolist() == pytest.approx([moved[0]] * 3) and moved[0] > 2 * CAP


def test_intervals_are_those_of_the_means() -> None:
    read, results = example()
    axes = drawn(read, results, "fig-pain").figure.axes[0]
    seen = [np.asarray(line.get_ydata()).tolist() for line in axes.lines if line.get_gid() == "interval-0"]
    named = [f"pain.change_by_visit.active.{visit}.mean_ci" for visit in ("week2", "week4", "week8")]
    assert seen == [[results.by_id(f"{name}.{end}").stat for end in ("low", "high")] for name in named]


def test_arms_are_told_apart_without_colour(tmp_path: Path) -> None:
    read, results = invented(tmp_path, FIGURE)
    axes = drawn(read, results, "fig-x").figure.axes[0]
    lines = [line.get_linestyle() for line in axes.lines if str(line.get_gid()).startswith("arm-")]
    marks = [line.get_marker() for line in axes.lines if str(line.get_gid()).startswith("marks-")]
    assert len(set(marks)) == 3 and marks == [marker for _, marker in DRAWN[:3]] and len(lines) == 3
    assert len({line.get_color() for line in axes.lines if str(line.get_gid()).startswith("arm-")}) == 1


def test_every_number_stands_in_words_and_the_numbers_of_values_below() -> None:
    read, results = example()
    drawing = drawn(read, results, "fig-pain")
    assert "Placebo: Week 2 −0.30 (−0.86 to 0.26; n = 20)" in drawing.alt.plain.replace("\u00a0", " ")
    below = [text.get_text() for text in drawing.figure.texts if str(text.get_gid()).startswith("n-")]
    assert below == ["18", "18", "18", "20", "17", "15"]
    assert {piece.result_id for piece in drawing.alt.results} >= {"pain.change_by_visit.placebo.week8.mean_ci.low"}


def test_names_and_labels_without_room_are_refused(tmp_path: Path) -> None:
    read, results = invented(tmp_path, FIGURE)
    first, *others = read.design.arms
    wide = first.model_copy(update={"short": "Pentamethylenetetrazolcarboxamide"})
    read = read.model_copy(update={"design": read.design.model_copy(update={"arms": (wide, *others)})})
    with pytest.raises(DisplayError, match="has no room beside its line"):
        drawn(read, results, "fig-x")


def test_an_event_has_no_means(tmp_path: Path) -> None:
    read, results = invented(tmp_path, FIGURE, event="good")
    with pytest.raises(DisplayError, match="means are of numbers, and course is an event"):
        drawn(read, results, "fig-x")


@pytest.mark.parametrize("display", [TABLE, FIGURE])
def test_both_need_the_method_that_describes(tmp_path: Path, display: dict[str, Any]) -> None:
    made = study("by_arm") | {
        "endpoints": [endpoint("course", "scores", "score", ("gee",), visits=["week4", "week8"])],
        "displays": [{"title": "x", "endpoint": "course", **display}],
    }
    found = faults(tmp_path, json.dumps(made))
    assert any("shows change_by_visit, which course does not compute" in each.message for each in found), found


# the mixed model of R ----------------------------------------------------------------------------------------------------

# R 4.2.2, nlme::gls(y ~ visit + visit:arm + base * visit + age, correlation = corSymm(form = ~ t | id),
# weights = varIdent(form = ~ 1 | visit), method = "REML") of the same files
GLS = {"week2": -0.2857926438, "week4": -1.3283174444, "week8": -1.4104146989}


def test_the_estimates_of_mmrm_are_those_of_gls() -> None:
    _, results = example()
    for visit, theirs in GLS.items():
        assert results.by_id(f"pain.mmrm.active.{visit}.estimate").number() == pytest.approx(theirs, abs=1e-5)
    assert all(row.context == "read_in" for row in results.select(analysis_id="pain.mmrm"))


def has_mmrm() -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = 'cat(all(sapply(c("mmrm", "emmeans", "jsonlite"), requireNamespace, quietly = TRUE)))'
    done = subprocess.run(["Rscript", "-e", asked], capture_output=True, text=True, check=False, timeout=120)
    return done.stdout.strip() == "TRUE"


@pytest.mark.skipif(not has_mmrm(), reason="needs R with the packages mmrm, emmeans and jsonlite")
def test_the_script_gives_what_the_example_holds(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    (tmp_path / "data" / "mmrm.json").unlink()
    subprocess.run(["Rscript", str(EXAMPLE / "mmrm.R"), str(tmp_path)], check=True, capture_output=True, timeout=300)
    made, kept = (json.loads((at / "data" / "mmrm.json").read_text(encoding="utf-8")) for at in (tmp_path, EXAMPLE))
    assert made["header"]["inputs"] == kept["header"]["inputs"]
    for mine, theirs in zip(made["rows"], kept["rows"], strict=True):
        assert mine.pop("stat") == pytest.approx(theirs.pop("stat"), rel=1e-4, abs=1e-4)
        assert mine == theirs
