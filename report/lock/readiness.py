"""What a hard lock still lacks before its paper is final."""

from __future__ import annotations

from collections.abc import Iterator

from report.lock import ledger, software
from report.lock.record import Lock, Place
from report.study.model import Study


def lacking(place: Place, study: Study, held: Lock) -> list[str]:
    """Return, in words, what stands between a hard lock and a final paper; nothing when it may be final."""
    return [*_unsigned(place, study, held), *_altered(place), *software.not_pinned()]


def _unsigned(place: Place, study: Study, held: Lock) -> Iterator[str]:
    has_signed = ledger.signed(ledger.read(place), held)
    for signatory in study.lock.signatories:
        if signatory.role not in has_signed:
            yield f"the {signatory.role} has not signed {held.id}"


def _altered(place: Place) -> Iterator[str]:
    for finding in ledger.audit(place):
        yield f"{finding.where}: {finding.message}"
