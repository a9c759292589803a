"""``trialpress trace``."""

from __future__ import annotations

import argparse

from report import commands
from report.tracing import answers


def options(parser: argparse.ArgumentParser) -> None:
    """Add what is asked for, and the form of the answer."""
    asked = "a number or a piece of a sentence as it is printed, or the id of a result, an analysis or a display"
    parser.add_argument("asked", metavar="TEXT-OR-ID", help=asked)
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run(asked: argparse.Namespace) -> int:
    """Say where a number is printed and what it rests on; 1 where nothing was found."""
    answer = answers.trace(commands.order(asked), asked.asked)
    print(answer.as_json() if asked.json else "\n".join(answer.lines()))
    return 0 if answer.is_found else 1
