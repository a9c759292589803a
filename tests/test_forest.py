"""The forest plot: every number in it and in its alternative text, nothing meets, nothing leaves the page."""

from __future__ import annotations

import hashlib
import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox

from report.ard import Results, Row
from report.errors import DisplayError
from report.paper import figures
from report.paper.figures import forest, forest_axis, forest_layout
from report.paper.figures.drawing import IN_PIXELS, LANDSCAPE, PNG_DPI, UPRIGHT, Page, measure
from report.paper.figures.forest_lines import Forest, forest_lines
from report.paper.styles import STYLES
from report.paper.tables.subgroups import subgroups
from report.paper.tables.table import Table
from report.study.displays import Display
from report.study.model import Study
from tests.invented import event, parallel
from tests.test_subgroups import ENDPOINT, indomethacin, of_the_trial

DISPLAY = Display(id="fig-x", kind="forest", title="x", endpoint="happened")
LONG = "Received a combination of subcutaneous methotrexate with Pneumonoultramicroscopicsilicovolcanoconiosis therapy"
RATIO = ("estimate", "conf.low", "conf.high")


def study_of(
    arms: int, levels: list[int], label: str = "Category", treatment: str = "treatment", **parts: Any
) -> Study:
    """Return a study of that many arms, of which a is the reference, with a subgroup for each number of levels."""
    made = parallel(endpoints=[])
    columns = made["datasets"]["people"]["columns"]
    names = "abcdef"[:arms]
    made["design"]["arms"] = [{"id": n, "label": f"{treatment} {n}", "short": f"Arm {n}", "code": n} for n in names]
    made["design"]["reference"] = "a"
    columns["arm"]["levels"] = {name: name for name in names}
    for number, n in enumerate(levels):
        said = {f"L{level}": f"{label} level {level}" for level in range(n)}
        columns[f"v{number}"] = {"type": "category", "label": f"{label} {number}", "levels": said}
    endpoint = event({"method": "risk"}, {"method": "risk_ratio", "arguments": {"interval": "miettinen_nurminen"}})
    subgroups = [{"variable": f"v{number}", "prespecified": number % 2 == 0} for number in range(len(levels))]
    made["endpoints"] = [endpoint | {"subgroups": subgroups, **parts}]
    return Study.model_validate(made)


def row(analysis: str, stat: str, value: Any, level: str = "", arm: str = "", **columns: str) -> Row:
    keys = {
        "p": "percent:12345",
        "n": "count",
        "N": "count",
        "N_level": "count",
        "N_miss": "count",
        "p.value": "p",
        "conf.level": "level",
    }
    return Row(
        result_id=".".join(filter(None, (analysis, level, arm, stat))), analysis_id=analysis, group1="arm" if arm else "",
        group1_level=arm, variable="v", variable_level=level, context="x", method="x", stat_name=stat, stat_label=stat,
        stat=value, format_key=keys.get(stat, "ratio"), **columns,
    )  # fmt: skip


def results_of(study: Study, ratio: tuple[float, float, float] = (0.5, 0.25, 1.1), n: int = 12345) -> Results:
    """Return invented results of every number of a forest plot; each ratio is the same, sizes grow from level to level."""
    arms = [arm.id for arm in study.design.arms]
    rows = [row("happened.risk", s, v, arm=arm) for arm in arms for s, v in (("n", n), ("N", n), ("p", 1.0))]
    rows += [row("happened.risk_ratio", s, v, arm=arm) for arm in arms[1:] for s, v in zip(RATIO, ratio, strict=True)]
    for subgroup in study.endpoints[0].subgroups:
        analysis = f"happened.subgroup_{subgroup.variable}"
        levels = list(study.column("people", subgroup.variable).levels)
        for size, level in enumerate(levels, start=1):
            rows += [row(analysis, "N_level", 100 * size, level)]
            rows += [row(analysis, s, v, level, arm) for arm in arms for s, v in (("n", n), ("N", n), ("p", 1.0))]
            rows += [row(analysis, s, v, level, arm) for arm in arms[1:] for s, v in zip(RATIO, ratio, strict=True)]
        rows += [row(analysis, "p.value", 0.04, arm=arm) for arm in arms[1:]]
        rows += [row(analysis, "N_miss", 0), row(analysis, "conf.level", 0.95)]
    return Results({}, rows)


