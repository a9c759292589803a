"""The stages in order. Each reads files, checks everything, and writes its own files in one step at the end.

Imports stand inside the stages: each runs as a process of its own and must not wait for another's libraries.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from report import modes
from report.errors import DataError, Finding, GateError, LockError, ResultsError, TrialpressError, refuse_if_any
from report.interruption import undisturbed
from report.lock.fingerprints import sha256_of
from report.study.places import STUDY_FILE
from report.terminal import count

if TYPE_CHECKING:
    from report.analysis.compute import Computed
    from report.ard import Results
    from report.lock.record import Lock
    from report.modes import Treatment
    from report.study.model import Study

BUILD = "build"
RESULTS = "results.json"
QUERIES = "queries.xlsx"
SOURCE = "manuscript.qmd"
RECORD = "printed.json"


@dataclass(frozen=True, slots=True)
class Order:
    """What a stage is asked: which study, by which engine it is published, and where the data lie if not in data/.

    ``board`` makes a report to the trial's board instead of the paper: open without arms, or closed with them.
    """

    folder: Path
    engine: str = "auto"
    elsewhere: Path | None = None
    board: Literal["", "open", "closed"] = ""

    @property
    def data(self) -> Path:
        """The folder of the data files: the study's data/, or one outside the project."""
        return self.elsewhere or self.folder / "data"

    @property
    def build(self) -> Path:
        """The folder of everything that is generated; a report to the board has one of its own."""
        return self.folder / BUILD / f"board-{self.board}" if self.board else self.folder / BUILD


def check(order: Order) -> str:
    """Check the study file and the data, list every query in build/queries.xlsx, and build nothing else."""
    made = checked(order)
    return f"nothing to correct in {len(made.results.header['inputs'])} files{_asked(made)}"


def checked(order: Order) -> Computed:
    """Return what was computed from sound data; DataError with every finding where something blocks."""
    study, held = _standing(order)
    made = _computed(order, study, held)
    told = [*_exposed(order, study), *made.findings()]
    blocking = [finding for finding in told if finding.blocking]
    if blocking:
        raise DataError(_summed_up(len(blocking), len(told) - len(blocking), made), findings=told)
    for finding in told:
        print("\n".join(finding.lines()))
    return made


def results(order: Order) -> str:
    """Compute every result from the data; in a draft, what rests on an open query is a hole."""
    from report import ard

    study, held = _standing(order)
    lacking = _lacking(order, study, held)
    made = _computed(order, study, held, is_complete=not lacking)
    if held is not None and made.open:
        told = f"{held.title} is in force, and the check of its data has findings: has the study file changed?"
        raise DataError(told, remedy="correct the study file, or unlock", findings=made.findings())
    for finding in _exposed(order, study):
        print("\n".join(finding.lines()), file=sys.stderr)
    _refuse_other_results(order, study, held, made)
    ard.write(order.build / RESULTS, made.results)
    for told in lacking:
        print(f"not final yet: {told}", file=sys.stderr)
    return f"{len(made.results.rows)} results from {len(made.results.header['inputs'])} files{_asked(made)}"


def _standing(order: Order) -> tuple[Study, Lock | None]:
    """Return the study and the lock in force; LockError when the data are not those that were locked."""
    from report import privacy
    from report.lock import ledger
    from report.study import file as study_file

    study = study_file.read(order.folder)
    privacy.protect(order, study)
    return study, ledger.verify(order, study)


def _lacking(order: Order, study: Study, held: Lock | None) -> list[str]:
    """Return what a hard lock still lacks before its paper is final, in words; nothing under any other lock."""
    from report.lock import readiness

    return readiness.lacking(order, study, held) if held is not None and held.type == "hard" else []


def _refuse_other_results(order: Order, study: Study, held: Lock | None, made: Computed) -> None:
    """Raise LockError when the same data and the same plan give other results than they gave when they were locked."""
    from report.lock import kept, record

    if held is None or order.board or record.plan_changes(held, study):
        return
    moved = kept.moved(order, held, made.results)
    if moved:
        told = f"data and plan are those of {held.title}, and {len(moved)} results are not: the software has changed"
        remedy = "install what requirements.lock pins (make setup); or unlock, and lock again with the new software"
        moves = Finding("lock-results", RESULTS, "other than when the data were locked", "", tuple(moved))
        raise LockError(told, remedy=remedy, findings=[moves])


