"""``trialpress archive``."""

from __future__ import annotations

import argparse
from pathlib import Path

from report import commands, stages, status, terminal
from report.archiving import archive


def options(parser: argparse.ArgumentParser) -> None:
    """Add where the archive goes, whether the data files go into it, and the check of a finished one."""
    parser.add_argument("--to", type=Path, metavar="FILE.zip", help="where it goes (build/STUDY-LOCK.zip)")
    parser.add_argument("--with-data", action="store_true", help="with the data files, where data_licence allows it")
    parser.add_argument("--check", type=Path, metavar="FILE.zip", help="build the paper of an archive, and compare")


def run(asked: argparse.Namespace) -> int:
    """Archive the paper that stands in the build folder, or check an archive: 1 where it gives another paper."""
    if asked.check is not None:
        return _check(asked.check)
    order = commands.order(asked)
    with terminal.stage("archive") as line, stages.alone(order):
        status.refuse_not_current(order)
        path, told = archive.make(order, asked.to.resolve() if asked.to else None, with_data=asked.with_data)
        line.done(told)
    print(commands.shown(path, Path.cwd()))
    return 0


def _check(path: Path) -> int:
    with terminal.stage("archive") as line:
        is_same, said = archive.check(path)
        line.done("checked")
    print("\n".join(said))
    return 0 if is_same else 1