def changed(results: Results, change: dict[str, dict[str, Any]]) -> Results:
    """Return results with some rows changed, by a part of their id."""
    made = list(results.rows)
    for part, columns in change.items():
        assert any(part in each.result_id for each in made), part
        made = [replace(each, **columns) if part in each.result_id else each for each in made]
    return Results({}, made)


HOLE = {"stat": None, "query": "Q7, Q9, Q11, Q12, Q15, Q16"}
NO_EVENT = {"stat": None, "reason": "no event in either arm"}
NOBODY = {"stat": None, "reason": "an arm has no participant with an outcome"}
TOO_FEW = {"stat": None, "reason": "fewer than two levels have patients in both arms, an event and a non-event"}


def case(name: str) -> tuple[Study, Results]:
    if name == "trial":
        return indomethacin(), of_the_trial()
    if name == "long":
        study = study_of(2, [2, 3, 2], LONG, f"subcutaneous {LONG}")
        return study, results_of(study)
    if name == "three arms":
        study = study_of(3, [2, 3, 2])
        return study, results_of(study)
    if name == "letter":
        study = study_of(2, [4] * 8).model_copy(
            update={"journal": indomethacin().journal.model_copy(update={"paper": "us-letter"})}
        )
        return study, results_of(study)
    study = study_of(2, [2, 2, 2])
    made = results_of(study)
    if name == "holes":
        return study, changed(
            made, {"v0.L": HOLE, "v0.b.p": HOLE, "v0.N_miss": HOLE, "happened.risk": HOLE, "v1.L0.b.": HOLE}
        )
    assert name == "not estimable"
    lacking = {"v0.L0.b.estimate": NO_EVENT, "v0.L0.b.conf": NO_EVENT, "v1.L1.b.estimate": NOBODY, "v1.L1.b.conf": NOBODY,
               "v1.b.p.value": TOO_FEW, "v2.N_miss": {"stat": 17}}  # fmt: skip
    return study, changed(made, lacking)


CASES = ["trial", "long", "three arms", "letter", "holes", "not estimable"]


def told(name: str) -> Forest:
    study, results = case(name)
    return forest_lines(study.endpoints[0], study, results, STYLES["nejm"])


def page_of(name: str) -> Page:
    return LANDSCAPE["a4"] if name == "three arms" else UPRIGHT["us-letter" if name == "letter" else "a4"]


def laid_out(name: str) -> forest_layout.Layout:
    return forest_layout.layout(told(name), page_of(name), STYLES["nejm"], measure(IN_PIXELS))


def drawn(name: str) -> tuple[forest_layout.Layout, dict[str, Bbox], Bbox]:
    """Return the layout and, as the renderer measures them, the extents of every text and of the canvas."""
    made = laid_out(name)
    with mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
        figure = forest.figure_of(made)
        figure.set_dpi(PNG_DPI)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        extents = {str(a.get_gid()): a.get_window_extent(renderer) for a in figure.axes[0].texts}
    return made, extents, figure.bbox


def inner(box: Bbox) -> Bbox:
    """Return a text's extent without the room that most letters leave above and below."""
    room = 0.13 * (box.y1 - box.y0)
    return Bbox([[box.x0 + 0.5, box.y0 + room], [box.x1 - 0.5, box.y1 - room]])


@pytest.mark.parametrize("name", CASES)
def test_no_two_texts_meet_and_none_leaves_the_canvas(name: str) -> None:
    made, extents, canvas = drawn(name)
    assert len(extents) == len(made.texts) > 20
    for (one, a), (two, b) in itertools.combinations(extents.items(), 2):
        texts = [made.texts[int(each.split("-")[1])].text for each in (one, two)]
        assert not inner(a).overlaps(inner(b)), texts
    for number, box in enumerate(extents.values()):
        inside = (
            canvas.x0 - 1 <= box.x0 and box.x1 <= canvas.x1 + 1 and canvas.y0 - 1 <= box.y0 and box.y1 <= canvas.y1 + 1
        )
        assert inside, made.texts[number]


