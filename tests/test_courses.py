"""Individual courses: everybody's values at every visit, by day; told apart without colour; every number in words."""

from __future__ import annotations

import itertools
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
from report.paper.figures.courses import spread, within
from report.paper.figures.drawing import BAND, PNG_DPI, Drawing
from report.paper.styles import STYLES
from report.study import file as study_file
from report.study.model import Study
from tests.invented import change, computed, single

DAYS = {"W0": 0, "W2": 14, "W4": 28, "W8": 56, "W52": 364}
LABELS = {"W0": "Start", "W2": "Week 2", "W4": "Week 4", "W8": "Week 8", "W52": "One year"}
IDS = {"W0": "start", "W2": "week2", "W4": "week4", "W8": "week8", "W52": "year1"}
# P2 lacks the start, P3 week 4, P4 everything; by column W0 W2 W4 W8 W52
SCORES = {
    "P1": [10.0, 9.0, 8.0, 5.0, 1.0],
    "P2": [None, 7.5, 7.0, 6.0, 2.0],
    "P3": [20.0, 18.0, None, 9.0, 8.0],
    "P4": [None] * 5,
    "P5": [10.5, 9.5, 8.5, 5.5, 3.0],
    "P6": [30.0, 29.0, 28.0, 27.0, 26.0],
    "P7": [4.0, 4.0, 4.0, 4.0, 4.0],
}


def drawn(folder: Path, visits: list[str], days: dict[str, int] = DAYS) -> tuple[Drawing, Results, Study]:
    """Return the figure of the invented scores at some visits; of two where none are named."""
    display: dict[str, Any] = {"id": "fig-x", "kind": "courses", "endpoint": "changed", "title": "x"}
    study = single(
        endpoints=[change("change")],
        displays=[display | ({"visits": [IDS[visit] for visit in visits]} if visits else {})],
        individual_data={"display": True, "ground": "invented"},
        visits=[{"id": IDS[v], "label": LABELS[v], "code": v, "day": day} for v, day in days.items()],
    )
    study["datasets"]["scores"]["columns"]["visit"]["levels"] = LABELS
    people = "id,kind,age,weight,entered\n" + "".join(f"{name},x,10,1.5,2020-01-01\n" for name in SCORES)
    rows = [f"{name},{v},{x}\n" for name, xs in SCORES.items() for v, x in zip(DAYS, xs, strict=True) if x is not None]
    results = computed(folder, study, people=people, scores="id,visit,score\n" + "".join(rows))
    read = study_file.read(folder)
    with mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
        return figures.draw(read.displays[0], read, results, STYLES["plain"]), results, read


def courses(drawing: Drawing) -> list[Line2D]:
    return [line for line in drawing.figure.axes[0].lines if line.get_marker() not in ("None", None, "")]


def bars(drawing: Drawing) -> list[Line2D]:
    return [line for line in drawing.figure.axes[0].lines if line.get_color() == BAND]


def test_every_value_stands_at_the_day_of_its_visit(tmp_path: Path) -> None:
    """Days 0, 14, 28, 56 and 364 of 364; who lacks a value has a line through the others, who lacks all has none."""
    drawing, _, _ = drawn(tmp_path, list(DAYS))
    assert [list(line.get_ydata()) for line in courses(drawing)] == [
        [x for x in xs if x is not None] for xs in SCORES.values() if any(xs)
    ]
    place = dict(zip(DAYS, [0, 14 / 364, 28 / 364, 56 / 364, 1], strict=True))
    expected = [[place[v] for v, x in zip(DAYS, xs, strict=True) if x is not None] for xs in SCORES.values() if any(xs)]
    assert [list(line.get_xdata()) for line in courses(drawing)] == [pytest.approx(each) for each in expected]


def test_medians_at_every_visit(tmp_path: Path) -> None:
    """Start: 4 10 10.5 20 30, median 10.5; week 4: 4 7 8 8.5 28, 8; year: 1 2 3 4 8 26, 3.5."""
    drawing, results, _ = drawn(tmp_path, list(DAYS))
    seen = [results.by_id(f"visits.score.{IDS[v]}.median").stat for v in DAYS]
    assert [seen[0], seen[2], seen[4]] == [10.5, 8.0, 3.5]
    assert [bar.get_ydata()[0] for bar in bars(drawing)] == seen
    middles = [sum(bar.get_xdata()) / 2 for bar in bars(drawing)]
    assert middles == pytest.approx([0, 14 / 364, 28 / 364, 56 / 364, 1])
    edges = [edge for bar in bars(drawing) for edge in bar.get_xdata()]
    assert edges == sorted(edges)  # no bar meets its neighbour


def test_visits_named_in_another_order_stand_by_day(tmp_path: Path) -> None:
    drawing, _, _ = drawn(tmp_path, ["W52", "W0", "W8"])
    assert list(courses(drawing)[0].get_ydata()) == [10.0, 5.0, 1.0]


