"""What stands on every page: the study, the state of its data, and the marks that no option removes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from report.modes import MARKS, Treatment
from report.paper.text import escape
from report.study.model import Study

# what stands on every page of a paper whose treatments are not the true ones
ARMS: dict[Treatment, str] = {
    "real": "",
    "dummy": "Dummy treatment: no result by arm is true",
    "pooled": "All arms pooled",
}
BOARD = {"open": "Open report", "closed": "Closed report: confidential"}


@dataclass(frozen=True, slots=True)
class Page:
    """The page's paper, its running texts, and the moment that the files bear (seconds; from the data, not a clock)."""

    paper: Literal["a4", "us-letter"]
    study: str
    lock: str
    mark: str
    status: str
    epoch: int


def of(study: Study, header: Mapping[str, Any]) -> Page:
    """Return the page of a study's results; only a final paper bears no mark."""
    lock = header["lock"]
    live = f"data {lock['fingerprint'][:7]}, not locked"
    return Page(
        paper=study.journal.paper,
        study=study.study.short_title,
        lock=live if lock["state"] == "live" else f"{lock['name']} {lock['id']}",
        mark=MARKS[header["mode"]],
        status="; ".join(filter(None, (_board(header), ARMS[header["treatment"]], study.study.status))),
        epoch=(study.study.data_cutoff - date(1970, 1, 1)).days * 86_400,
    )


def _board(header: Mapping[str, Any]) -> str:
    """Return which report to the board this is; empty for a paper."""
    return BOARD.get(header.get("board", ""), "")


def front_matter(page: Page, formats: Mapping[str, Any]) -> dict[str, Any]:
    """Return what publishing wants in the manuscript's front matter: the page's texts, and how Quarto renders it."""
    texts = {key: escape(value) if isinstance(value, str) else value for key, value in asdict(page).items()}
    return {"trialpress": {**texts, "paper": page.paper}, **formats}
