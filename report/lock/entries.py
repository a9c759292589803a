"""The lines of the ledger: what can happen to a lock, who signs for it, and how one line is tied to the next.

    lock         the data as they are now are what the paper rests on
    unlock       they are no longer
    sign_off     somebody who must sign a lock has signed it, with what that means
    unblinding   the sealed files may be read from now on; it holds what they were
    look         somebody looked at results outside the paper: a closed report, a what-if, a second programmer's check

Each line bears its own seal, the sha256 of its other parts, and the sha256 of the line before. A signature made with a
key (``report.lock.signatures``) is one of the seal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from report.lock.record import Lock, LockId, Moment, Sha256
from report.study.data import Model

Event = Literal["lock", "unlock", "sign_off", "unblinding", "look"]
OUTSIDE = ("seal", "signature")  # what a seal does not cover


class Unlock(Model):
    """One unlock: of which lock, by whom, why and when."""

    id: LockId
    by: str
    role: str
    reason: str
    at: Moment


class SignOff(Model):
    """One signature under a lock: by whom, in which role, what it means, and when."""

    id: LockId
    by: str
    role: str
    meaning: str
    at: Moment


class Unblinding(Model):
    """The sealed files are opened: under which lock, by whom, why, when, and the sha256 of each of them."""

    id: LockId
    by: str
    role: str
    reason: str
    files: dict[str, Sha256]
    at: Moment


LookKind = Literal["closed_report", "what_if", "comparison"]


class Look(Model):
    """A look at results outside the paper: of which kind, at what, by whom, why, when, and what was seen by sha256."""

    kind: LookKind
    about: str
    by: str
    role: str
    reason: str
    seen: dict[str, Sha256] = Field(default_factory=dict)
    at: Moment


class Entry(Model):
    """One line of the ledger: one event, the sha256 of the line before, its own seal, and a key's signature of that."""

    lock: Lock | None = None
    unlock: Unlock | None = None
    sign_off: SignOff | None = None
    unblinding: Unblinding | None = None
    look: Look | None = None
    previous: str
    seal: str = ""
    signature: str = ""

    @model_validator(mode="after")
    def _one_event(self) -> Self:
        if sum(1 for _ in self._events()) != 1:
            raise ValueError("a line holds one event")
        return self

    def _events(self) -> Iterator[tuple[Event, Lock | Unlock | SignOff | Unblinding | Look]]:
        named: Mapping[Event, Lock | Unlock | SignOff | Unblinding | Look | None] = {
            "lock": self.lock, "unlock": self.unlock, "sign_off": self.sign_off,
            "unblinding": self.unblinding, "look": self.look,
        }  # fmt: skip
        yield from ((name, event) for name, event in named.items() if event is not None)

    @property
    def event(self) -> Lock | Unlock | SignOff | Unblinding | Look:
        """What happened."""
        return next(self._events())[1]

    @property
    def kind(self) -> Event:
        """Which kind of event it is."""
        return next(self._events())[0]

    @property
    def at(self) -> str:
        """When it happened, in UTC."""
        return self.event.at

    @property
    def told(self) -> str:
        """What a sentence calls the event, such as "the unlock of L1-3f9a2c7"."""
        of = getattr(self.event, "id", "")
        words = {"lock": f"the lock {of}", "unlock": f"the unlock of {of}", "sign_off": f"a signature under {of}"}
        return words.get(self.kind, f"the {self.kind}" if self.kind == "unblinding" else "a look")

    def sealed(self) -> Entry:
        """Return the entry with its seal."""
        bare = self.model_copy(update=dict.fromkeys(OUTSIDE, ""))
        return self.model_copy(update={"seal": sha256(bare.line())})

    def line(self) -> str:
        """Return the entry as the ledger holds it."""
        held = self.model_dump(mode="json", exclude_none=True)
        held = {name: value for name, value in held.items() if name != "signature" or value}
        return json.dumps(held, ensure_ascii=False, sort_keys=True)


def now() -> str:
    """Return the hour as the ledger holds it: UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sha256(line: str) -> str:
    """Return the sha256 of a line of text."""
    return hashlib.sha256(line.encode()).hexdigest()
