"""Writes docs/study-file.md from the models of report/study/: `python docs/study_file_reference.py`."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from report.study.data import DataFile, Sha256, Text, TextFile
from report.study.model import Study

HEAD = """# The study file

`data/study.yaml` says what the protocol and the analysis plan say, and what the data files hold. It is YAML 1.2: `no`
and dates are text, indentation is by spaces, no key may stand twice, and references (`*name`) are refused. A fault is
told with its line and what to write instead. This page is written from the models in `report/study/`.

"name" stands for a lower-case word, with digits and underscores, by which other parts of the file refer
to something.
"""


def page() -> str:
    """Return the whole page: a section for each model, in the order in which the study file meets them."""
    return HEAD + "".join(_section(model) for model in _models(Study, []))


def _models(model: type[BaseModel], seen: list[type[BaseModel]]) -> list[type[BaseModel]]:
    if model not in seen:
        seen.append(model)
        for field in model.model_fields.values():
            for inner in _inner(field.annotation):
                _models(inner, seen)
    return seen


def _inner(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _inner(argument)


def _section(model: type[BaseModel]) -> str:
    told = " ".join((model.__doc__ or "").split())
    rows = [
        f"| `{field.alias or name}` | {_kind(field.annotation)} | {_default(field)} |"
        for name, field in model.model_fields.items()
    ]
    return (
        f"\n## {model.__name__}\n\n{told}\n\n| key | holds | when left out |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _kind(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        known = {Text: "text", DataFile: "file in data/", TextFile: "text file in data/", Sha256: "SHA-256 of a file"}
        return known.get(annotation, "name") if arguments[0] is str else _kind(arguments[0])
    if origin is typing.Literal:
        return "one of " + ", ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        inner = _kind(arguments[0])
        return f"a list of {inner}" if arguments[-1] is Ellipsis else f"{len(arguments)} of {inner}"
    if origin is dict:
        return f"{_kind(arguments[0])}: {_kind(arguments[1])}"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(dict.fromkeys(_kind(a) for a in arguments if a is not type(None)))
    return _plain(annotation)


def _plain(annotation: Any) -> str:
    if isinstance(annotation, typing.ForwardRef):  # a model that holds itself
        return f"[{annotation.__forward_arg__}](#{annotation.__forward_arg__.lower()})"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    named = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "date": "date"}
    return named[annotation.__name__]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    empty = value is None or value in ("", (), {}) or isinstance(value, BaseModel)
    return "" if empty else f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    (Path(__file__).parent / "study-file.md").write_text(page(), encoding="utf-8")
