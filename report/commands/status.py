"""``trialpress status``."""

from __future__ import annotations

import argparse

from report import commands, status


def options(parser: argparse.ArgumentParser) -> None:
    """Take nothing more."""


def run(asked: argparse.Namespace) -> int:
    """Say how the study stands, a line a fact."""
    print("\n".join(status.status(commands.order(asked))))
    return 0
