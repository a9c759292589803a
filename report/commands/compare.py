"""``trialpress compare``."""

from __future__ import annotations

import argparse
from pathlib import Path

from report import commands, stages, terminal
from report.commands import signing
from report.quality import checking_results, table


def options(parser: argparse.ArgumentParser) -> None:
    """Add the second programmer's file, and the signature that signs the comparison off."""
    parser.add_argument("theirs", type=Path, metavar="THEIRS.csv", help="the second programmer's results")
    signing.options(parser)


def run(asked: argparse.Namespace) -> int:
    """Hold the results of a second programmer against ours; 1 where something differs or is missing."""
    order = commands.order(asked)
    is_signed = any(getattr(asked, name).strip() for name in signing.SIGNING)
    signature = signing.of(asked) if is_signed else None
    with stages.alone(order), terminal.stage("compare") as line:
        checked = checking_results.check(order, asked.theirs, signature)
        line.done(checked.comparison.words)
    print("\n".join(table.on_the_screen(checked)))
    print("\n".join(commands.shown(order.build / f"{checking_results.NAME}.{kind}", order.folder) for kind in KINDS))
    return 0 if checked.comparison.holds else 1


KINDS = ("csv", "html", "pdf", "docx")
