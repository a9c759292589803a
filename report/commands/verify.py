"""``trialpress verify``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from report import commands
from report.tracing import verify, whose_file


@dataclass(frozen=True)
class Place:
    """A study, and the folder of a build of it."""

    folder: Path
    data: Path
    build: Path


def options(parser: argparse.ArgumentParser) -> None:
    """Add the folder of the build, and a file that was sent."""
    parser.add_argument("built", nargs="?", metavar="FOLDER", help="the folder of the build (build)")
    parser.add_argument("--file", type=Path, metavar="FILE", help="an HTML, PDF or DOCX: is it one of this build?")


def run(asked: argparse.Namespace) -> int:
    """Say what holds and what does not; 1 where anything does not."""
    order = commands.order(asked)
    place = Place(order.folder, order.data, order.folder / asked.built if asked.built else order.build)
    if asked.file:
        return _of_file(whose_file.whose(place, asked.file))
    held = verify.verify(place)
    print("\n".join(held.lines))
    told = [line for finding in held.findings for line in finding.lines()]
    if told:
        print("\n".join([*told, _summed_up(len(held.findings))]), file=sys.stderr)
    return 1 if held.findings else 0


def _summed_up(number: int) -> str:
    return f"{number} finding{'s' * (number > 1)}: outputs, data and record do not belong together"


def _of_file(found: whose_file.Whose) -> int:
    print("\n".join(found.lines))
    for finding in found.findings:
        print("\n".join(finding.lines()))
    return 0 if found.is_ours else 1
