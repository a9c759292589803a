"""The flow: every number in its box, and a drawing in which nothing meets and nothing leaves the canvas."""

from __future__ import annotations

import itertools
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox

from report.ard import COLUMNS, Results, Row
from report.paper import figures, flow
from report.paper.styles import STYLES
from report.study import file as study_file
from report.study.model import Study
from tests.conftest import STUDIES

LONG = "a combination of subcutaneous methotrexate with Pneumonoultramicroscopicsilicovolcanoconiosis-directed therapy"
ITEMS = [
    {"id": "assessed", "label": "Assessed for eligibility", "reported": "x"},
    {"id": "excluded", "label": "Excluded", "reported": "x", "reasons": [
        {"code": f"reason{i}", "label": f"Reason {i}: {LONG}", "reported": "x"} for i in range(5)]},
    {"id": "randomised", "label": "Randomised", "reported": "x"},
    {"id": "allocated", "label": "Allocated", "by_arm": True, "reported": "x"},
    {"id": "received", "label": f"Received {LONG}", "by_arm": True, "reported": "x"},
    {"id": "not_received", "label": "Did not receive it", "by_arm": True, "reported": "x"},
    {"id": "lost", "label": "Lost to follow-up", "by_arm": True, "reported": "x", "reasons": [
        {"code": "moved", "label": "Moved away", "reported": "x"}]},
    {"id": "discontinued", "label": "Discontinued", "by_arm": True, "reported": "x"},
    {"id": "analysed", "label": "Analysed for the primary outcome", "by_arm": True, "reported": "x"},
    {"id": "not_analysed", "label": "Excluded from analysis", "by_arm": True, "reported": "x"},
]  # fmt: skip
SINGLE = (
    "assessed",
    "excluded",
    "enrolled",
    "treated",
    "discontinued",
    "lost",
    "completed",
    "not_analysed",
    "analysed",
)


def row(name: str, arm: str, n: int) -> Row:
    blank = dict.fromkeys(COLUMNS, "") | {
        "result_id": f"disposition.{name}.{arm}.n", "analysis_id": f"disposition.{name}", "group1_level": arm,
        "stat_name": "n", "stat": n, "format_key": "count",
    }  # fmt: skip
    return Row(**blank)  # type: ignore[arg-type]


def invented(arms: int, n: int) -> tuple[Study, Results]:
    """Return a study of that many arms with long labels, each number of the flow being n."""
    given = study_file.read(STUDIES["indomethacin"]).model_dump(by_alias=True, mode="json", exclude_unset=True)
    names = [{"id": f"arm{i}", "label": LONG if i % 2 else f"placebo {i}", "code": str(i)} for i in range(arms)]
    given["design"] |= {"arms": names, "reference": "arm0"}
    given["disposition"] = ITEMS
    study = Study.model_validate(given)
    rows = []
    for item in study.disposition:
        for arm in [a["id"] for a in names] if item.by_arm else [""]:
            rows += [row(item.id, arm, n), *(row(f"{item.id}.{r.code}", arm, n) for r in item.reasons)]
    return study, Results({}, rows)


def single(n: int) -> tuple[Study, Results]:
    given = study_file.read(STUDIES["jia"]).model_dump(by_alias=True, mode="json", exclude_unset=True)
    given["disposition"] = [{"id": name, "label": f"{name}: {LONG}", "reported": "x"} for name in SINGLE]
    return Study.model_validate(given), Results({}, [row(name, "", n) for name in SINGLE])


def of(case: str) -> tuple[Study, Results]:
    if case.startswith("arms"):
        return invented(int(case[4:]), 12345)
    return single(1) if case == "single" else invented(2, 1)


def drawn(case: str) -> tuple[flow.Layout, dict[str, Bbox], Bbox]:
    """Return the layout and, as the renderer measures them, the extents of every box, line of text and the canvas."""
    study, results = of(case)
    with mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
        layout = flow.layout(study, results, STYLES["nejm"], figures.measure())
        figure = figures.draw_flow(layout).figure
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        artists = [*figure.axes[0].patches, *figure.axes[0].texts]
        extents = {str(a.get_gid()): a.get_window_extent(canvas.get_renderer()) for a in artists if a.get_gid()}
    return layout, extents, figure.bbox


