"""``trialpress sign``."""

from __future__ import annotations

import argparse

from report import commands, locking, terminal
from report.commands import signing
from report.study import file as study_file

options = signing.options


def run(asked: argparse.Namespace) -> int:
    """Sign the lock in force; what the signature means stands in the study file, or is given as the reason."""
    order = commands.order(asked)
    asked.reason = asked.reason or study_file.read(order.folder).lock.meaning(asked.role)
    signature = signing.of(asked)
    with terminal.stage("sign") as line:
        line.done(locking.sign(order, signature))
    return 0
