"""The stages in order. Each reads files, checks everything, and writes its own files in one step at the end.

Imports stand inside the stages: each runs as a process of its own and must not wait for another's libraries.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from report.errors import GateError, ResultsError, TrialpressError, refuse_if_any

if TYPE_CHECKING:
    from report.ard import Results
    from report.study.model import Study

BUILD = "build"
STUDY_FILE = Path("data") / "study.yaml"
RESULTS = "results.json"
SOURCE = "manuscript.qmd"
RECORD = "printed.json"
OUTPUTS = ("manuscript.html", "manuscript.pdf", "manuscript.docx")


@dataclass(frozen=True, slots=True)
class Order:
    """What a stage is asked: which study, by which engine it is published, and where the data lie if not in data/."""

    folder: Path
    engine: str = "auto"
    elsewhere: Path | None = None

    @property
    def data(self) -> Path:
        """The folder of the data files: the study's data/, or one outside the project."""
        return self.elsewhere or self.folder / "data"

    @property
    def build(self) -> Path:
        """The folder of everything that is generated."""
        return self.folder / BUILD


def check(order: Order) -> str:
    """Check the study file and the data, and compute without writing."""
    from report.study import file as study_file
    from report.analysis import compute

    made = compute.results(order.folder, study_file.read(order.folder))
    return f"nothing to correct in {len(made.header['inputs'])} files"


def results(order: Order) -> str:
    """Compute every result from the data."""
    from report import ard, study_file
    from report.analysis import compute

    made = compute.results(order.folder, study_file.read(order.folder))
    order.build.mkdir(exist_ok=True)
    ard.write(order.build / RESULTS, made)
    return f"{len(made.rows)} results from {len(made.header['inputs'])} files"


def displays(order: Order) -> str:
    """Draw every table and figure from the results."""
    from report.study import file as study_file
    from report.paper import displays as paper

    study = study_file.read(order.folder)
    number = paper.make_all(study, _results_of(order, study), order.build)
    return f"{number} tables and figures"


def manuscript(order: Order) -> str:
    """Fill the templates and write one Quarto file."""
    from report.study import file as study_file
    from report.paper import made as drawn
    from report.paper import manuscript as source
    from report.paper import styles
    from report.publish import engine, page

    study = study_file.read(order.folder)
    computed = _results_of(order, study)
    set_up = page.of(study, computed.header)
    made = source.write(
        order.folder,
        study,
        computed,
        styles.named(study.journal.style),
        drawn.read_index(order.build),
        page.front_matter(set_up, engine.quarto_format(set_up)),
    )
    engine.install_style(order.build, set_up)
    _copy_references(order)
    standing = {"mark": set_up.mark, "status": set_up.status}
    _write(order.build / RECORD, source.record(made, study, computed, standing))
    _write(order.build / SOURCE, made.source)
    return f"{len(made.placed)} printed results"


def _results_of(order: Order, study: Study) -> Results:
    """Return the computed results; ResultsError when they were computed from another study file."""
    from report import ard

    computed = ard.read(order.build / RESULTS)
    now = hashlib.sha256((order.folder / STUDY_FILE).read_bytes()).hexdigest()
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
    from report.publish import engine

    chosen = engine.choose(order.engine)
    work = order.build / ".publishing"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        made = engine.render(order.build, work, chosen)
        read_back = _gate(order, made)
        with _undisturbed():
            for path in made.values():
                path.replace(order.build / path.name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return f"HTML, PDF and DOCX by {chosen.name}; {read_back} results read back"


def _gate(order: Order, made: dict[str, Path]) -> int:
    from report.publish import gate

    record = json.loads((order.build / RECORD).read_text(encoding="utf-8"))
    expected = [gate.Expected(*entry) for entry in record["printed"]]
    findings = gate.check(made, expected, literal=record["literal"], **record["standing"])
    refuse_if_any(findings, GateError, "the gate has {n} finding{s}; the previous outputs stay")
    return len(expected)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back Ctrl-C and termination while the three files change places, so that they change together."""
    held = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


STAGES: dict[str, Callable[[Order], str]] = {
    "results": results,
    "displays": displays,
    "manuscript": manuscript,
    "publish": publish,
}


def outputs(order: Order) -> list[Path]:
    """Return the finished files' paths."""
    return [order.build / name for name in OUTPUTS]


@contextmanager
def alone(order: Order) -> Iterator[None]:
    """Hold the build folder, so that two builds of one study cannot mix; TrialpressError when another holds it."""
    import fcntl

    order.build.mkdir(exist_ok=True)
    with (order.build / ".held").open("w") as hold:
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TrialpressError("another build of this study is running", remedy="wait until it has ended") from None
        yield