def _exposed(order: Order, study: Study) -> list[Finding]:
    from report import privacy

    return privacy.exposed(order, study)


def _computed(order: Order, study: Study, held: Lock | None, *, is_complete: bool = False) -> Computed:
    """Compute around what is open, and write the list of queries; LockError when locked data changed meanwhile."""
    from report.analysis import compute
    from report.checking import query_list
    from report.lock import ledger

    lock = ledger.standing(order, held, study) if held else None
    treatment = treatment_of(order, study)
    state = held.type if held else "live"
    mode = modes.mode_of(state, treatment, is_board_report=bool(order.board), is_complete=is_complete)
    made = compute.draft(order.folder, study, order.elsewhere, lock, mode, treatment)
    if order.board:
        made = made.for_board(order.board)
    if held is not None:
        read = made.results.header["inputs"]
        # results of other programs are not read where arms are not the true ones; the lock has verified their file
        moved = [name for name, sha256 in held.hashes.items() if read.get(name, sha256) != sha256]
        if moved:
            told = f"{', '.join(moved)} changed while the results were computed"
            raise LockError(told, remedy="let whatever writes it end, and build again")
    order.build.mkdir(parents=True, exist_ok=True)
    query_list.write(order.build / QUERIES, made.queries)
    return made


def treatment_of(order: Order, study: Study) -> Treatment:
    """Return whether what is made shows the true arms, dummies, or none: the ledger says whether they are sealed."""
    from report.lock import ledger
    from report.study import blinding

    return blinding.treatment_of(study, order.board, is_unblinded=ledger.is_unblinded(order))


def _summed_up(findings: int, questions: int, made: Computed) -> str:
    """Return how many findings refuse a lock, and where every row of them is listed."""
    told = f"the check has {count(findings, 'finding')}"
    told += f" and {count(questions, 'question')}" if questions else ""
    number = len(made.queries)
    return f"{told}; {BUILD}/{QUERIES} lists {'them' if number > 1 else 'it'}, row by row" if number else told


def _asked(made: Computed) -> str:
    """Return how many queries there are of each kind, for the stage's line; empty without any."""
    kinds = {
        "open": len(made.open),
        "waived": sum(query.waiver is not None for query in made.queries),
        "to ask": sum(not query.fault.blocking for query in made.queries),
    }
    told = ", ".join(f"{number} {kind}" for kind, number in kinds.items() if number)
    return f"; queries: {told}" if told else ""


def displays(order: Order) -> str:
    """Draw every table and figure from the results."""
    from report.paper import displays as paper

    number = paper.make_all(*_seen(order), order.build)
    return f"{number} tables and figures"


def manuscript(order: Order) -> str:
    """Fill the templates and write one Quarto file."""
    from report import built
    from report.paper import made as drawn
    from report.paper import manuscript as source
    from report.paper import styles
    from report.publish import engine, page

    study, computed = _seen(order)
    written_with = _templates(order)
    set_up = page.of(study, computed.header)
    made = source.write(
        order.folder,
        study,
        computed,
        styles.named(study.journal.style),
        drawn.read_index(order.build),
        page.front_matter(set_up, engine.quarto_format(set_up)),
        is_board_report=bool(order.board),
    )
    engine.install_style(order.build, set_up)
    _copy_references(order)
    printed = source.record(made, study, computed, {"mark": set_up.mark, "status": set_up.status}, written_with)
    printed["record"] = built.record(order, study, computed, printed)
    _write(order.build / RECORD, json.dumps(printed, ensure_ascii=False, indent=0) + "\n")
    _write(order.build / SOURCE, made.source)
    return f"{len(made.placed)} printed results"


def _templates(order: Order) -> dict[str, str]:
    """Return the fingerprint of every file of the author's templates: of the paper, or of the reports to the board."""
    home = order.folder / "templates"
    board = home / "board"
    found = [path for path in home.rglob("*") if path.is_file() and path.is_relative_to(board) == bool(order.board)]
    paths = sorted({*found, *(home.glob("references.bib") if order.board else ())})
    return {path.relative_to(order.folder).as_posix(): sha256_of(path) for path in paths}


def _seen(order: Order) -> tuple[Study, Results]:
    """Return the study as its results were computed, with its true arms, dummies or none, and the results."""
    from report.study import blinding
    from report.study import file as study_file

    study = study_file.read(order.folder)
    computed = _results_of(order, study)
    return blinding.seen(study, computed.header["treatment"]), computed


