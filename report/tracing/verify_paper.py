"""Whether the finished files say what printed.json says, and whether the displays are those of the paper."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from report.errors import Finding
from report.paper import made as drawn
from report.publish import gate
from report.publish.blocks import normalise

Shown = Callable[[str], str]
PRINTED = "printed.json"
AGAIN = "run `make report`"
OF_FIGURES = (".json", ".svg", ".png")


def printed(build: Path, outputs: Mapping[str, Path], shown: Shown) -> Iterator[Finding]:
    """Yield what the finished files do not say as printed.json has it, by the same gate through which they went."""
    there = {path.suffix.removeprefix("."): path for path in outputs.values() if path.is_file()}
    if "html" not in there:
        told = "without it the printed results cannot be looked for"
        yield Finding("verify-paper", shown("manuscript-*.html"), told, AGAIN)
        return
    yield from held_against(build, there)


def held_against(build: Path, files: Mapping[str, Path]) -> list[Finding]:
    """Return what files, by format, do not say as printed.json and the HTML among them have it."""
    record = _read(build)
    expected = [gate.Expected(*entry) for entry in record["printed"]]
    return gate.check(files, expected, literal=record["literal"], **record["standing"])


def _read(build: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((build / PRINTED).read_text(encoding="utf-8"))
    return content


def displays(build: Path, shown: Shown) -> Iterator[Finding]:
    """Yield displays that lack a file, files of none, and tables whose results are not those of the paper."""
    index = drawn.read_index(build)
    wanted = {drawn.INDEX} | {f"{name}{kind}" for name in index for kind in _kinds(name)}
    there = {path.name for path in (build / drawn.FOLDER).iterdir()}
    for name in sorted(wanted - there):
        yield Finding("verify-display", shown(f"{drawn.FOLDER}/{name}"), "there is no such file", AGAIN)
    for name in sorted(there - wanted):
        yield Finding(
            "verify-display", shown(f"{drawn.FOLDER}/{name}"), "no display of the study is called so", "take it away"
        )
    yield from _unlike(build, sorted(set(index)), shown)


def _kinds(name: str) -> tuple[str, ...]:
    return OF_FIGURES if name.startswith("fig-") else OF_FIGURES[:1]


def _unlike(build: Path, names: list[str], shown: Shown) -> Iterator[Finding]:
    """Yield the displays that print other results than the paper does in their place."""
    entries = _read(build)["printed"]
    for name in names:
        path = build / drawn.FOLDER / f"{name}.json"
        of_paper = Counter((result_id, normalise(text)) for result_id, text, place in entries if place == name)
        if path.is_file() and of_paper and _results_of(path) != of_paper:
            told = "it does not print the results that the paper prints in its place"
            yield Finding("verify-display", shown(f"{drawn.FOLDER}/{name}.json"), told, AGAIN)


def _results_of(path: Path) -> Counter[tuple[str, str]]:
    """Return the results that a display's tree prints; of a figure its alternative text, under no id."""
    found: Counter[tuple[str, str]] = Counter()
    _gather(json.loads(path.read_text(encoding="utf-8")), found)
    return found


def _gather(node: Any, found: Counter[tuple[str, str]]) -> None:
    if isinstance(node, dict) and node.get("t") == "Span" and (name := _attribute(node, "data-result")):
        found[name, normalise(_text(node))] += 1
    elif isinstance(node, dict) and node.get("t") == "Image" and (alt := _attribute(node, "fig-alt")):
        found["", normalise(alt)] += 1
    else:
        for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            _gather(inner, found)


def _attribute(node: Any, name: str) -> str:
    return str(dict(node["c"][0][2]).get(name, ""))


def _text(node: Any) -> str:
    if isinstance(node, list):
        return "".join(map(_text, node))
    if not isinstance(node, dict):
        return ""
    if node.get("t") == "Str":
        return str(node["c"])
    return " " if node.get("t") in ("Space", "SoftBreak", "LineBreak") else _text(node.get("c", []))
