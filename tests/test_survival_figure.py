"""Figures of curves: the numbers at risk under their ticks, arms told apart by their lines, every number in words."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from report.ard import Results
from report.errors import DisplayError
from report.paper import figures
from report.paper.figures.drawing import PNG_DPI, POINTS_PER_INCH, Drawing
from report.paper.figures.survival_lines import curves_of
from report.paper.styles import STYLES
from report.study import file as study_file
from report.study.model import Study
from tests import timed
from tests.invented import computed
from tests.test_study_references import faults

KAPLAN_MEIER = {"method": "kaplan_meier", "arguments": {"at": [6]}}
INCIDENCE = {"method": "cumulative_incidence", "arguments": {"at": [6]}}
SIX = {name: f"Treatment {name} in the higher dose" for name in "abcdef"}


def drawn(
    folder: Path, *, kind: str = "kaplan_meier", arms: dict[str, str] | None = None, **parts: Any
) -> tuple[Drawing, Results, Study]:
    """Return the figure of invented relapses in these arms, or in a single arm where there are none."""
    display = {"id": "fig-x", "kind": kind, "endpoint": "relapse", "title": "x", **parts}
    endpoint = timed.relapse(KAPLAN_MEIER, INCIDENCE)
    study = (
        timed.in_one_arm(endpoint, displays=[display])
        if not arms
        else timed.by_arm(endpoint, arms=arms, displays=[display])
    )
    results = computed(folder, study, people=timed.people(30 * max(1, len(arms or {})), tuple(arms or ())))
    read = study_file.read(folder)
    return again(read, results), results, read


def again(study: Study, results: Results) -> Drawing:
    with mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
        return figures.draw(study.displays[0], study, results, STYLES["plain"])


def texts(drawing: Drawing) -> dict[str, Bbox]:
    """Return the box of each text in points from the lower left corner, under its group id and what it says."""
    drawing.figure.set_dpi(PNG_DPI)
    renderer = FigureCanvasAgg(drawing.figure).get_renderer()
    scale = POINTS_PER_INCH / PNG_DPI
    return {
        f"{text.get_gid()} {text.get_text()}": Bbox(text.get_window_extent(renderer).get_points() * scale)
        for text in drawing.figure.axes[0].texts
    }


def curves(drawing: Drawing) -> list[Line2D]:
    return [line for line in drawing.figure.axes[0].lines if str(line.get_gid()).startswith("curve-")]


@pytest.mark.parametrize("arms", [None, timed.ARMS, SIX], ids=["one arm", "three arms", "six arms"])
@pytest.mark.parametrize("kind", ["kaplan_meier", "cumulative_incidence"])
def test_nothing_meets_and_nothing_leaves_the_figure(tmp_path: Path, arms: dict[str, str] | None, kind: str) -> None:
    drawing, *_ = drawn(tmp_path, kind=kind, arms=arms, bands=True)
    boxes = texts(drawing)
    width, height = drawing.figure.get_size_inches() * POINTS_PER_INCH
    for name, box in boxes.items():
        assert box.x0 >= -0.5 and box.x1 <= width + 0.5 and box.y0 >= -0.5 and box.y1 <= height + 0.5, name
    for (one, first), (other, second) in itertools.combinations(boxes.items(), 2):
        assert not first.padded(-0.8).overlaps(second.padded(-0.8)), (one, other)


def test_numbers_at_risk_stand_under_their_ticks(tmp_path: Path) -> None:
    drawing, results, _ = drawn(tmp_path, arms=timed.ARMS)
    boxes = list(texts(drawing).items())
    middle: dict[str, float] = {}  # the ticks across come before all other texts
    for name, box in boxes:
        if name.startswith("text-"):
            middle.setdefault(name.split(" ", 1)[1], (box.x0 + box.x1) / 2)
    for row in results.select(analysis_id="relapse.kaplan_meier", stat_name="n.risk", group1_level="new"):
        at = [(box.x0 + box.x1) / 2 for name, box in boxes if name.split(" ", 1)[1] == str(row.stat)]
        assert any(abs(x - middle[row.variable_level]) < 0.6 for x in at), row.variable_level


def test_six_arms_are_told_apart_without_colour(tmp_path: Path) -> None:
    drawing, *_ = drawn(tmp_path, arms=SIX)
    patterns = [(str(line._dash_pattern)) for line in curves(drawing)]  # type: ignore[attr-defined]
    assert len(curves(drawing)) == 6 and len(set(patterns)) == 6


def test_seven_arms_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DisplayError, match="7 curves cannot be told apart"):
        drawn(tmp_path, arms={name: name for name in "abcdefg"})


@pytest.mark.parametrize("kind", ["kaplan_meier", "cumulative_incidence"])
def test_the_figure_draws_what_the_row_says(tmp_path: Path, kind: str) -> None:
    drawing, results, study = drawn(tmp_path, kind=kind, arms=timed.ARMS)
    row = results.one(analysis_id=f"relapse.{kind}", stat_name="curve", group1_level="new")
    steps = json.loads(str(row.stat))
    x, y = curves(drawing)[0].get_data()
    assert len(x) == len(steps)
    scale = (x[-1] - x[0]) / (steps[-1][0] - steps[0][0])
    assert all(abs((a - x[0]) - scale * step[0]) < 1e-6 for a, step in zip(x, steps, strict=True))
    upright = (y[-1] - y[0]) / (steps[-1][1] - steps[0][1])
    assert all(abs((b - y[0]) - upright * (step[1] - steps[0][1])) < 1e-6 for b, step in zip(y, steps, strict=True))
    other = [*steps[:-1], [steps[-1][0], 0.5, *steps[-1][2:]]]
    changed = Results({}, [replace(r, stat=json.dumps(other)) if r is row else r for r in results])
    assert curves(again(study, changed))[0].get_data()[1][-1] != y[-1]


def test_marks_are_where_participants_are_censored(tmp_path: Path) -> None:
    drawing, results, _ = drawn(tmp_path, arms=timed.ARMS)
    row = results.one(analysis_id="relapse.kaplan_meier", stat_name="curve", group1_level="old")
    marks = next(line for line in drawing.figure.axes[0].lines if line.get_gid() == "censored-1")
    assert len(marks.get_xdata()) == sum(step[6] > 0 for step in json.loads(str(row.stat)))


def test_a_curve_ends_where_few_are_at_risk(tmp_path: Path) -> None:
    drawing, results, study = drawn(tmp_path, arms=timed.ARMS, at_least=25)
    told = curves_of(study.displays[0], study, results, STYLES["plain"])
    for curve in told.curves:
        assert min(step.at_risk for step in curve.steps) >= 0.25 * curve.steps[0].at_risk
    assert told.longest < 39 * 15 / 30.4375 and len(curves(drawing)) == 3


def test_a_hole_is_said_and_not_drawn(tmp_path: Path) -> None:
    _, results, study = drawn(tmp_path, arms=timed.ARMS)
    rows = [
        replace(r, stat=None, query="Q7") if r.group1_level == "old" and r.stat_name != "label" else r for r in results
    ]
    drawing = again(study, Results({}, rows))
    assert len(curves(drawing)) == 2
    assert sum("[open query Q7]" in name for name in texts(drawing)) == 1
    assert "Old: [open query Q7]. " in drawing.alt.plain


def test_an_arm_without_anybody_says_so(tmp_path: Path) -> None:
    study = timed.by_arm(
        timed.relapse(KAPLAN_MEIER),
        displays=[{"id": "fig-x", "kind": "kaplan_meier", "endpoint": "relapse", "title": "x"}],
    )
    results = computed(tmp_path, study, people=timed.people(40, ("new", "none")))
    drawing = again(study_file.read(tmp_path), results)
    assert any("an arm has no participant with a time" in name for name in texts(drawing))


def test_the_alternative_text_has_every_number_of_the_figure(tmp_path: Path) -> None:
    drawing, results, _ = drawn(tmp_path, arms=timed.ARMS)
    said = {piece.result_id for piece in drawing.alt.results}
    for row in results.select(analysis_id="relapse.kaplan_meier"):
        if row.stat_name in ("n.risk", "N", "n_event") or (
            row.stat_name == "estimate" and row.variable_level in ("median", "6")
        ):
            assert row.result_id in said, row.result_id
    assert "median time" in drawing.alt.plain and "with their 95% intervals" in drawing.alt.plain


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    drawing, results, study = drawn(tmp_path, arms=timed.ARMS, bands=True)
    for name, each in (("one", drawing), ("other", again(study, results))):
        with mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
            figures.save(each, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        (timed.relapse({"method": "log_rank"}), "shows kaplan_meier, which relapse does not compute"),
        (
            timed.relapse({"method": "risk"}, time=None, variable="site", event="n", direction="lower_is_better"),
            "a display of kind kaplan_meier shows a time to an event by arm, and relapse is an event by arm",
        ),
    ],
)  # fmt: skip
def test_a_figure_of_something_else_is_refused(tmp_path: Path, endpoint: dict[str, Any], told: str) -> None:
    import yaml

    held = {key: value for key, value in endpoint.items() if value is not None}
    study = timed.by_arm(held, displays=[{"id": "fig-x", "kind": "kaplan_meier", "endpoint": "relapse", "title": "x"}])
    found = faults(tmp_path, yaml.dump(study, sort_keys=False))
    assert any(told in each.message for each in found), found
