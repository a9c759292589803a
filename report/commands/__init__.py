"""The commands, a file each: ``options`` says what a command takes, ``run`` does it and returns its exit code.

Only the command that is asked for is imported.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Protocol, cast

from report.errors import TrialpressError
from report.stages import STAGES, Order

COMMANDS = {
    "report": "all stages: data to HTML, PDF and DOCX",
    "check": "check the study file and the data, and list every query in build/queries.xlsx",
    **{name: str(run.__doc__) for name, run in STAGES.items()},
    "lock": "check the data and lock them",
    "sign": "sign the lock in force in one's role",
    "unblind": "open the sealed files, under a hard lock",
    "unlock": "end the lock in force; what it locked is kept",
    "compare": "hold the results of a second programmer against ours",
    "whatif": "show the results without some participants beside those of all",
    "board": "build a report to the trial's board: open, without arms, or closed, by arm",
    "sealed": "name the data files that nobody may read yet",
    "audit": "say where every number of the finished paper comes from, and list those that come from nowhere",
    "signoff": "print the page by which the lock in force is signed: build/sign-off.pdf",
    "export": "write the results in the shapes of R's cards and of the CDISC ARS: build/exchange/",
    "archive": "make a zip from which the paper is built again, or check one",
    "diff": "say what changed since an earlier lock: data, results, sentences, and whether a conclusion did",
    "status": "say how the study stands: lock, data, findings, outputs",
    "trace": "follow a printed number back: its result, method, participants, files and columns, lock",
    "explain": "say in words what a printed number is, with R code that gives the same",
    "verify": "hold what was built against its record: outputs, data, study file, lock, software",
}


class Command(Protocol):
    """What the file of a command holds."""

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes beyond --study and --data."""

    def run(self, asked: argparse.Namespace) -> int:
        """Do what is asked, and return the exit code: 0 when done."""


def load(name: str) -> Command:
    """Return a command by its name; the stages share one file."""
    return cast(Command, importlib.import_module(f"{__name__}.{'report' if name in STAGES else name}"))


def order(asked: argparse.Namespace) -> Order:
    """Return what a command was asked; TrialpressError where the folder is no study."""
    folder = asked.study.resolve()
    if not (folder / "data").is_dir() and asked.command != "check":  # check says what it misses
        raise TrialpressError(f"{folder.name} is not a study: it has no data/", remedy="name one by --study FOLDER")
    return Order(folder, getattr(asked, "engine", "auto"), asked.data.resolve() if asked.data else None)


def engine_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that says who renders."""
    parser.add_argument("--engine", choices=("auto", "quarto", "embedded"), default="auto", help="who renders (auto)")


def shown(path: object, folder: Path) -> str:
    """Return a path as the author knows it: from the given folder, when it lies below it."""
    try:
        return str(Path(str(path)).relative_to(folder))
    except ValueError:
        return str(path)
