"""``trialpress explain``."""

from __future__ import annotations

import argparse

from report import commands
from report.commands import trace
from report.tracing import answers


def options(parser: argparse.ArgumentParser) -> None:
    """Add what is asked for, and the form of the answer."""
    trace.options(parser)
    parser.add_argument("--r", action="store_true", help="the R code alone, for a file of its own")


def run(asked: argparse.Namespace) -> int:
    """Say in words what a number is, with R code; 1 where nothing was found."""
    answer = answers.explain(commands.order(asked), asked.asked)
    print(answer.as_json() if asked.json else "\n".join(answer.lines(only_code=asked.r)))
    return 0 if answer.is_found else 1
