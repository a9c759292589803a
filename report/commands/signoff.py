"""``trialpress signoff``."""

from __future__ import annotations

import argparse
from pathlib import Path

from report import commands, stages, terminal
from report.publish import sign_off
from report.study import file as study_file


def options(parser: argparse.ArgumentParser) -> None:
    """Take nothing more."""


def run(asked: argparse.Namespace) -> int:
    """Print the page by which the lock in force is signed."""
    order = commands.order(asked)
    with terminal.stage("signoff") as line, stages.alone(order):
        path = sign_off.write(order, study_file.read(order.folder), order.build)
        line.done("the page by which the lock is signed")
    print(commands.shown(path, Path.cwd()))
    return 0
