"""Reading ``data/study.yaml``: every fault at once, each with its line and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from report.errors import Finding, StudyFileError, refuse_if_any
from report.study import document, messages, migrate, references
from report.study.document import Document
from report.study.faults import Fault
from report.study.model import Study
from report.study.places import STUDY_FILE, Lines

TOLD = f"{STUDY_FILE} has {{n}} fault{{s}}"


def read(folder: Path) -> Study:
    """Return the study of ``folder``; StudyFileError with every fault found, each with its line."""
    found = document.read(folder / STUDY_FILE)
    refuse_if_any(_findings(found.faults, found), StudyFileError, TOLD)
    found = _of_this_format(found)
    study = _validate(found)
    misnamed = (fault._replace(code="study-name") for fault in references.faults(study))
    refuse_if_any(_findings(misnamed, found), StudyFileError, TOLD)
    return study.read_from(found.lines)


def _findings(faults: Iterable[Fault], found: Document) -> Iterator[Finding]:
    for fault in faults:
        yield Finding(fault.code, found.lines.where(fault.place, found.content), fault.message, fault.remedy)


def _of_this_format(found: Document) -> Document:
    """Return the document as this version's format has it; StudyFileError where only a person can say how."""
    given = found.content.get("format", migrate.FORMAT)
    if given in (migrate.FORMAT, None):
        return found
    if given != migrate.OLDEST or isinstance(given, bool):
        shown = str(given).lower() if isinstance(given, bool) else given
        told = f"{STUDY_FILE}:{found.lines.line(('format',))}: format {shown} is not one that this version reads"
        remedy = f"write format: {migrate.FORMAT}; if a newer trialpress wrote the file, use that one"
        raise StudyFileError(told, remedy=remedy)
    lines = Lines(found.lines.of, migrate.OLDEST)
    moved = replace(found, content=migrate.from_format_1(found.content), lines=lines)
    by_hand = _findings(_by_hand(moved), moved)
    refuse_if_any(by_hand, StudyFileError, f"{STUDY_FILE} is of format 1, which has changed")
    return moved


def _by_hand(found: Document) -> Iterator[Fault]:
    for index, endpoint in enumerate(found.content.get("endpoints") or ()):
        if isinstance(endpoint, dict) and "prespecified" in endpoint:
            told = "prespecified does not say where it was specified"
            yield Fault(("endpoints", index, "prespecified"), told, migrate.BY_HAND, "study-format")


def _validate(found: Document) -> Study:
    try:
        return Study.model_validate(found.content)
    except ValidationError as refused:
        faults = messages.faults(map(dict, refused.errors(include_url=False)), found.content)
    refuse_if_any(_findings(faults, found), StudyFileError, TOLD)
    raise AssertionError("what is refused has a fault")
