"""``trialpress compare``: hold theirs against ours, enter a signature in the ledger, write the table.

build/qc.csv                        a line a result, all digits
build/qc.html, qc.pdf, qc.docx      for the supplement
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from report import ard
from report.ard import Results
from report.errors import DataError, ResultsError
from report.lock import ledger
from report.lock.fingerprints import sha256_of
from report.lock.record import Place, Signature
from report.lock.writing import write
from report.publish import page, supplement
from report.quality import compare, table, theirs
from report.quality.table import Checked, Signed
from report.study import blinding
from report.study import file as study_file
from report.study.model import Study
from report.study.places import STUDY_FILE

RESULTS = "results.json"
NAME = "qc"


def check(place: Place, file: Path, signature: Signature | None) -> Checked:
    """Return the comparison after its files are written; a signature is entered in the ledger first.

    DataError with every fault of their file; ResultsError where ours are missing, or of other data.
    """
    study, results = study_file.read(place.folder), ard.read(place.build / RESULTS)
    _refuse_stale(place, study, results)
    if not file.is_file():
        raise DataError(f"there is no file {file.name}", remedy="name the second programmer's results, a CSV")
    study = blinding.seen(study, results.header["treatment"])  # dummy arms bear false names here too
    held = compare.compare(study, results, theirs.read(file, results))
    files = {RESULTS: sha256_of(place.build / RESULTS), file.name: sha256_of(file)}
    signed = None if signature is None else _signed(place, signature, held.words, files)
    checked = Checked(study, held, files, _lock(results.header["lock"]), signed)
    write(place.build / f"{NAME}.csv", table.spreadsheet(checked))
    supplement.write(study, page.of(study, results.header), table.TITLE, table.parts(checked), place.build, NAME)
    return checked


def _refuse_stale(place: Place, study: Study, results: Results) -> None:
    """Raise ResultsError when the study file or the data are no longer those of the results."""
    inputs = results.header["inputs"]
    paths = {name: place.data / name.removeprefix("data/") for name in inputs if name != str(STUDY_FILE)}
    paths[str(STUDY_FILE)] = place.folder / STUDY_FILE
    moved = [name for name, path in paths.items() if not path.is_file() or sha256_of(path) != inputs.get(name)]
    if moved:
        told = f"{', '.join(sorted(moved))} changed since the results were computed"
        raise ResultsError(told, remedy="run `make report`")


def _lock(lock: Mapping[str, Any]) -> str:
    live = f"the data were not locked ({lock['fingerprint'][:7]})"
    return live if lock["state"] == "live" else f"the data were under {lock['name']} {lock['id']}"


def _signed(place: Place, by: Signature, came_out: str, files: Mapping[str, str]) -> Signed:
    """Enter the signature in the ledger with the fingerprints of both files, and return it."""
    return Signed(by, ledger.note_look(place, "comparison", f"second programmer: {came_out}", by, files))
