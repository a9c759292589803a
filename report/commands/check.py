"""``trialpress check``."""

from __future__ import annotations

import argparse

from report import commands, stages, terminal

options = commands.engine_option  # make gives every stage the same options


def run(asked: argparse.Namespace) -> int:
    """Check the study file and the data."""
    with terminal.stage("check") as line:
        line.done(stages.check(commands.order(asked)))
    return 0
