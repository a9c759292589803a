"""Writes docs/methods.md from the registry of methods: `python docs/methods_reference.py`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from report.analysis.all_methods import METHOD_FAMILIES
from report.analysis.basis.methods import REGISTRY, Method
from report.study import forms
from report.study.families import FAMILIES, Family

HEAD = """# Methods

Every method that the study file can name under `methods` of an endpoint, by the kind of endpoint that it is for. The
kind follows from what the endpoint says (see [Endpoint](study-file.md#endpoint)): a number or a category, at a visit or
as a change, an event, a time, a number of events. This page is written from the methods themselves; what their values
are compared with is in [statistics-oracle.md](statistics-oracle.md).

Every method names its test, its variant and its interval in words: `{{ methods("endpoint") }}` and
`{{ statistical_methods() }}` print them in the paper. Where something cannot be estimated the result has a reason in
its place, which is printed. `- {method: fisher}` uses a method; `id:` tells two uses apart, `decimals:` sets the
decimals of estimates and limits, and `arguments:` takes the arguments below. One without a default must be given.
"""


def page() -> str:
    """Return the whole page: a section for each kind of endpoint, a paragraph for each method."""
    assert METHOD_FAMILIES  # importing them fills the registry
    return HEAD + "".join(map(_section, FAMILIES))


def _section(family: Family) -> str:
    held = "".join(_told(REGISTRY[name]) for name in family.methods)
    return f"\n## {family.said[0].upper()}{family.said[1:]}\n{held}"


def _told(method: Method) -> str:
    first, _, rest = inspect.getdoc(method.compute).partition("\n\n")  # type: ignore[union-attr]
    said, more = (" ".join(part.replace("``", "`").split()) for part in (first, rest))
    told = f"{said.replace('Return', 'Gives', 1)}" + (f"\n\n{more}" if more else "")
    arguments = "".join(f"\n- {each}" for each in _arguments(method))
    return f"\n### {method.name}\n\n{told}\n{arguments}{chr(10) if arguments else ''}"


def _arguments(method: Method) -> Iterator[str]:
    for name, parameter in method.arguments.items():
        holds = forms.form(forms.plain(parameter.annotation))
        usual = "required" if parameter.default is parameter.empty else f"default {parameter.default}"
        yield f"`{name}`: {holds} ({usual})"


if __name__ == "__main__":
    (Path(__file__).parent / "methods.md").write_text(page(), encoding="utf-8")
