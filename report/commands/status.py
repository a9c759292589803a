"""``trialpress status``."""

from __future__ import annotations

import argparse

from report import commands, locking


def options(parser: argparse.ArgumentParser) -> None:
    """Take nothing more."""


def run(asked: argparse.Namespace) -> int:
    """Say how the study stands, a line a fact."""
    print("\n".join(locking.status(commands.order(asked))))
    return 0
