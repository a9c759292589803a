"""What the paper says of results that another program computed: which program, and the lines of the appendix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from report.ard import Results

CONTEXT = "read_in"


def program_of(analysis: str, results: Results) -> str:
    """Return which program computed an analysis that was read in, such as "R 4.5.1 and cards 0.9.0"."""
    files = results.header.get("read_in", {}).values()
    return next((_software(file) for file in files if analysis in file.get("analyses", ())), "another program")


def _software(file: Mapping[str, Any]) -> str:
    named = [f"{name}\u00a0{version}" for name, version in file["software"].items()]
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def lines(results: Results) -> Iterator[str]:
    """Yield a line of the appendix for each file that was read in: the program, and the data on which it rests."""
    for name, file in results.header.get("read_in", {}).items():
        count = sum(row.context == CONTEXT and row.analysis_id in file["analyses"] for row in results)
        named = "1 result" if count == 1 else f"{count} results"
        rests_on = ", ".join(file["inputs"])
        yield f"{name}: {named} computed by {_software(file)} on {rests_on}, and read in."
