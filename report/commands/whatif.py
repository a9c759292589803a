"""``trialpress whatif``."""

from __future__ import annotations

import argparse
from pathlib import Path

from report import commands, stages, terminal
from report.commands import signing
from report.what_if import asking
from report.what_if.asking import Asked


def options(parser: argparse.ArgumentParser) -> None:
    """Add whom to leave out, whether to keep it, and the signature."""
    told = "leave out whoever fulfils this: site=3, age>=80, visits.weight=null, 'site in 3,4'; may be repeated"
    parser.add_argument("--exclude", action="append", default=[], metavar="CONDITION", help=told)
    parser.add_argument("--where", type=Path, metavar="FILE", help="a condition as the study file writes it, in a file")
    parser.add_argument("--keep", action="store_true", help="add it to the study file, as post hoc")
    signing.options(parser)


def run(asked: argparse.Namespace) -> int:
    """Show the results without some participants beside those of all."""
    if not asked.exclude and asked.where is None:
        asked.parser.error("say whom to leave out, by --exclude or --where")
    order, signature = commands.order(asked), signing.of(asked)
    with stages.alone(order), terminal.stage("whatif") as line:
        told = asking.what_if(order, Asked(asked.exclude, asked.where, asked.keep, signature))
        line.done(told[0])
    print("\n".join(told[1:]))
    return 0
