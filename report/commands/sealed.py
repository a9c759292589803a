"""``trialpress sealed``: make asks which files it may not even sum."""

from __future__ import annotations

import argparse
import re

from report import commands
from report.lock import ledger, sealed
from report.study import file as study_file


def options(parser: argparse.ArgumentParser) -> None:
    """Take nothing more."""


def run(asked: argparse.Namespace) -> int:
    """Name the data files that nobody may read yet, one a line, with ? for what a shell might read otherwise."""
    order = commands.order(asked)
    if not ledger.is_unblinded(order):
        for path in sealed.files(order, study_file.read(order.folder)).values():
            print(re.sub(r"[^A-Za-z0-9._-]", "?", path.name))
    return 0
