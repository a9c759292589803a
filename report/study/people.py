"""Who the study is and who writes it: identity, registrations, versions, authors, and where the paper goes."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from report.study.data import Model, Name, Text
from report.study.faults import refuse

Credit = Literal[
    "conceptualization", "data_curation", "formal_analysis", "funding_acquisition", "investigation", "methodology",
    "project_administration", "resources", "software", "supervision", "validation", "visualization",
    "writing_original_draft", "writing_review_editing",
]  # fmt: skip


Style = Literal[
    "plain", "nejm", "lancet", "jama", "bmj", "ard_rmdopen", "rheumatology_oxford", "annals"
]  # fmt: skip  # a test holds them against report/paper/styles.py


class Registration(Model):
    """An entry in a trial registry."""

    registry: Text
    id: Text


class DocumentVersion(Model):
    """A version of the protocol or of the analysis plan, and the date it bears."""

    version: Text
    date: date


class StudyIdentity(Model):
    """Who the study is, what its data are, and which protocol and analysis plan hold.

    ``data_licence`` says under which licence, and from where, the rows of real participants are public; without it,
    real rows must stay outside the project or be ignored by git.
    """

    id: Name
    title: Text
    short_title: Text
    data_status: Literal["real", "reconstruction", "dummy"]
    status_note: str = ""
    data_licence: str = ""
    data_cutoff: Annotated[date, Field(ge=date(1980, 1, 1), le=date(2107, 12, 31))]  # what a DOCX can be dated
    registrations: tuple[Registration, ...] = ()
    protocol: DocumentVersion | None = None
    analysis_plan: DocumentVersion | None = None
    keywords: tuple[Text, ...] = ()

    @property
    def status(self) -> str:
        """What stands on every page of data that are not real: the kind, which no note can hide, and the note."""
        kind = {"real": "", "reconstruction": "Reconstruction", "dummy": "Dummy data"}[self.data_status]
        return f"{kind}: {self.status_note}" if kind else ""

    @property
    def is_private(self) -> bool:
        """Whether the rows are those of real participants and not public."""
        return self.data_status == "real" and not self.data_licence

    @model_validator(mode="after")
    def _say_what_is_not_real(self) -> Self:
        if self.data_status != "real" and not self.status_note:
            told = "status_note is required unless data_status is real: it stands on every page"
            raise refuse(told, 'write what the rows are, as status_note: "invented rows"', "status_note")
        return self


class Journal(Model):
    """Where the paper goes: its number style (``report/paper/styles.py``) and the page."""

    style: Style = "plain"
    paper: Literal["a4", "us-letter"] = "a4"


class Author(Model):
    """One author; ``affiliations`` are keys of the study file's ``affiliations``, ``roles`` those of CRediT."""

    name: Text
    affiliations: tuple[Name, ...] = ()
    orcid: str = ""
    email: str = ""
    corresponding: bool = False
    roles: tuple[Credit, ...] = ()
    interests: str = ""

    @field_validator("orcid")
    @classmethod
    def _check_digit_holds(cls, orcid: str) -> str:
        if orcid and not _is_orcid(orcid):
            told = "an ORCID as 0000-0002-1825-0097 was expected, whose last digit checks the others"
            raise refuse(told, "copy it anew from orcid.org, without the address before it; or leave orcid out")
        return orcid


def _is_orcid(text: str) -> bool:
    """Return whether a text is an ORCID: four times four digits, the last by ISO 7064 MOD 11-2 (10 is X)."""
    if not re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", text, re.ASCII):
        return False
    digits, check = text.replace("-", "")[:15], text[-1]
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    return check == "0123456789X"[(12 - total % 11) % 11]
