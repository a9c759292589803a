"""What a command takes that must be signed: who, in which role, and why."""

from __future__ import annotations

import argparse
from pathlib import Path

from report.lock.record import Signature

SIGNING = {"by": "make BY=NAME", "role": "make ROLE=ROLE", "reason": "make WHY=REASON"}


def options(parser: argparse.ArgumentParser) -> None:
    """Add --by, --role and --reason, and --key for a signature by ssh-keygen."""
    for name, said in SIGNING.items():
        parser.add_argument(f"--{name}", default="", metavar=said.split("=")[-1], help=f"as {said}")
    parser.add_argument("--key", type=_key, metavar="FILE", help="an OpenSSH key that signs too, as make KEY=FILE")


def _key(given: str) -> Path | None:
    """Return the key's file; none where make passes an empty word on."""
    return Path(given).expanduser() if given else None


def of(asked: argparse.Namespace) -> Signature:
    """Return the signature; the command is called wrongly, exit code 2, where a part of it is missing or blank."""
    lacking = [f"--{name} ({said})" for name, said in SIGNING.items() if not getattr(asked, name).strip()]
    if lacking:
        asked.parser.error(f"{asked.command} must be signed; missing: {', '.join(lacking)}")
    return Signature(asked.by, asked.role, asked.reason, asked.key)