@pytest.mark.parametrize("name", CASES)
def test_no_text_meets_a_mark_an_axis_or_the_line_of_no_effect(name: str) -> None:
    made, extents, canvas = drawn(name)
    boxes = [
        (Bbox([[b.x0, canvas.y1 - b.y1], [b.x1, canvas.y1 - b.y0]]), made.texts[n].text)
        for n, b in enumerate(extents.values())
    ]
    scale = canvas.width / made.width
    for panel in made.panels:
        things = [((m.ends[0], m.y - 1), (m.ends[1], m.y + 1)) for m in panel.marks]
        things += [((panel.axis.x(1) - 0.3, top), (panel.axis.x(1) + 0.3, bottom)) for top, bottom in panel.at_null]
        things += [((panel.axis.left, made.foot - 0.5), (panel.axis.right, made.foot + 0.5))]
        for low, high in things:
            box = Bbox([[c * scale for c in low], [c * scale for c in high]])
            for text, said in boxes:
                assert not box.overlaps(inner(text)), said


@pytest.mark.parametrize("name", CASES)
def test_it_fits_its_page(name: str) -> None:
    made, page = laid_out(name), page_of(name)
    assert made.height <= page.height + 1e-6 and made.width <= page.width * forest_layout.MOST_WIDER
    if name != "long":
        assert made.width == page.width


def test_forty_lines_fit_a_page_of_either_paper() -> None:
    """Everyone, eight subgroups, 31 levels: 40 lines, not closer than 11.5 points."""
    study = study_of(2, [4] * 7 + [3])
    said = forest_lines(study.endpoints[0], study, results_of(study), STYLES["plain"])
    assert len(said.lines) == 40
    for page in UPRIGHT.values():
        made = forest_layout.layout(said, page, STYLES["plain"], measure(IN_PIXELS))
        lines = sorted(text.y for text in made.texts if text.x < 60 and made.rule < text.y < made.foot)
        assert made.height <= page.height and min(b - a for a, b in itertools.pairwise(lines)) >= 11.5


def test_more_lines_than_a_page_has_are_refused() -> None:
    study = study_of(2, [10] * 7)
    with pytest.raises(DisplayError, match=r"78 lines, and a page has room for \d\d"):
        figures.draw(DISPLAY, study, results_of(study), STYLES["plain"])


def test_more_arms_than_a_page_has_are_refused() -> None:
    """Three arms make two panels on a landscape page; five arms have no room."""
    study = study_of(5, [2])
    with pytest.raises(DisplayError, match="no room for 4 compared arms"):
        figures.draw(DISPLAY, study, results_of(study), STYLES["plain"])
    assert len(laid_out("three arms").panels) == 2


NUMBERS = ("n", "N", *RATIO, "p.value")


@pytest.mark.parametrize("name", [each for each in CASES if each != "trial"])
def test_every_number_stands_in_the_alternative_text(name: str) -> None:
    _, results = case(name)
    wanted = {each.result_id for each in results if each.stat_name in NUMBERS and not each.query}
    absent = {each.result_id for each in results if each.stat is None and each.stat_name in ("conf.low", "conf.high")}
    said = {piece.result_id for piece in told(name).alt.results}
    assert wanted - said - absent == set()
    assert {each.result_id for each in results if each.query and each.stat_name == "estimate"} <= said


def test_every_number_of_the_trial_stands_in_the_alternative_text() -> None:
    held = [r for r in of_the_trial() if r.analysis_id.startswith((f"{ENDPOINT}.subgroup_", f"{ENDPOINT}.risk"))]
    wanted = {r.result_id for r in held if r.stat_name in NUMBERS and r.stat is not None}
    said = told("trial").alt
    assert len(wanted) > 200 and {piece.result_id for piece in said.results} >= wanted
    plain = said.plain.replace("\u00a0", " ")
    assert "All participants: Indomethacin 27/295, Placebo 52/307, 0.54 (0.35 to 0.83)" in plain
    assert "Pancreatic stent (interaction P=" in plain and "Type of sphincter dysfunction (post hoc)" in plain
    assert "Indomethacin 0/2, Placebo 0/1, not estimable (no event in either arm)" in plain


@pytest.mark.parametrize("name", ["trial", "three arms"])
def test_every_number_is_drawn(name: str) -> None:
    made, said = laid_out(name), told(name)
    printed = [text.text for text in made.texts]
    for line in said.lines:
        for text in [*line.counts, *(each.text for each in line.compared)]:
            assert text.plain in printed


