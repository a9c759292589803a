"""Signatures made with a key: where a trial wants them, a ledger's line is signed by ``ssh-keygen -Y`` (OpenSSH).

What is signed is the line's seal, which covers all that the line says and is tied to every line before. Who may sign
stands in data/locks/allowed_signers, as OpenSSH has it, a line a key:

    Ada.Byron namespaces="trialpress" ssh-ed25519 AAAA...

The first word is the signatory's name with points for blanks. The file belongs into version control.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from report.errors import Finding, LockError
from report.lock.entries import Entry
from report.lock.record import LOCKS, Place

SIGNERS = Path("data") / LOCKS / "allowed_signers"
NAMESPACE = "trialpress"
PROGRAM = "ssh-keygen"
PATIENCE = 60.0  # seconds: a key on a token waits for a touch


def sign(seal: str, key: Path) -> str:
    """Return the signature of a seal by a key that a file, an agent or a token holds; LockError otherwise."""
    done = _run([PROGRAM, "-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(key)], seal)
    if done.returncode != 0:
        told = f"{key.name} did not sign: {_said(done)}"
        raise LockError(told, remedy="name a key of OpenSSH by KEY=FILE, without a password or held by ssh-agent")
    return done.stdout


def principal(name: str) -> str:
    """Return the name under which a signatory stands in allowed_signers."""
    return ".".join(name.split())


def faults(place: Place, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield the lines whose signature does not hold: not of this line, not of this name, or by an unknown key."""
    for number, entry in enumerate(entries, start=1):
        if entry.signature and (told := _fault(place, entry)):
            where = f"data/{LOCKS}/ledger.jsonl, line {number}"
            yield Finding("lock-signature", where, told, f"{SIGNERS} says who may sign; docs/locking.md shows its form")


def _fault(place: Place, entry: Entry) -> str:
    signers = place.folder / SIGNERS
    who = principal(entry.event.by)
    if not signers.is_file():
        return f"it is signed, and there is no {SIGNERS} to say whose key that is"
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "signature"
        given.write_text(entry.signature, encoding="utf-8")
        asked = [PROGRAM, "-Y", "verify", "-f", str(signers), "-I", who, "-n", NAMESPACE, "-s", str(given)]
        done = _run(asked, entry.seal)
    return "" if done.returncode == 0 else f"its signature is not that of {who}: {_said(done)}"


def _run(command: Sequence[str], text: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except FileNotFoundError:
        raise LockError(f"{PROGRAM} is missing", remedy="install OpenSSH, or sign without a key") from None
    except subprocess.TimeoutExpired:
        raise LockError(f"{PROGRAM} did not answer within {PATIENCE:.0f} seconds", remedy="try again") from None


def _said(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else "it said nothing"
