"""``trialpress board``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from report import board, commands, stages, terminal
from report.commands import signing
from report.stages import STAGES


def options(parser: argparse.ArgumentParser) -> None:
    """Add which report, who renders, and the signature that a closed one needs."""
    told = "open: all participants together; closed: by arm, signed and noted in the ledger"
    parser.add_argument("--report", choices=("open", "closed"), required=True, help=told)
    commands.engine_option(parser)
    signing.options(parser)


def run(asked: argparse.Namespace) -> int:
    """Build a report to the trial's board, and name its files; the paper in build/ stays as it is."""
    signature = signing.of(asked) if asked.report == "closed" else None
    order = replace(commands.order(asked), board=asked.report)
    board.refuse_without_templates(order)
    with stages.alone(order):
        if signature is not None:
            with terminal.stage("look") as line:
                line.done(board.note_look(order, signature))
        for name, stage in STAGES.items():
            with terminal.stage(name) as line:
                line.done(stage(order))
    print("\n".join(commands.shown(path, Path.cwd()) for path in stages.outputs(order)))
    return 0
