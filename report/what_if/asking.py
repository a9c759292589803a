"""``trialpress whatif``: compute with and without some participants, note the look, then show it.

    build/what-if/<conditions>/what-if.html .pdf .docx    side by side, marked on every page
    build/what-if/<conditions>/results.json               the results without them; no stage takes it for the paper's

Nothing else of the study is written but the ledger's line and, where it is kept, the study file. The clock is read
here, for the ledger alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from report import ard, modes, privacy
from report.analysis import compute
from report.ard import Results
from report.lock import ledger, readiness
from report.lock import record as locks
from report.lock.entries import sha256
from report.lock.record import Signature
from report.paper import styles
from report.publish import supplement
from report.study import blinding
from report.study import file as study_file
from report.study.data import Count
from report.study.model import Study
from report.study.sensitivity import Sensitivity
from report.what_if import conditions, document, keeping, pairs

FOLDER = "what-if"
RESULTS = "results.json"
NAME = "what-if"


class Place(locks.Place, Protocol):
    """Where a study lies, and where its data files lie if not in data/."""

    @property
    def elsewhere(self) -> Path | None:
        """The folder of the data files, None where it is the study's own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the conditions as typed, a file with more, whether to keep it, and who asks."""

    exclude: Sequence[str]
    where: Path | None
    keep: bool
    signature: Signature


@dataclass(frozen=True, slots=True)
class Question:
    """The conditions as they were read, in words, and as the name of a folder."""

    exclude: tuple[Count, ...]
    said: str
    slug: str


def what_if(place: Place, asked: Asked) -> list[str]:
    """Return the summary, a line a fact, after everything is written.

    DataError with every fault of the conditions, where nobody is left out or nobody is left; StudyFileError where it
    cannot be kept. The look stands in the ledger before anything of it is shown.
    """
    study = study_file.read(place.folder)
    exclude = conditions.read(study, asked.exclude, asked.where)
    question = Question(exclude, conditions.in_words(study, exclude), conditions.slug(exclude))
    plan = _plan(study, question, asked)
    everybody, rest = _computed(place, study, exclude)
    _note(place, asked.signature, question, everybody, rest)
    told = _shown(place, study, question, asked.signature, everybody, rest)
    if plan is None:
        return told
    keeping.keep(place.folder, study, plan)
    return [*told, f"kept in the study file as {plan.id}: make report computes it from now on"]


def _plan(study: Study, question: Question, asked: Asked) -> Sensitivity | None:
    """Return what the study file is to have, None where it is not to be kept."""
    if not asked.keep:
        return None
    return keeping.analysis(study, question.exclude, question.slug, question.said, asked.signature.reason)


def _shown(
    place: Place, study: Study, question: Question, by: Signature, everybody: Results, rest: Results
) -> list[str]:
    """Write the document and the results of the rest, and return the summary."""
    folder, left_out = place.build / FOLDER / question.slug, rest.header["what_if"]
    folder.mkdir(parents=True, exist_ok=True)
    ard.write(folder / RESULTS, rest)
    seen = blinding.seen(study, rest.header["treatment"])  # dummy arms bear false names here too
    found = pairs.groups(seen, everybody, rest, styles.named(study.journal.style))
    parts = document.parts(found, question.said, left_out, by)
    title = document.title(question.said)
    made = supplement.write(seen, document.page_of(seen, rest.header), title, parts, folder, NAME)
    return [_about(question, rest), *document.on_the_screen(found), *(locks.shown(p, place) for p in made.values())]


def _about(question: Question, rest: Results) -> str:
    left_out = rest.header["what_if"]
    return f"without {left_out['excluded']} of {left_out['of']} participants: those of whom {question.said}"


def _computed(place: Place, study: Study, exclude: Sequence[Count]) -> tuple[Results, Results]:
    """Return the results of everybody and of those who are left; LockError when data are not those of the lock."""
    privacy.protect(place, study)
    held = ledger.verify(place, study)
    standing = ledger.standing(place, held, study) if held else None
    treatment = blinding.treatment_of(study, "", is_unblinded=ledger.is_unblinded(place))
    is_complete = held is not None and held.type == "hard" and not readiness.lacking(place, study, held)
    mode = modes.mode_of(held.type if held else "live", treatment, is_complete=is_complete)
    everybody, rest = (
        compute.draft(place.folder, study, place.elsewhere, standing, mode, treatment, without=without).results
        for without in ((), exclude)
    )
    return everybody, rest


def _note(place: Place, by: Signature, question: Question, everybody: Results, rest: Results) -> None:
    """Enter the look in the ledger: who, why, what was left out, and the fingerprints of what was seen."""
    about = _about(question, rest)
    computed = {RESULTS: everybody, f"{FOLDER}/{question.slug}/{RESULTS}": rest}
    ledger.note_look(place, "what_if", about, by, {name: sha256(ard.text(each)) for name, each in computed.items()})
