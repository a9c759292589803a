"""The command ``board``: an open report without arms, or a closed one by arm. For a closed one the clock is read here.

    build/board-open/      all participants together; sealed files are not opened, columns that reveal the arms not read
    build/board-closed/    by true arm, for the statistician who is not blinded; the look stands in the ledger first

The paper in build/ stays as it is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from report.errors import LockError, refuse_if_any
from report.lock import ledger, sealed
from report.lock import record as locks
from report.lock.entries import Look
from report.lock.record import Signature
from report.paper import manuscript
from report.stages import Order
from report.study import file as study_file

TEMPLATES = Path(manuscript.TEMPLATES) / manuscript.BOARD
ABOUT = "results by arm, in a closed report to the board"


def refuse_without_templates(order: Order) -> None:
    """Raise TemplateError, which says what to write, where the study has no templates for reports to the board."""
    manuscript.paths(order.folder / TEMPLATES)


def note_look(order: Order, signature: Signature) -> str:
    """Enter in the ledger that somebody looks at results by arm; return what was done.

    LockError, and no entry, when a sealed file that would be read is not there.
    """
    study = study_file.read(order.folder)
    refuse_if_any(locks.missing(sealed.files(order, study)), LockError, "nothing was built, and nothing noted")
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    by, role, reason = signature.by, signature.role, signature.reason
    ledger.enter(order, Look(kind="closed_report", about=ABOUT, by=by, role=role, reason=reason, at=at), signature.key)
    return f"{by} ({role}) looks at results by arm: noted in {ledger.LEDGER}"
