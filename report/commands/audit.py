"""``trialpress audit``."""

from __future__ import annotations

import argparse

from report import commands, stages, terminal
from report.errors import GateError, refuse_if_any
from report.publish import audit, audit_list


def options(parser: argparse.ArgumentParser) -> None:
    """Add --list."""
    told = f"list every number with its source, and write them to build/{audit_list.FILE}"
    parser.add_argument("--list", action="store_true", help=told)


def run(asked: argparse.Namespace) -> int:
    """Say where the numbers of the finished paper come from; GateError where one comes from nowhere."""
    order = commands.order(asked)
    made = {path.suffix.removeprefix("."): path for path in stages.outputs(order)}
    with terminal.stage("audit") as line:
        found = audit.of(order, made)
        line.done(f"{len(found.numbers):,} numbers in {made['html'].name}")
    if asked.list:
        print("\n".join(audit_list.lines(found.numbers)))
        audit_list.write(order.build / audit_list.FILE, found.numbers)
    print(audit_list.summary(found.numbers))
    refuse_if_any(found.findings, GateError, "the audit has {n} finding{s}")
    return 0
