"""``trialpress lock``."""

from __future__ import annotations

import argparse

from report import commands, locking, terminal
from report.commands import signing

TYPES = ("snapshot", "soft", "hard")


def options(parser: argparse.ArgumentParser) -> None:
    """Add the signature and the kind of lock."""
    signing.options(parser)
    parser.add_argument(
        "--type",
        choices=TYPES,
        default="soft",
        help="snapshot: of a trial that goes on; soft: for review; hard: final (soft)",
    )


def run(asked: argparse.Namespace) -> int:
    """Check the data and lock them."""
    signature = signing.of(asked)
    with terminal.stage("lock") as line:
        line.done(locking.lock(commands.order(asked), signature, asked.type))
    return 0
