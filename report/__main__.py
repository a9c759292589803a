"""The command ``trialpress``. It exits 0 when done, 1 when refused (the reason is said), 2 when called wrongly."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from report import __version__, stages, terminal
from report.errors import TrialpressError

INTERRUPTED = 130
SIGNED = ("lock", "unlock")
SIGNING = {"by": "make BY=NAME", "role": "make ROLE=ROLE", "reason": "make WHY=REASON"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.command in SIGNED and (lacking := _unsigned(asked)):
        parser.error(f"{asked.command} must be signed; missing: {', '.join(lacking)}")
    order = _order(asked)
    try:
        return _run(asked, order)
    except TrialpressError as fault:
        print("\n".join(fault.lines()), file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our lines has gone, as in `make report | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as fault:
        print(f"{fault.strerror or fault}: {_shown(fault.filename, order.folder)}", file=sys.stderr)
        return 1
    except Exception as fault:
        if os.environ.get("TRIALPRESS_TRACEBACK"):
            raise
        told = f"{type(fault).__name__}: {fault}".splitlines()[0]
        print(f"a defect of trialpress, not of your study: {told}", file=sys.stderr)
        print(
            "-> please report it, with what TRIALPRESS_TRACEBACK=1 shows; the previous outputs are whole",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; the previous outputs are whole", file=sys.stderr)
        return INTERRUPTED


def _unsigned(asked: argparse.Namespace) -> list[str]:
    """Return the parts of a signature that are missing or blank, as they are given on the command line and to make."""
    return [f"--{name} ({said})" for name, said in SIGNING.items() if not getattr(asked, name).strip()]


def _order(asked: argparse.Namespace) -> stages.Order:
    elsewhere = asked.data.resolve() if asked.data else None
    return stages.Order(asked.study.resolve(), getattr(asked, "engine", "auto"), elsewhere)


def _run(asked: argparse.Namespace, order: stages.Order) -> int:
    command = asked.command
    if command == "check":
        with terminal.stage("check") as line:
            line.done(stages.check(order))
        return 0
    if not (order.folder / "data").is_dir():
        raise TrialpressError(
            f"{order.folder.name} is not a study: it has no data/", remedy="name one by --study FOLDER"
        )
    if command in (*SIGNED, "status"):
        return _locking(asked, order)
    wanted = list(stages.STAGES) if command == "report" else [command]
    with stages.alone(order):
        for name in wanted:
            with terminal.stage(name) as line:
                line.done(stages.STAGES[name](order))
    if command == "report":
        print("\n".join(_shown(path, Path.cwd()) for path in stages.outputs(order)))
    return 0


def _locking(asked: argparse.Namespace, order: stages.Order) -> int:
    from report import locking  # start-up time: the other commands do without it
    from report.lock.record import Signature

    if asked.command == "status":
        print("\n".join(locking.status(order)))
        return 0
    signature = Signature(asked.by, asked.role, asked.reason)
    with terminal.stage(asked.command) as line:
        is_lock = asked.command == "lock"
        line.done(locking.lock(order, signature, asked.type) if is_lock else locking.unlock(order, signature))
    return 0


def _shown(path: object, folder: Path) -> str:
    """Return a path as the author knows it: from the given folder, when it lies below it."""
    try:
        return str(Path(str(path)).relative_to(folder))
    except ValueError:
        return str(path)


def _parser() -> argparse.ArgumentParser:
    where, engine, signed = _shared()
    parser = argparse.ArgumentParser(prog="trialpress", description="From locked trial data to the manuscript.")
    parser.add_argument("--version", action="version", version=f"trialpress {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("report", parents=[where, engine], help="all stages: data to HTML, PDF and DOCX")
    commands.add_parser("check", parents=[where, engine], help=stages.check.__doc__)
    for name, run in stages.STAGES.items():
        commands.add_parser(name, parents=[where, engine], help=run.__doc__)
    lock = commands.add_parser("lock", parents=[where, signed], help="Check the data and lock them.")
    lock.add_argument("--type", choices=("soft", "hard"), default="soft", help="soft: for review; hard: final (soft)")
    commands.add_parser("unlock", parents=[where, signed], help="End the lock in force; what it locked is kept.")
    commands.add_parser("status", parents=[where], help="Say how the study stands: lock, data, findings, outputs.")
    return parser


def _shared() -> list[argparse.ArgumentParser]:
    """Return the options that several commands have: where the study lies, who renders, who signs and why."""
    where, engine, signed = (argparse.ArgumentParser(add_help=False) for _ in range(3))
    where.add_argument("--study", type=Path, default=Path(), metavar="FOLDER", help="the study's folder (here)")
    where.add_argument("--data", type=Path, metavar="FOLDER", help="where the data files lie (the study's data/)")
    engine.add_argument("--engine", choices=("auto", "quarto", "embedded"), default="auto", help="who renders (auto)")
    for name, said in SIGNING.items():
        signed.add_argument(f"--{name}", default="", metavar=said.split("=")[-1], help=f"as {said}")
    return [where, engine, signed]


if __name__ == "__main__":
    sys.exit(main())
