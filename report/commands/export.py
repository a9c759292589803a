"""``trialpress export``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from report import ard, commands, stages, terminal
from report.ard import Results
from report.errors import DisplayError, ResultsError
from report.exchange import export
from report.lock.fingerprints import sha256_of
from report.paper import made, numbers, styles
from report.stages import Order
from report.study import blinding
from report.study import file as study_file
from report.study.model import Study
from report.study.places import STUDY_FILE


def options(parser: argparse.ArgumentParser) -> None:
    """Add nothing: what is exported is what was computed."""


def run(asked: argparse.Namespace) -> int:
    """Write the results for other programs: build/exchange/."""
    order = commands.order(asked)
    with terminal.stage("export") as line, stages.alone(order):
        study = study_file.read(order.folder)
        computed = _current(order, study)
        seen = blinding.seen(study, computed.header["treatment"])
        leaving = export.leaving(seen, computed)
        style = styles.named(seen.journal.style)
        paths = export.write(
            order.build, seen, leaving, lambda row: numbers.text(row, style).plain, _printed(order.build)
        )
        line.done(f"{len(leaving.rows)} results, {len(computed.rows) - len(leaving.rows)} of individuals left out")
    print("\n".join(commands.shown(path, Path.cwd()) for path in paths))
    return 0


def _current(order: Order, study: Study) -> Results:
    """Return the results; ResultsError where study file, data or arms are no longer those that they rest on."""
    computed = ard.read(order.build / stages.RESULTS)
    inputs = computed.header["inputs"]
    moved = [name for name, sha256 in inputs.items() if _print_of(order, name) != sha256]
    if moved:
        told = f"{', '.join(moved)} changed since the results were computed"
        raise ResultsError(told, remedy="run `make report`, and export then")
    if computed.header["treatment"] != stages.treatment_of(order, study):
        told = "the arms of these results are no longer what may be shown: the trial was unblinded, or is blinded"
        raise ResultsError(told, remedy="run `make report`, and export then")
    return computed


def _print_of(order: Order, name: str) -> str:
    """Return the fingerprint of a file now, empty where it is not there."""
    is_study_file = name == str(STUDY_FILE)
    path = order.folder / name if is_study_file else order.data / name.removeprefix("data/")
    return sha256_of(path) if path.is_file() else ""


def _printed(build: Path) -> dict[str, Sequence[str]]:
    """Return the results that each display prints, where the displays are drawn."""
    try:
        drawn = made.read_index(build)
    except DisplayError:
        return {}
    return {name: [piece.result_id for piece in each.printed] for name, each in drawn.items()}
