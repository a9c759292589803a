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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    asked = _parser().parse_args(arguments)
    order = stages.Order(asked.study.resolve(), asked.engine, asked.data.resolve() if asked.data else None)
    try:
        return _run(asked.command, order)
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


def _run(command: str, order: stages.Order) -> int:
    if command == "check":
        with terminal.stage("check") as line:
            line.done(stages.check(order))
        return 0
    if not (order.folder / "data").is_dir():
        raise TrialpressError(
            f"{order.folder.name} is not a study: it has no data/", remedy="name one by --study FOLDER"
        )
    wanted = list(stages.STAGES) if command == "report" else [command]
    with stages.alone(order):
        for name in wanted:
            with terminal.stage(name) as line:
                line.done(stages.STAGES[name](order))
    if command == "report":
        print("\n".join(_shown(path, Path.cwd()) for path in stages.outputs(order)))
    return 0


def _shown(path: object, folder: Path) -> str:
    """Return a path as the author knows it: from the given folder, when it lies below it."""
    try:
        return str(Path(str(path)).relative_to(folder))
    except ValueError:
        return str(path)


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--study", type=Path, default=Path(), metavar="FOLDER", help="the study's folder (here)")
    shared.add_argument("--data", type=Path, metavar="FOLDER", help="where the data files lie (the study's data/)")
    shared.add_argument("--engine", choices=("auto", "quarto", "embedded"), default="auto", help="who renders (auto)")
    parser = argparse.ArgumentParser(prog="trialpress", description="From locked trial data to the manuscript.")
    parser.add_argument("--version", action="version", version=f"trialpress {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("report", parents=[shared], help="all stages: data to HTML, PDF and DOCX")
    commands.add_parser("check", parents=[shared], help=stages.check.__doc__)
    for name, run in stages.STAGES.items():
        commands.add_parser(name, parents=[shared], help=run.__doc__)
    return parser


if __name__ == "__main__":
    sys.exit(main())
