"""The Lua filters: Markdown in, what pandoc makes of it out. The examples stand in tests/filters/*.txt.

Each example is a title, a line with a dot, the Markdown, a dot, what is expected, a dot.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from report.publish.engine import HERE, _pandoc
from tests.manuscripts import SVG, cell, figure, png, row, table

EXAMPLES = Path(__file__).parent / "filters"
FILTERS = {"native": ["names.lua"], "html": ["names.lua", "displays.lua"], "typst": ["names.lua", "displays.lua"]}
REFERENCES = "@article{known2020, author={Known, Ann}, title={A title}, journal={J}, year={2020}}\n"


def examples(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield title, input and expected output of each example in a file."""
    parts: list[str] = []
    gathered: list[str] = []
    for line in (EXAMPLES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line != ".":
            gathered.append(line)
            continue
        parts.append("\n".join(gathered).strip("\n"))
        gathered = []
        if len(parts) == 3:
            yield parts[0], parts[1], parts[2]
            parts = []


def given(name: str) -> list[object]:
    return [pytest.param(source, expected, id=title) for title, source, expected in examples(name)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small trees: a table, a figure, and what is not a tree."""
    folder = tmp_path_factory.mktemp("filters")
    small = table([0.6, 0.4], [row("Sign", "n (%)")], [row("Fever", "-5")], [])
    noted = table([0.6, 0.4], [row("Sign", "n (%)")], [row("Fever", "3")], [row(cell("a. A note.", columns=2))])
    line, blind = figure("line.svg", "A line, (-5)"), figure("line.svg", " ")
    trees = {"small": small, "noted": noted, "line": line, "blind": blind}
    for name, tree in trees.items():
        (folder / f"{name}.json").write_text(json.dumps(tree), encoding="utf-8")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "line.svg").write_text(SVG, encoding="utf-8")
    (folder / "line.png").write_bytes(png())
    (folder / "references.bib").write_text(REFERENCES, encoding="utf-8")
    return folder


def run(source: str, to: str, folder: Path) -> subprocess.CompletedProcess[str]:
    filters = [f"--lua-filter={HERE / name}" for name in FILTERS[to]]
    options = ["--from=markdown", f"--to={to}", "--wrap=none", "--fail-if-warnings", f"--csl={HERE / 'numeric.csl'}"]
    return subprocess.run(
        [_pandoc(), *options, "--metadata=bibliography=references.bib", *filters],
        input=source, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), given("names"))
def test_names(source: str, expected: str, folder: Path) -> None:
    done = run(source, "native", folder)
    assert (done.stderr, done.stdout.strip()) == ("", expected)


@pytest.mark.parametrize(("source", "expected"), given("html"))
def test_displays_in_html(source: str, expected: str, folder: Path) -> None:
    done = run(source, "html", folder)
    assert (done.stderr, done.stdout.strip()) == ("", expected)


@pytest.mark.parametrize(("source", "expected"), given("typst"))
def test_displays_in_typst(source: str, expected: str, folder: Path) -> None:
    done = run(source, "typst", folder)
    assert (done.stderr, done.stdout.strip()) == ("", expected)


@pytest.mark.parametrize(("source", "expected"), given("refusals"))
def test_refusals_name_what_is_wrong(source: str, expected: str, folder: Path) -> None:
    done = run(source, "html", folder)
    assert done.returncode == 4 and expected in done.stderr.splitlines()  # pandoc may warn first
