"""Forest plots and tables of subgroups of numbers and of times: the linear axis, both sides, every number a result."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from report.ard import Results
from report.paper.figures import draw, forest_axis
from report.paper.figures.drawing import LANDSCAPE, UPRIGHT
from report.paper.figures.forest_lines import Forest, forest_lines
from report.paper.styles import STYLES
from report.paper.tables.build import build
from report.paper.tables.subgroups import subgroups
from report.paper.tables.table import Table
from report.study import file as study_file
from report.study.displays import Display
from report.study.faults import Fault
from report.study.model import Study
from report.study.references import faults
from tests import test_forest, timed
from tests import test_subgroups_of_numbers as scored
from tests.invented import change, computed

LONG = "Younger than 6 years when treatment began, according to the registry"
SEX = {"variable": "sex", "prespecified": True}
AGE = {"variable": "age", "prespecified": False}
STAGE = {"variable": "stage", "prespecified": True}


def of_scores(arms: str, label: str = "Younger", **parts: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a study of these arms, the last one the reference, and its files: one level is all but empty."""
    made = scored.study()
    made["design"]["arms"] = [{"id": a, "label": f"Treatment {a}", "short": f"Arm {a}", "code": a} for a in arms]
    made["design"]["reference"] = arms[-1]
    columns = made["datasets"]["people"]["columns"]
    columns["arm"]["levels"] = {a: a for a in arms}
    columns["age"] = {"type": "category", "label": "Age", "levels": {"0": label, "1": "Older", "2": "Oldest"}}
    people, scores = ["id,arm,outcome,sex,age"], ["id,visit,score"]
    for n in range(24 * len(arms)):
        arm, sex, age = arms[n % len(arms)], "fm"[n * 7 % 5 % 2], "2" if n == 3 else "01"[n * 11 % 7 % 2]
        people.append(f"P{n:03},{arm},yes,{sex},{age}")
        start = 200 + n * 37 % 50
        change_by = 20 * (arm == "a") * (1 + int(age)) + n * 53 % 61
        scores += [f"P{n:03},W0,{start / 10}", f"P{n:03},W8,{(start - change_by) / 10}"]
    made["endpoints"] = [change("ancova", subgroups=[SEX, AGE], **parts)]
    return made, {"people": "\n".join(people) + "\n", "scores": "\n".join(scores) + "\n"}


def of_times() -> tuple[dict[str, Any], dict[str, str]]:
    cox = {"method": "cox", "decimals": 2}
    made = timed.by_arm(timed.relapse(cox, subgroups=[STAGE]), arms={"new": "New", "old": "Old"})
    return made, {"people": timed.people(120, ("new", "old"))}


CASES: dict[str, Callable[[], tuple[dict[str, Any], dict[str, str]]]] = {
    "numbers": lambda: of_scores("ab"),
    "numbers, long": lambda: of_scores("ab", LONG),
    "numbers of three arms": lambda: of_scores("abc"),
    "times": of_times,
}


@cache
def case(name: str) -> tuple[Study, Results]:
    given, files = CASES[name]()
    with tempfile.TemporaryDirectory() as folder:
        results = computed(Path(folder), given, **files)
        return study_file.read(Path(folder)), results


def told(name: str) -> Forest:
    study, results = case(name)
    return forest_lines(study.endpoints[0], study, results, STYLES["nejm"])


def table_of(name: str) -> Table:
    study, results = case(name)
    return subgroups(study.endpoints[0], study, results, STYLES["nejm"])


@pytest.mark.parametrize("name", CASES)
def test_nothing_meets_and_nothing_leaves_the_page(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_forest, "told", told)
    page = LANDSCAPE["a4"] if "three" in name else UPRIGHT["a4"]
    monkeypatch.setattr(test_forest, "page_of", lambda name: page)
    test_forest.test_no_two_texts_meet_and_none_leaves_the_canvas(name)
    null = test_forest.laid_out(name).panels[0].axis.null
    assert null == (1.0 if name == "times" else 0.0)
    made = test_forest.laid_out(name)
    assert made.height <= page.height and len(made.panels) == (2 if "three" in name else 1)


def test_what_a_forest_plot_of_differences_says() -> None:
    said = told("numbers")
    assert said.estimate.plain == "Mean difference, points (95%\u00a0CI)" and said.null == 0
    assert [text.plain for text in said.counted] == ["Arm a, n", "Arm b, n"]
    assert said.favours == (("favours Treatment a", "favours Treatment b"),)  # lower is better
    assert said.lines[0].compared[0].interval is not None and said.lines[0].compared[0].interval.estimate < 0
    study, results = case("numbers")
    higher = study.endpoints[0].model_copy(update={"direction": "higher_is_better"})
    assert forest_lines(higher, study, results, STYLES["nejm"]).favours[0] == (
        "favours Treatment b", "favours Treatment a",
    )  # fmt: skip
    plain = said.alt.plain.replace("\u00a0", " ")
    assert "participants in each arm and mean difference, points (95% CI)." in plain and "Arm a 24, Arm b 24," in plain
    lacking = next(line for line in said.lines if line.label.plain == "Oldest")
    assert lacking.compared[0].interval is None and lacking.compared[0].short.plain == "not estimable"


def test_what_a_forest_plot_of_hazard_ratios_says() -> None:
    said, (study, results) = told("times"), case("times")
    assert said.estimate.plain == "Hazard ratio (95%\u00a0CI)" and said.null == 1
    assert said.counted[0].plain == "New, events/N" and "/" in said.lines[0].counts[0].plain
    wanted = [r.stat for r in results.select(analysis_id="relapse.cox", stat_name="estimate")]
    interval = said.lines[0].compared[0].interval
    assert interval is not None and [interval.estimate] == wanted
    assert "events of participants in each arm and hazard ratio" in said.alt.plain
    made = draw(Display(id="fig-x", kind="forest", title="x", endpoint="relapse"), study, results, STYLES["nejm"])
    assert made.alt.plain == said.alt.plain


