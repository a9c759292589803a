"""The command ``board``: an open report without arms, or a closed one by arm.

    build/board-open/      all participants together; sealed files are not opened, columns that reveal the arms not read
    build/board-closed/    by true arm, for the statistician who is not blinded; the look stands in the ledger first

The paper in build/ stays as it is.
"""

from __future__ import annotations

from pathlib import Path

from report.errors import LockError, refuse_if_any
from report.lock import ledger, sealed
from report.lock import record as locks
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
    ledger.note_look(order, "closed_report", ABOUT, signature)
    return f"{signature.by} ({signature.role}) looks at results by arm: noted in {ledger.LEDGER}"