CASES = ["arms2", "arms3", "arms4", "arms6", "single", "n=1"]


@pytest.mark.parametrize("case", CASES)
def test_no_two_boxes_meet(case: str) -> None:
    _, extents, _ = drawn(case)
    boxes = {name: box for name, box in extents.items() if name.startswith("box-")}
    assert len(boxes) >= 8
    for (one, a), (two, b) in itertools.combinations(boxes.items(), 2):
        assert not a.overlaps(b), f"{one} meets {two}"


@pytest.mark.parametrize("case", CASES)
def test_no_two_texts_meet_and_each_stays_in_its_box(case: str) -> None:
    _, extents, _ = drawn(case)
    texts = {name: box for name, box in extents.items() if name.startswith("text-")}
    for name, text in texts.items():
        box = extents[f"box-{name.split('-')[1]}"]
        assert box.x0 <= text.x0 and text.x1 <= box.x1 and box.y0 <= text.y0 and text.y1 <= box.y1, name
    for (one, a), (two, b) in itertools.combinations(texts.items(), 2):
        assert not a.shrunk(0.999, 0.8).overlaps(b.shrunk(0.999, 0.8)), f"{one} meets {two}"


@pytest.mark.parametrize("case", CASES)
def test_nothing_leaves_the_canvas(case: str) -> None:
    layout, extents, canvas = drawn(case)
    for name, box in extents.items():
        assert canvas.x0 <= box.x0 and box.x1 <= canvas.x1 and canvas.y0 <= box.y0 and box.y1 <= canvas.y1, name
    for x, y in (point for arrow in layout.arrows for point in arrow.points):
        assert 0 <= x <= layout.width and 0 <= y <= layout.height


@pytest.mark.parametrize("case", CASES)
def test_no_arrow_crosses_a_box(case: str) -> None:
    layout, _, _ = drawn(case)
    for arrow in layout.arrows:
        for (x0, y0), (x1, y1) in itertools.pairwise(arrow.points):
            line = Bbox([[min(x0, x1), min(y0, y1)], [max(x0, x1), max(y0, y1)]])
            for box in layout.boxes:
                inside = Bbox([[box.left + 1, box.top + 1], [box.left + box.width - 1, box.bottom - 1]])
                crosses = (
                    line.x0 < inside.x1 and inside.x0 < line.x1 + 1e-9 and line.y0 < inside.y1 and inside.y0 < line.y1
                )
                assert not crosses, (arrow, box.lines)


@pytest.mark.parametrize("case", CASES)
def test_every_number_stands_in_the_alternative_text(case: str) -> None:
    study, results = of(case)
    layout = flow.layout(study, results, STYLES["nejm"], figures.measure())
    assert {piece.result_id for piece in layout.alt.results} == {r.result_id for r in results}
    in_boxes = {piece.result_id for box in layout.boxes for text in box.texts for piece in text.results}
    assert in_boxes == {r.result_id for r in results}


def test_the_flow_of_the_indomethacin_trial_as_published(tmp_path: Path) -> None:
    """Elmunzer 2012, Figure 1: 799 assessed, 197 excluded, 602 randomised, 295 and 307, none lost."""
    from report.analysis import compute

    study = study_file.read(STUDIES["indomethacin"])
    layout = flow.layout(study, compute.results(STUDIES["indomethacin"], study), STYLES["nejm"], figures.measure())
    told = [" ".join(box.lines).replace("\u00a0", " ") for box in layout.boxes]
    assert told == [
        "Assessed for eligibility (n = 799)",
        "Excluded (n = 197) Reasons not available in the sources used",
        "Randomised (n = 602)",
        "Allocated to indomethacin (n = 295) Received and retained the suppositories (n = 294) "
        "Could not retain the suppositories (n = 1)",
        "Allocated to placebo (n = 307) Received and retained the suppositories (n = 307) "
        "Could not retain the suppositories (n = 0)",
        "Lost to follow-up (n = 0)",
        "Lost to follow-up (n = 0)",
        "Analysed for post-ERCP pancreatitis (n = 295)",
        "Analysed for post-ERCP pancreatitis (n = 307)",
    ]
