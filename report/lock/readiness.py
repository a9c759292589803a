"""What a hard lock still lacks before its paper is final."""

from __future__ import annotations

from report.lock import software
from report.lock.record import Lock, Place
from report.study.model import Study


def lacking(place: Place, study: Study, held: Lock) -> list[str]:
    """Return, in words, what stands between a hard lock and a final paper; nothing when it may be final."""
    return software.not_pinned()
