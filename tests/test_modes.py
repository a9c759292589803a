"""How far a paper may go, and what is stamped on it: by state, arms, signatures and packages, and by nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from report import locking, modes, stages, status
from report.ard import Results, Row, read, write
from report.errors import LockError
from report.lock import kept, ledger, software
from report.lock import record as locks
from report.lock.record import Kind, Signature
from report.modes import Mode, Treatment, mode_of, stamp
from report.paper.figures import drawing
from report.paper.text import words
from report.stages import Order
from report.study import file as study_file
from tests.invented import change, single
from tests.invented import write as written

ADA = Signature("Ada Byron", "data manager", "database closed")
PEOPLE = "id,kind,age,weight,entered\nP1,x,10,1.5,2020-01-01\nP2,y,20,2.5,2020-01-02\n"
SCORES = "id,visit,score\nP1,W0,4.0\nP1,W8,1.0\nP2,W0,5.0\nP2,W8,5.5\n"
LOCK = {"signatories": [{"role": "data manager", "meaning": "the data are complete"}]}


@pytest.mark.parametrize(
    ("state", "treatment", "is_board", "is_complete", "mode"),
    [
        ("live", "real", False, False, "draft"), ("live", "real", False, True, "draft"),
        ("soft", "real", False, True, "draft"), ("snapshot", "real", False, True, "interim"),
        ("hard", "real", False, False, "draft"), ("hard", "real", False, True, "final"),
        ("hard", "dummy", False, True, "dryrun"), ("live", "dummy", False, False, "dryrun"),
        ("hard", "pooled", True, True, "interim"), ("hard", "real", True, True, "interim"),
        ("live", "pooled", False, False, "interim"),
    ],
)  # fmt: skip
def test_the_mode(state: str, treatment: Treatment, is_board: bool, is_complete: bool, mode: Mode) -> None:
    assert mode_of(state, treatment, is_board_report=is_board, is_complete=is_complete) == mode


@pytest.mark.parametrize(
    ("mode", "treatment", "rows", "text"),
    [
        ("draft", "real", "real", "DRAFT"), ("final", "real", "real", ""),
        ("final", "real", "reconstruction", "RECONSTRUCTION"), ("dryrun", "dummy", "real", "DRY RUN · DUMMY ARMS"),
        ("interim", "pooled", "dummy", "INTERIM · DUMMY DATA"),
    ],
)  # fmt: skip
def test_the_stamp(mode: Mode, treatment: Treatment, rows: str, text: str) -> None:
    assert stamp(mode, treatment, rows) == text


@pytest.mark.parametrize("size", [(6.0, 4.0), (3.0, 9.0), (9.0, 1.2)])
def test_the_stamp_of_a_figure_is_behind_it_and_within_it(size: tuple[float, float]) -> None:
    with mpl.rc_context(drawing.settings()):
        made = drawing.stamped(
            drawing.Drawing(Figure(figsize=size), words("a figure"), 100.0), "DRAFT · RECONSTRUCTION"
        )
        (text,) = made.figure.texts
        box = text.get_window_extent(FigureCanvasAgg(made.figure).get_renderer())
    assert text.get_zorder() < 0 and text.get_text() == "DRAFT · RECONSTRUCTION"
    assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= made.figure.bbox.x1 and box.y1 <= made.figure.bbox.y1


@pytest.fixture
def order(tmp_path: Path) -> Order:
    return Order(written(tmp_path, single(lock=LOCK, endpoints=[change("change")]), people=PEOPLE, scores=SCORES))


def mode(order: Order) -> str:
    stages.results(order)
    return str(read(order.build / "results.json").header["mode"])


def test_a_study_goes_through_its_modes(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mode(order) == "draft"
    kinds: tuple[tuple[Kind, str], ...] = (("snapshot", "interim"), ("soft", "draft"), ("hard", "draft"))
    for kind, wanted in kinds:
        locking.lock(order, ADA, kind)
        assert mode(order) == wanted
        if kind != "hard":
            locking.unlock(order, ADA)
    locking.sign(order, replace(ADA, reason="the data are complete"))
    assert mode(order) == "final"
    monkeypatch.setattr(software, "not_pinned", lambda: ["numpy 9 is installed, 2 is pinned"])
    assert mode(order) == "draft"
    assert "           not final yet: numpy 9 is installed, 2 is pinned" in status.status(order)


def test_an_altered_copy_keeps_a_paper_from_being_final(order: Order) -> None:
    locking.lock(order, ADA, "hard")
    locking.sign(order, ADA)
    assert mode(order) == "final"
    copy = locks.copies(order, ledger.history(order)[0]) / "scores.csv"
    copy.write_text(copy.read_text(encoding="utf-8").replace("5.5", "5.6"), encoding="utf-8")
    assert mode(order) == "draft"


def moved(results: Results, by: float) -> Results:
    def row(each: Row) -> Row:
        return replace(each, stat=each.stat * (1 + by)) if isinstance(each.stat, float) else each

    return Results(results.header, [row(each) for each in results])


def test_other_results_of_the_same_data_and_plan_stop_the_build(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    locking.lock(order, ADA)
    stages.results(order)
    real = stages._computed

    def by_other_software(*arguments: object, **named: object) -> object:
        made = real(*arguments, **named)  # type: ignore[arg-type]
        return replace(made, results=moved(made.results, 1e-3))

    monkeypatch.setattr(stages, "_computed", by_other_software)
    before = (order.build / "results.json").read_bytes()
    with pytest.raises(LockError, match="the software has changed") as refused:
        stages.results(order)
    assert refused.value.findings[0].cases and (order.build / "results.json").read_bytes() == before


def test_last_digits_may_differ_between_processors(order: Order) -> None:
    locking.lock(order, ADA)
    stages.results(order)
    results, held = read(order.build / "results.json"), ledger.history(order)[0]
    assert kept.moved(order, held, moved(results, 1e-13)) == []
    assert kept.moved(order, held, moved(results, 1e-6)) != []


def test_a_changed_plan_may_give_other_results(order: Order) -> None:
    locking.lock(order, ADA)
    plan = order.folder / "data" / "study.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("label: Everyone", "label: Everybody"), encoding="utf-8")
    stages.results(order)
    assert locks.plan_changes(ledger.history(order)[0], study_file.read(order.folder)) == ("populations",)


def test_names_of_the_trials_own(tmp_path: Path) -> None:
    names = {"soft": "database freeze", "hard": "final lock"}
    order = Order(written(tmp_path, single(lock={"names": names}), people=PEOPLE, scores=SCORES))
    locking.lock(order, ADA)
    stages.results(order)
    assert read(order.build / "results.json").header["lock"]["name"] == "database freeze"


def test_signatories_of_one_role_twice_are_refused(tmp_path: Path) -> None:
    twice = {"signatories": [*LOCK["signatories"], {"role": "data manager", "meaning": "again"}]}
    folder = written(tmp_path, single(lock=twice), people=PEOPLE, scores=SCORES)
    with pytest.raises(Exception, match="fault") as refused:
        study_file.read(folder)
    assert re.search("two signatories have the same role, data manager", "\n".join(refused.value.lines()))  # type: ignore[attr-defined]


def test_no_option_takes_the_mark_away() -> None:
    """A mode is computed; the modes' marks are the only way to a page without one, and only final has none."""
    assert {name: bool(mark) for name, mark in modes.MARKS.items()} == {
        "draft": True, "dryrun": True, "interim": True, "final": False,
    }  # fmt: skip


def test_results_keep_their_mode_through_the_file(order: Order) -> None:
    stages.results(order)
    path = order.build / "results.json"
    write(path, read(path))
    assert read(path).header["mode"] == "draft"
