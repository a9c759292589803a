"""The command ``trialpress``. It exits 0 when done, 1 when refused (the reason is said), 2 when called wrongly."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from report import __version__, commands
from report.errors import TrialpressError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    asked = _parser(given).parse_args(given)
    folder = asked.study.resolve()
    try:
        return int(asked.run(asked))
    except TrialpressError as fault:
        print("\n".join(fault.lines()), file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our lines has gone, as in `make report | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as fault:
        print(f"{fault.strerror or fault}: {commands.shown(fault.filename, folder)}", file=sys.stderr)
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


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser; of all commands only the one that is asked for is loaded, for each has its libraries."""
    parser = argparse.ArgumentParser(prog="trialpress", description="From locked trial data to the manuscript.")
    parser.add_argument("--version", action="version", version=f"trialpress {__version__}")
    of_command = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = next((word for word in given if not word.startswith("-")), "")
    for name, told in commands.COMMANDS.items():
        own = of_command.add_parser(name, help=told, description=told)
        if name == asked:
            _options(own, name)
    return parser


def _options(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument("--study", type=Path, default=Path(), metavar="FOLDER", help="the study's folder (here)")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the data files lie (the study's data/)")
    command = commands.load(name)
    command.options(parser)
    parser.set_defaults(run=command.run, parser=parser)


if __name__ == "__main__":
    sys.exit(main())