@pytest.mark.parametrize("name", CASES)
def test_every_number_of_the_table_is_a_result(name: str) -> None:
    made = table_of(name)
    for line in made.lines:
        for cell in line.cells:
            words_alone = "".join(piece.text for piece in cell.pieces if not piece.result_id)
            assert not any(character.isdigit() for character in words_alone), cell.plain
    assert len({len(line.cells) for line in made.lines}) == 1 and len(made.headings) == 1 + len(made.lines[0].cells)


def test_the_tables() -> None:
    headings = [text.plain.replace("\u00a0", " ") for text in table_of("numbers").headings]
    assert headings == ["Subgroup", "Arm a, n", "Arm b, n", "Mean difference, points (95% CI)", "P for interaction"]
    notes = " ".join(text.plain for text in table_of("numbers").notes)
    assert (
        "least-squares means" in notes and "Age (post hoc), Oldest: not estimable (an arm has no participant" in notes
    )
    of_times = table_of("times")
    assert [text.plain.replace("\u00a0", " ") for text in of_times.headings][1] == "New, events of N"
    assert " of " in of_times.lines[0].cells[0].plain.replace("\u00a0", " ")


def test_an_estimate_without_an_interval_is_told_with_its_reason() -> None:
    """One participant in each arm of a level: a difference, and nothing about how far it may be from the truth."""
    made, files = of_scores("ab")
    made["endpoints"] = [change("ancova", subgroups=[AGE], against=None)]
    del made["endpoints"][0]["against"]
    lines = files["people"].splitlines()
    lines[3] = lines[3][:-1] + "2"  # another one of the oldest, in the other arm
    with tempfile.TemporaryDirectory() as folder:
        results = computed(Path(folder), made, people="\n".join(lines) + "\n", scores=files["scores"])
        study = study_file.read(Path(folder))
    said = forest_lines(study.endpoints[0], study, results, STYLES["nejm"])
    oldest = said.lines[-1].compared[0]
    assert oldest.interval is None and oldest.short.plain.endswith(", interval not estimable")
    why = "interval not estimable (there are no more participants than coefficients)"
    assert oldest.text.plain.endswith(why)
    table = subgroups(study.endpoints[0], study, results, STYLES["nejm"])
    assert table.lines[-1].cells[2].plain.endswith(", interval not estimable")
    assert any("Oldest: not estimable (there are no more" in note.plain for note in table.notes)


Ends = tuple[float, float, float]


@pytest.mark.parametrize(
    ("differences", "ends"),
    [([], (-1.0, 1.0, 1.0)), ([(0.0, 0.0, 0.0)], (-1.0, 1.0, 1.0)), ([(-5.1, -6.6, -3.7)], (-7.0, 1.0, 1.0)),
     ([(0.3, 0.1, 0.5)], (-0.1, 0.5, 0.1)), ([(0.3, 0.1, 0.5), (0.2, 0.0, 0.4), (0.1, -40.0, 40.0)], (-0.6, 1.0, 0.2)),
     ([(120.0, -80.0, 320.0)], (-100.0, 350.0, 50.0)), ([(-0.002, -0.003, -0.001)], (-0.003, 0.0005, 0.0005))],
)  # fmt: skip
def test_how_far_a_linear_axis_goes(differences: list[forest_axis.Estimate], ends: Ends) -> None:
    axis = forest_axis.axis_of(differences, 100.0, 200.0, 0.0)
    assert (axis.low, axis.high, axis.step) == pytest.approx(ends) and axis.null == 0
    ticks = axis.ticks()
    assert 0.0 in ticks and ticks[0] == pytest.approx(axis.low) and ticks[-1] == pytest.approx(axis.high)
    assert (axis.x(axis.low), axis.x(axis.high)) == pytest.approx((100.0, 200.0)) and len(ticks) <= 11
    middle = (axis.low + axis.high) / 2
    assert axis.x(middle) == pytest.approx(150.0)
    for estimate, low, high in differences:
        mark = forest_axis.mark_of(axis, (estimate, low, high), 10.0, 12.0, 0.5)
        assert mark.middle is not None and mark.leaves == (low < axis.low, high > axis.high)


def of(study: dict[str, Any]) -> list[Fault]:
    return list(faults(Study.model_validate(study)))


@pytest.mark.parametrize("kind", ["subgroups", "forest"])
def test_what_a_display_of_subgroups_needs(kind: str) -> None:
    shown = {"id": f"{'fig' if kind == 'forest' else 'tbl'}-x", "kind": kind, "title": "x", "endpoint": "changed"}
    made, _ = of_scores("ab")
    assert not of(made | {"displays": [shown]})
    made["endpoints"] = [change("t_test", subgroups=[SEX])]
    assert [fault.message for fault in of(made | {"displays": [shown]})] == [
        f"a display of kind {kind} shows ancova, which changed does not compute"
    ]
    times = of_times()[0]
    assert not of(times | {"displays": [shown | {"endpoint": "relapse"}]})


def test_the_table_of_endpoints_names_a_subgroup_of_the_participants_data_set() -> None:
    study, results = case("numbers")
    made = build(Display(id="tbl-x", kind="endpoints", title="x"), study, results, STYLES["plain"])
    told_of = " ".join(cell.plain for line in made.lines for cell in line.cells)
    assert "subgroups by Sex; subgroups that were not prespecified, by Age" in told_of
