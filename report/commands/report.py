"""``trialpress report`` runs all stages; each stage is a command of its own too."""

from __future__ import annotations

import argparse
from pathlib import Path

from report import commands, stages, terminal

options = commands.engine_option


def run(asked: argparse.Namespace) -> int:
    """Run one stage, or all of them and name the finished files."""
    order = commands.order(asked)
    wanted = list(stages.STAGES) if asked.command == "report" else [asked.command]
    with stages.alone(order):
        for name in wanted:
            with terminal.stage(name) as line:
                line.done(stages.STAGES[name](order))
    if asked.command == "report":
        print("\n".join(commands.shown(path, Path.cwd()) for path in stages.outputs(order)))
    return 0
