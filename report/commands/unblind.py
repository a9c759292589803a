"""``trialpress unblind``."""

from __future__ import annotations

import argparse

from report import commands, locking, terminal
from report.commands import signing

options = signing.options


def run(asked: argparse.Namespace) -> int:
    """Open the sealed files, once and for all."""
    signature = signing.of(asked)
    with terminal.stage("unblind") as line:
        line.done(locking.unblind(commands.order(asked), signature))
    return 0
