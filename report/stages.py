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

from report.errors import DataError, GateError, ResultsError, TrialpressError, refuse_if_any

if TYPE_CHECKING:
    from report.analysis.compute import Computed
    from report.ard import Results
    from report.study.model import Study

BUILD = "build"
STUDY_FILE = Path("data") / "study.yaml"
RESULTS = "results.json"
QUERIES = "queries.xlsx"
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
    """Check the study file and the data, list every query in build/queries.xlsx, and build nothing else."""
    made = _computed(order)
    told = made.findings()
    blocking = [finding for finding in told if finding.blocking]
    if blocking:
        message = f"the check has {len(blocking)} finding{'s' * (len(blocking) > 1)}; {_listed(made)}"
        raise DataError(message, findings=told)
    for finding in told:
        print("\n".join(finding.lines()))
    return f"nothing to correct in {len(made.results.header['inputs'])} files{_asked(made)}"


def results(order: Order) -> str:
    """Compute every result from the data; in a draft, what rests on an open query is a hole."""
    from report import ard

    made = _computed(order)
    ard.write(order.build / RESULTS, made.results)
    return f"{len(made.results.rows)} results from {len(made.results.header['inputs'])} files{_asked(made)}"


def _computed(order: Order) -> Computed:
    """Compute around what is open, and write the list of queries."""
    from report.study import file as study_file

    study = study_file.read(order.folder)
    from report.analysis import compute, query_list  # a study file at fault must not wait for them

    made = compute.draft(order.folder, study, order.elsewhere)
    order.build.mkdir(exist_ok=True)
    query_list.write(order.build / QUERIES, made.queries)
    return made


def _listed(made: Computed) -> str:
    number = len(made.queries)
    return (
        f"all {number} queries are listed in {BUILD}/{QUERIES}" if number > 1 else f"it is listed in {BUILD}/{QUERIES}"
    )


def _asked(made: Computed) -> str:
    """Return how many queries are open and how many questions there are, for the stage's line; empty without any."""
    number, questions = len(made.open), len(made.queries) - len(made.open)
    told = [f"{number} open quer{'y' if number == 1 else 'ies'}"] if number else []
    told += [f"{questions} question{'s' * (questions > 1)} or waived"] if questions else []
    return f"; {' and '.join(told)} in {BUILD}/{QUERIES}" if told else ""


def displays(order: Order) -> str:
    """Draw every table and figure from the results."""
    from report.paper import displays as paper
    from report.study import file as study_file

    study = study_file.read(order.folder)
    number = paper.make_all(study, _results_of(order, study), order.build)
    return f"{number} tables and figures"


def manuscript(order: Order) -> str:
    """Fill the templates and write one Quarto file."""
    from report.paper import made as drawn
    from report.paper import manuscript as source
    from report.paper import styles
    from report.publish import engine, page
    from report.study import file as study_file

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
