"""What leaves a study for others: the results in every shape, and what stays.

Rows of single participants stay, unless a ground for showing them is recorded and the rows are public, as in an
archive. What arms are, and how far the results may go, is as in the results that are exported: it stands in each file.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from report import __version__
from report.ard import Results, Row
from report.exchange import reporting_event, writing
from report.exchange.reporting_analyses import Shown
from report.lock.fingerprints import sha256_of
from report.study.model import Study

FOLDER = "exchange"
MANIFEST = "manifest.json"
FILES = ("ard.json", "ard-nested.json", "ard.csv", "ard.parquet", "reporting-event.json")


def leaving(study: Study, results: Results) -> Results:
    """Return the results that leave, whose header says how many stay."""
    may_show = study.individual_data.display and not study.study.is_private
    rows = [row for row in results if may_show or not _is_individual(row)]
    stay = len(results.rows) - len(rows)
    head = {**results.header, "exported_by": f"trialpress {__version__}", "individual_rows_left_out": stay}
    return Results(head, rows)


def _is_individual(row: Row) -> bool:
    return row.disclosure != "aggregate" or row.group1 == "participant"


def write(
    build: Path, study: Study, results: Results, shown: Shown, printed: Mapping[str, Sequence[str]]
) -> list[Path]:
    """Write every file aside, and then in place of the older ones; return them."""
    aside, final = (build / f"{FOLDER}{suffix}" for suffix in (".new", ""))
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    event = reporting_event.of(study, results, shown, printed)
    texts = (writing.flat(results), writing.nested(results), writing.table(results), _dumped(event))
    for name, text in zip((*FILES[:3], FILES[4]), texts, strict=True):
        (aside / name).write_text(text, encoding="utf-8", newline="")
    writing.parquet(aside / FILES[3], results)
    files = {name: sha256_of(aside / name) for name in FILES}
    (aside / MANIFEST).write_text(_dumped({**results.header, "files": files}), encoding="utf-8", newline="")
    shutil.rmtree(final, ignore_errors=True)
    aside.rename(final)
    return [final / name for name in (*FILES, MANIFEST)]


def _dumped(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
