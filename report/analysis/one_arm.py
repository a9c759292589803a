"""An outcome that participants of a single arm have or have not: its proportion with an exact interval."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OneCount:
    """Participants with the event, with a recorded outcome, and without one."""

    events: int
    total: int
    missing: int