def test_what_each_side_favours() -> None:
    """A smaller risk of a bad outcome favours the arm at the left; of a hoped-for one at the right."""
    study, results = case("letter")
    assert told("letter").favours == (("favours treatment b", "favours treatment a"),)
    hoped = study.endpoints[0].model_copy(update={"direction": "higher_is_better"})
    assert forest_lines(hoped, study, results, STYLES["plain"]).favours == (
        ("favours treatment a", "favours treatment b"),
    )


def test_holes_stand_at_the_right_of_their_lines() -> None:
    """Where a subgroup rests on open queries nothing of it is drawn; of a level open in one arm the other's counts are."""
    made = laid_out("holes")
    printed = [text.text for text in made.texts]
    hole = "[open queries Q7, Q9, Q11 and 3 more]"
    assert printed.count(hole) == 5  # everyone, a test and three levels; "interaction" has no room beside the queries
    assert printed.count("12,345/12,345") == 7  # both arms of three levels, one arm of one
    assert len(made.panels[0].marks) == 3 and all(mark.side is not None for mark in made.panels[0].marks)


def test_levels_that_cannot_be_estimated_say_so() -> None:
    """A reason that fits over the axis is printed; a longer one stands in the alternative text alone."""
    made, said = laid_out("not estimable"), told("not estimable").alt.plain
    printed = [text.text for text in made.texts]
    assert "not estimable (no event in either arm)" in printed and "not estimable" in printed
    assert "interaction P not estimable" in printed and "Category 2, missing in 17" in printed
    assert "an arm has no participant with an outcome" in said and "fewer than two levels" in said
    assert len(made.panels[0].marks) == 5 + 0  # six levels and everyone, two of them without a ratio


def test_the_line_of_no_effect_is_broken_where_a_text_runs_over_it() -> None:
    made = laid_out("not estimable")
    text = next(text for text in made.texts if text.text == "not estimable (no event in either arm)")
    assert not any(top < text.y < bottom for top, bottom in made.panels[0].at_null)
    assert len(made.panels[0].at_null) == 2 and made.panels[0].at_null[-1][1] == made.foot


@pytest.mark.parametrize(
    ("ratio", "leaves", "has_middle"),
    [((0.5, 0.25, 1.1), (False, False), True), ((0.5, 0.01, 30.0), (True, True), True),
     ((0.0, 0.0, 1.5), (True, False), False), ((500.0, 20.0, 9000.0), (False, True), False)],
)  # fmt: skip
def test_an_interval_that_leaves_the_axis_has_an_arrowhead(
    ratio: tuple[float, float, float], leaves: tuple[bool, bool], has_middle: bool
) -> None:
    axis = forest_axis.axis_of([(1.0, 0.5, 2.0), ratio], 100.0, 200.0)
    mark = forest_axis.mark_of(axis, ratio, 10.0, 12.0, 0.5)
    assert mark.leaves == leaves and (mark.middle is not None) == has_middle
    assert 100 - 1e-9 <= mark.ends[0] <= mark.ends[1] <= 200 + 1e-9


@pytest.mark.parametrize(
    ("ratios", "ends"),
    [([(1.0, 0.9, 1.1)], (0.5, 2.0)), ([(0.5, 0.21, 1.0)], (0.2, 2.0)), ([(0.5, 0.19, 4.0)], (0.1, 5.0)),
     ([(0.5, 0.001, 400.0)], (0.1, 10.0)), ([(0.04, 0.001, 2.0)], (0.02, 2.0)), ([], (0.5, 2.0))],
)  # fmt: skip
def test_how_far_an_axis_goes(ratios: list[forest_axis.Estimate], ends: tuple[float, float]) -> None:
    axis = forest_axis.axis_of(ratios, 0.0, 100.0)
    assert (axis.low, axis.high) == ends
    assert (axis.x(ends[0]), axis.x(ends[1])) == pytest.approx((0.0, 100.0))
    assert axis.x(math.sqrt(ends[0] * ends[1])) == pytest.approx(50.0)  # the middle of a logarithmic axis


def test_the_area_of_a_square_is_its_share_of_the_largest() -> None:
    """Levels of 100 and of 400: sides of 1 to 2."""
    study = study_of(2, [4])
    made = forest_layout.layout(
        forest_lines(study.endpoints[0], study, results_of(study), STYLES["plain"]),
        UPRIGHT["a4"],
        STYLES["plain"],
        measure(IN_PIXELS),
    )
    everyone, *levels = made.panels[0].marks
    assert everyone.side is None and [mark.side for mark in levels][::3] == [pytest.approx(4.0), pytest.approx(8.0)]


