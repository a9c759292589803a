"""Our results as files for others, in the shapes of R's cards: JSON flat and nested, CSV and Parquet.

Each file says how far it may go: the JSON files by their header, a Parquet file by its metadata, a CSV in the columns
``mode`` and ``treatment`` of each row, and all of them by the manifest beside them.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from report.ard import Results, Row
from report.exchange import cells
from report.exchange.reading import HEADER

STANDING = ("mode", "treatment")
COLUMNS = (*cells.COLUMNS, *STANDING)
_LEAF = ("stat", "stat_label", "stat_type", "fmt_fun", "warning", "error", "context")
_LISTED = ("stat", "stat_fmt", "fmt_fun", "warning", "error")  # the list columns of cards
_IN_PATH = ("result_id", "analysis_id")


def flat(results: Results) -> str:
    """Return the results as a list of rows under a header."""
    lines = ",\n".join(_dumped(_kept(cells.of(row))) for row in results)
    return f'{{"header": {_dumped(results.header)},\n"rows": [\n{lines}\n]}}\n'


def _kept(made: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row without the groups and columns of ours that it has not."""
    optional = (*cells.GROUPS, "stat_type", *cells.EXTRA)
    return {name: value for name, value in made.items() if value is not None or name not in optional}


def nested(results: Results) -> str:
    """Return the results as the tree of ``as_nested_list``: variable, its level, groups, analysis, statistic."""
    tree: dict[str, Any] = {}
    paths = [_path(cells.of(row)) for row in results]
    held = Counter(paths)
    for row, path in zip(results, paths, strict=True):
        told = (*path[:-1], ("result_id", row.result_id), path[-1]) if held[path] > 1 else path
        _put(tree, told, _leaf(cells.of(row), told))
    return _dumped({"header": results.header, **(tree or {"variable": {}})}) + "\n"


def _path(made: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the columns and values that lead to a row."""
    columns = ("variable", "variable_level", *cells.GROUPS, "analysis_id", "stat_name")
    return tuple((name, str(made[name])) for name in columns if made[name] is not None)


def _put(tree: dict[str, Any], path: tuple[tuple[str, str], ...], leaf: dict[str, Any]) -> None:
    for column, value in path:
        tree = tree.setdefault(column, {}).setdefault(value, {})
    tree.update(leaf)


def _leaf(made: Mapping[str, Any], path: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Return what stands at the end of a path: the value, and all columns that did not lead to it."""
    led = dict(path)
    columns = (*_LEAF, *(name for name in cells.EXTRA if name not in led))
    told = {name: made[name] for name in columns if made[name] is not None or name in _LISTED}
    return {name: ([] if value is None else [value]) if name in _LISTED else value for name, value in told.items()}


def table(results: Results) -> str:
    """Return the results as a CSV whose list columns are flattened; numbers are text with all their digits."""
    made = io.StringIO(newline="")
    writer = csv.writer(made)  # lines end as RFC 4180 says, so that a line end within a cell is quoted
    writer.writerow(COLUMNS)
    writer.writerows(_texts(row, results.header) for row in results)
    return made.getvalue()


def _texts(row: Row, header: Mapping[str, Any]) -> list[str]:
    held = cells.of(row) | {name: header.get(name) for name in STANDING}
    held |= {"stat": cells.written(row.stat)}
    return ["" if held[name] is None else str(held[name]) for name in COLUMNS]


def parquet(path: Path, results: Results) -> None:
    """Write the results as a Parquet file; ``stat_num`` holds the numbers once more, as numbers."""
    import fastparquet  # start-up time: only wanted for a file of this kind
    import pandas as pd

    frame = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in _columns(results)})
    frame["stat_num"] = pd.Series(list(map(_number, results)), dtype=float)
    texts = dict.fromkeys((name for name in frame if name != "stat_num"), "utf8")
    header = {HEADER: _dumped(results.header)}
    fastparquet.write(str(path), frame, object_encoding={**texts, "stat_num": "infer"}, custom_metadata=header)


def _columns(results: Results) -> Iterator[tuple[str, list[str | None]]]:
    """Yield the columns of a table as texts, None where a row has none."""
    lines = [cells.of(row) | {"stat": cells.written(row.stat)} for row in results]
    for name in COLUMNS:
        same = results.header.get(name)
        yield name, [_text(same if name in STANDING else line[name]) for line in lines]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(row: Row) -> float | None:
    is_number = isinstance(row.stat, int | float) and not isinstance(row.stat, bool)
    return float(row.stat) if is_number and row.stat is not None else None


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