def _results_of(order: Order, study: Study) -> Results:
    """Return the computed results; ResultsError when they were computed from another study file."""
    from report import ard

    computed = ard.read(order.build / RESULTS)
    now = sha256_of(order.folder / STUDY_FILE)
    if computed.header["inputs"].get(str(STUDY_FILE)) != now:
        told = f"{STUDY_FILE} has changed since the results were computed"
        raise ResultsError(told, remedy="run `make report`")
    return computed


def _copy_references(order: Order) -> None:
    given = order.folder / "templates" / "references.bib"
    _write(order.build / "references.bib", given.read_text(encoding="utf-8") if given.exists() else "")


def _write(path: Path, text: str) -> None:
    aside = path.with_name(path.name + ".new")
    aside.write_text(text, encoding="utf-8", newline="\n")
    aside.replace(path)


def publish(order: Order) -> str:
    """Render HTML, PDF and DOCX aside, read them back, and put them in place of the previous ones."""
    from report import built
    from report.publish import engine

    chosen = engine.choose(order.engine)
    work = order.build / ".publishing"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        made = _named(order, engine.render(order.build, work, chosen))
        read_back = _gate(order, made)
        _audit(order, made)
        built.write(order, work, made, chosen.name)
        with undisturbed():
            _put_in_place(order, [*made.values(), *(work / name for name in built.FILES)])
        _keep_edition(order, made)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return f"HTML, PDF and DOCX by {chosen.name}; {read_back} results read back"


def _named(order: Order, made: dict[str, Path]) -> dict[str, Path]:
    """Return the rendered files under their names, which say how far the paper may go."""
    return {
        kind: path.replace(path.with_name(final.name))
        for (kind, path), final in zip(made.items(), outputs(order), strict=True)
    }


def _keep_edition(order: Order, made: dict[str, Path]) -> None:
    """Keep a paper of locked data with what it was made from, beside the lock's copies: it tells what changes later."""
    if order.board or not (order.folder / "data" / "lock.json").exists():
        return
    from report.lock import kept
    from report.lock import record as locks

    held = locks.read(order)
    if held is None:
        return
    parts = {name: order.build / name for name in (RESULTS, RECORD, "record.json", "displays")}
    parts |= {f"manuscript.{kind}": order.build / made[kind].name for kind in ("html", "docx")}
    kept.keep_edition(
        order, held, {**parts, "study.yaml": order.folder / STUDY_FILE, "templates": order.folder / "templates"}
    )


def _put_in_place(order: Order, made: list[Path]) -> None:
    """Move finished files to the build folder; papers of another mode, which are no longer current, go."""
    for path in made:
        path.replace(order.build / path.name)
    current = {path.name for path in made}
    for path in order.build.glob("manuscript-*.*"):
        if path.name not in current:
            path.unlink()


def _gate(order: Order, made: dict[str, Path]) -> int:
    from report.publish import gate

    record = _printed(order)
    expected = [gate.Expected(*entry) for entry in record["printed"]]
    findings = gate.check(made, expected, literal=record["literal"], **record["standing"])
    refuse_if_any(findings, GateError, "the gate has {n} finding{s}; the previous outputs stay")
    return len(expected)


def _audit(order: Order, made: dict[str, Path]) -> None:
    """Refuse a final paper, by GateError, in which a number stands that comes from nowhere."""
    if _printed(order)["record"]["mode"] == "final":
        from report.publish import audit  # it draws, and loads what draws

        audit.refuse(order, made)


STAGES: dict[str, Callable[[Order], str]] = {
    "results": results,
    "displays": displays,
    "manuscript": manuscript,
    "publish": publish,
}


def outputs(order: Order) -> list[Path]:
    """Return the finished files' paths; their names say how far the paper may go."""
    mode = _printed(order)["record"]["mode"]
    return [order.build / name for name in modes.paper(mode).values()]


def _printed(order: Order) -> dict[str, Any]:
    """Return what the manuscript prints, and what it rests on."""
    content: dict[str, Any] = json.loads((order.build / RECORD).read_text(encoding="utf-8"))
    return content


@contextmanager
def alone(order: Order) -> Iterator[None]:
    """Hold the build folder, so that two builds of one study cannot mix; TrialpressError when another holds it."""
    import fcntl

    order.build.mkdir(parents=True, exist_ok=True)
    with (order.build / ".held").open("w") as hold:
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TrialpressError("another build of this study is running", remedy="wait until it has ended") from None
        yield
