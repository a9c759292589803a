"""``trialpress diff``."""

from __future__ import annotations

import argparse
from pathlib import Path

from report import commands, stages, terminal
from report.changes import against, compare, files, summary


def options(parser: argparse.ArgumentParser) -> None:
    """Add the lock to compare with."""
    told = "the lock to compare with, by its id or the beginning of it (the last one that is not in force)"
    parser.add_argument("--against", default="", metavar="LOCK", help=told)
    parser.add_argument("--if-any", action="store_true", help="say nothing where there is no earlier lock")


def run(asked: argparse.Namespace) -> int:
    """Compare the paper in build/ with that of an earlier lock, and say what matters first."""
    order = commands.order(asked)
    if asked.if_any and not against.others(order):
        return 0
    lock = against.chosen(order, asked.against)
    with stages.alone(order), terminal.stage("diff") as line:
        newer = against.newer(order)
        changes = compare.between(against.older(order, lock, newer), newer)
        written = files.write(changes, order.build)
        line.done(f"{lock.id} and what stands in build/ compared")
    print("\n".join(summary.lines(changes)))
    if written.without_word:
        print(f"no Word document with tracked changes: {written.without_word}")
    print("\n".join(commands.shown(path, Path.cwd()) for path in written.paths))
    return 0