def test_six_lines_are_told_apart_without_colour(tmp_path: Path) -> None:
    drawing, _, _ = drawn(tmp_path, list(DAYS))
    looks = [(str(line._dash_pattern), str(line.get_marker())) for line in courses(drawing)]  # type: ignore[attr-defined]
    inks = [line.get_color() for line in courses(drawing)]
    assert len({pattern for pattern, _ in looks[:5]}) == len({marker for _, marker in looks[:5]}) == 5
    assert looks[0] == looks[5] and inks[0] != inks[5]  # the seventh participant looks like the first, in another ink


def test_lines_are_named_where_they_begin(tmp_path: Path) -> None:
    """At the left those with a value at the start; P2 at week 2, beside its first point; P4 nowhere."""
    drawing, _, _ = drawn(tmp_path, list(DAYS))
    names = {
        text.get_text(): text.get_position() for text in drawing.figure.axes[0].texts if text.get_text().startswith("P")
    }
    assert set(names) == {"P1", "P2", "P3", "P5", "P6", "P7"}
    assert {names[name][0] for name in ("P1", "P3", "P5", "P6", "P7")} == {names["P1"][0]} and names["P1"][0] < 0
    assert 0 < names["P2"][0] < 14 / 364 and names["P2"][1] == pytest.approx(7.5)
    assert names["P5"][1] > names["P1"][1]  # 10.5 and 10.0, pushed apart


def test_alternative_text_gives_every_value(tmp_path: Path) -> None:
    drawing, results, _ = drawn(tmp_path, list(DAYS))
    held = {r.result_id for r in results if r.analysis_id == "individual.score"} | {
        f"visits.score.{IDS[v]}.median" for v in DAYS
    }
    assert {piece.result_id for piece in drawing.alt.results} == held and len(held) == 7 * 5 + 5
    assert "P3 20.0 to 18.0 to not recorded to 9.0 to 8.0" in drawing.alt.plain
    assert "Start to Week 2 to Week 4 to Week 8 to One year" in drawing.alt.plain
    assert drawing.alt.plain.endswith("Median: 10.5 to 9.25 to 8.0 to 5.75 to 3.5.")


@pytest.mark.parametrize("visits", [[], ["W0", "W8"], ["W0", "W2", "W4"], list(DAYS)])
def test_no_two_texts_meet_and_none_leaves_the_canvas(tmp_path: Path, visits: list[str]) -> None:
    drawing, _, _ = drawn(tmp_path, visits)
    with mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
        drawing.figure.set_dpi(PNG_DPI)
        canvas = FigureCanvasAgg(drawing.figure)
        canvas.draw()
        axes, renderer = drawing.figure.axes[0], canvas.get_renderer()
        texts = [t for t in [*axes.texts, *axes.get_yticklabels(), axes.yaxis.label] if t.get_text()]
        boxes: list[tuple[str, Bbox]] = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    assert {label for label in LABELS.values() if label in [said for said, _ in boxes]} >= {"Start"}
    for (one, a), (two, b) in itertools.combinations(boxes, 2):
        assert not a.shrunk(0.98, 0.7).overlaps(b.shrunk(0.98, 0.7)), (one, two)
    for said, box in boxes:
        assert drawing.figure.bbox.x0 <= box.x0 and box.x1 <= drawing.figure.bbox.x1, said
        assert drawing.figure.bbox.y0 <= box.y0 and box.y1 <= drawing.figure.bbox.y1, said


def test_two_visits_keep_their_size_and_labels(tmp_path: Path) -> None:
    drawing, _, _ = drawn(tmp_path, [])
    assert drawing.width == pytest.approx(4.6 * 72) and drawing.figure.get_figheight() == pytest.approx(3.5)
    assert [t.get_text() for t in drawing.figure.axes[0].texts if "edian" in t.get_text()] == [
        "median 10.5",
        "median 5.75",
    ]
    assert list(courses(drawing)[0].get_xdata()) == [0, 1]


def test_more_visits_than_have_room_are_refused(tmp_path: Path) -> None:
    study, results = drawn(tmp_path, list(DAYS))[2], drawn(tmp_path, list(DAYS))[1]
    label = "Extraordinarilylongvisit"
    longer = study.model_copy(update={"visits": tuple(v.model_copy(update={"label": label}) for v in study.visits)})
    with pytest.raises(DisplayError, match="the labels of 5 visits have no room"):
        figures.draw(longer.displays[0], longer, results, STYLES["plain"])


@pytest.mark.parametrize(
    ("places", "gap", "ends", "expected"),
    [
        ([0, 10, 20], 5, (0, 20), [0, 10, 20]),
        ([-5, 0, 20], 5, (0, 20), [0, 5, 20]),
        ([0, 18, 23], 5, (0, 20), [0, 15, 20]),
        ([-4, 1, 6], 5, (0, 10), [0, 5, 10]),
    ],
)
def test_labels_are_moved_inwards(
    places: list[float], gap: float, ends: tuple[float, float], expected: list[float]
) -> None:
    assert within(places, gap, ends) == expected


def test_names_are_spread_no_more_than_needed() -> None:
    assert spread([1.0, 1.0, 5.0], 1.0) == [0.5, 1.5, 5.0]