@pytest.mark.parametrize("style", sorted(STYLES))
def test_numbers_are_written_in_the_style_of_the_journal(style: str) -> None:
    study = study_of(2, [2])
    said = forest_lines(study.endpoints[0], study, results_of(study), STYLES[style])
    mark = STYLES[style].decimal_mark
    assert said.lines[0].compared[0].text.plain.startswith(f"0{mark}50 (0{mark}25")
    assert said.lines[1].compared[0].text.plain.startswith(f"interaction {STYLES[style].p.symbol}")
    thousands = STYLES[style].thousands
    assert said.lines[0].counts[0].plain == f"12{thousands}345/12{thousands}345"


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        with mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
            study, results = case("three arms")
            figures.save(figures.draw(DISPLAY, study, results, STYLES["plain"]), tmp_path / name)
        made.append([hashlib.sha256((tmp_path / f"{name}.{kind}").read_bytes()).hexdigest() for kind in ("svg", "png")])
    assert made[0] == made[1] and "<text" not in (tmp_path / "one.svg").read_text(encoding="utf-8")


def table_of(name: str) -> Table:
    study, results = case(name)
    return subgroups(study.endpoints[0], study, results, STYLES["nejm"])


def test_the_table_of_subgroups_of_the_trial() -> None:
    """Elmunzer 2012: 27 of 295 against 52 of 307; with a stent 9.7% against 16.1%, 24 of 247 against 40 of 249."""
    made = table_of("trial")
    assert [h.plain.replace("\u00a0", " ") for h in made.headings] == [
        "Subgroup", "Indomethacin, n of N (%)", "Placebo, n of N (%)", "Risk ratio (95% CI)", "P for interaction",
    ]  # fmt: skip
    lines = [[line.stub.plain, *(cell.plain.replace("\u00a0", " ") for cell in line.cells)] for line in made.lines]
    assert lines[0] == ["All participants", "27 of 295 (9.2%)", "52 of 307 (16.9%)", "0.54 (0.35 to 0.83)", ""]
    stent = next(n for n, line in enumerate(lines) if line[0] == "Pancreatic stent")
    assert lines[stent][1:4] == ["", "", ""] and lines[stent][4] == "0.26"  # R: 0.2616
    assert lines[stent + 2][:3] == ["Yes", "24 of 247 (9.7%)", "40 of 249 (16.1%)"]
    assert [line.indent for line in made.lines[stent : stent + 3]] == [0, 1, 1] and len(lines) == 1 + 17 + 37


def test_every_number_of_the_table_is_a_result() -> None:
    for line in table_of("trial").lines:
        for cell in line.cells:
            words_alone = "".join(piece.text for piece in cell.pieces if not piece.result_id)
            assert not any(character.isdigit() for character in words_alone), cell.plain


def test_the_table_of_three_arms_names_each_comparison() -> None:
    headings = [h.plain.replace("\u00a0", " ") for h in table_of("three arms").headings]
    assert headings[4:] == [
        "Arm b v Arm a, risk ratio (95% CI)", "Arm b v Arm a, P for interaction",
        "Arm c v Arm a, risk ratio (95% CI)", "Arm c v Arm a, P for interaction",
    ]  # fmt: skip
    assert all(len(line.cells) == 7 for line in table_of("three arms").lines)


def test_the_table_says_what_is_open_missing_or_not_estimable() -> None:
    lines = {line.stub.plain: [cell.plain for cell in line.cells] for line in table_of("holes").lines}
    assert (
        lines["Category 0"][3] == "[open queries Q7, Q9, Q11 and 3 more]"
        and lines["Category 1 (post hoc)"][3] == "0.04"
    )
    made = table_of("not estimable")
    lacking = [(line.stub.plain, [cell.plain for cell in line.cells]) for line in made.lines]
    assert lacking[2] == ("Category level 0", [*lacking[2][1][:2], "not estimable", ""])
    assert ("Category 2, missing in 17", ["", "", "", "0.04"]) in lacking and lacking[4][1][3] == "not estimable"
    notes = [note.plain for note in made.notes]
    assert "Category 0, Category level 0: not estimable (no event in either arm)." in notes
    assert any(
        note.startswith("Category 1 (post hoc), P for interaction: not estimable (fewer than two") for note in notes
    )
    assert len(notes) == 1 + 3
