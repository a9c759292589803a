"""``trialpress unlock``."""

from __future__ import annotations

import argparse

from report import commands, locking, terminal
from report.commands import signing

options = signing.options


def run(asked: argparse.Namespace) -> int:
    """End the lock in force."""
    signature = signing.of(asked)
    with terminal.stage("unlock") as line:
        line.done(locking.unlock(commands.order(asked), signature))
    return 0
