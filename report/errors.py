"""What can go wrong, and how it is told.

The exceptions:

    TrialpressError                     anything an author can cause; the commands exit 1
      x StudyFileError                  data/study.yaml cannot be read or does not hold
      x DataError                       the data files cannot be read or break their contract
      x LockError                       the data cannot be locked, are not those of the lock, or the ledger was altered
      x ResultsError                    results.json is missing, broken, or asked for a row it does not hold
      x TemplateError                   a template names what does not exist, or writes a bare number
      x DisplayError                    a table, a figure or the flow cannot be drawn as declared
      x EngineError                     pandoc, Typst or Quarto is missing, too old, or failed
      x GateError                       a finished file does not say what the results say

Each carries one message, one remedy and, where several things are wrong at once, its findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN_CASES = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what it is, where it stands, what to do about it.

    ``cases`` are places (file, row, column) and offending values of a coded kind; never a participant's record.
    ``count`` is how many there are when more than the cases shown. A finding that does not block is a question.
    """

    code: str
    where: str
    message: str
    remedy: str = ""
    cases: tuple[str, ...] = ()
    count: int = 0
    blocking: bool = True

    def lines(self) -> list[str]:
        """Return the finding as it is printed: a head line, at most ten cases, the remedy."""
        shown = [f"    {case}" for case in self.cases[:SHOWN_CASES]]
        hidden = max(self.count, len(self.cases)) - len(shown)
        more = [f"    and {hidden} more"] if hidden > 0 else []
        remedy = [f"    -> {self.remedy}"] if self.remedy else []
        kind = self.code if self.blocking else f"{self.code}, a question"
        return [f"{self.where}: {self.message} [{kind}]", *shown, *more, *remedy]


class TrialpressError(Exception):
    """The root of all that an author can cause and mend."""

    def __init__(self, message: str, *, remedy: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.findings = tuple(findings)

    def lines(self) -> list[str]:
        """Return all that is to be printed: each finding, then the message and its remedy."""
        told = [line for finding in self.findings for line in finding.lines()]
        return [*told, self.message, *([f"-> {self.remedy}"] if self.remedy else [])]


class StudyFileError(TrialpressError):
    """The study file cannot be read or does not hold."""


class DataError(TrialpressError):
    """A data file cannot be read or breaks its contract."""


class LockError(TrialpressError):
    """The data cannot be locked, are not those of the lock in force, or the lock or its ledger was altered."""


class ResultsError(TrialpressError):
    """The results file is missing or broken, or a look-up matched no row or several."""


class TemplateError(TrialpressError):
    """A template names something that does not exist, or prints what is not a text."""


class DisplayError(TrialpressError):
    """A table, a figure or the flow cannot be drawn as the study file declares it."""


class EngineError(TrialpressError):
    """pandoc, Typst or Quarto is missing, too old or failed."""


class GateError(TrialpressError):
    """A finished file cannot be read back, or does not say what the results say."""


def refuse_if_any(findings: Iterable[Finding], kind: type[TrialpressError], message: str) -> None:
    """Raise ``kind`` with all findings at once, or return when there are none."""
    found = tuple(findings)
    if found:
        raise kind(message.format(n=len(found), s="" if len(found) == 1 else "s"), findings=found)
