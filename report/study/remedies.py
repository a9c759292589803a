"""What to write instead of a value that a place of the study file does not hold."""

from __future__ import annotations

import re
import typing
from datetime import date
from typing import Any

from report.study import forms
from report.study.data import COMPARISON
from report.study.forms import Held

EXAMPLES = {
    "levels": "{F: Female, M: Male}",
    "arguments": "{confidence: 0.95}",
    "abbreviations": '{CI: "confidence interval"}',
}


def value(held: Held, key: str, came: Any, *, in_list: bool = False) -> str:
    """Return what to write at a key, or as an entry of the list at a key, instead of what came."""
    origin = typing.get_origin(held.type)
    if origin is tuple:
        return _list(held, key, came)
    if origin is dict:
        return _named_entries(key, came)
    if hasattr(held.type, "model_fields"):
        return f"write its keys: {_keys(held, came)}"
    if came is None:
        return f"write it after {key}:"
    if in_list and held.type is str and forms.form(held, key) == "text":
        return f'write it in quotes: "{came}"'
    return _one(held, key, came)


def _one(held: Held, key: str, came: Any) -> str:
    if len(typing.get_args(held.type)) > 1:
        return f"write one value, or several in brackets, as {key}: [a, b]"
    if held.type is str:
        return _text(held, key, came)
    if held.type is bool:
        return "write true or false"
    if held.type is date:
        between = forms.form(held).removeprefix("a date")
        return f"write year, month and day, as {forms.DATE_AS}{f',{between}' if held.bounds else ''}"
    if held.type in (int, float) and not isinstance(came, str | list | dict):
        return f"write {forms.form(held)}"
    if held.type is int:
        return "write digits alone, without a unit"
    return "write digits alone, with a decimal point where there are decimals"


def _text(held: Held, key: str, came: Any) -> str:
    named = forms.form(held, key)
    if named != "text":
        return f"write {named}"
    if isinstance(came, list | dict):
        return f"write one text after {key}:"
    told = str(came).lower() if isinstance(came, bool) else came
    return f'write it in quotes: {key}: "{told}"'


def _list(held: Held, key: str, came: Any) -> str:
    inner = typing.get_args(held.type)
    if inner[-1] is not Ellipsis:
        ends = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to|,|;)\s*(-?\d+(?:\.\d+)?)\s*", str(came))
        return f"write {key}: [{ends[1]}, {ends[2]}]" if ends else f"write both in brackets, as {key}: [first, second]"
    entry = forms.plain(inner[0])
    if hasattr(entry.type, "model_fields"):
        return f"write each entry on a line of its own, with - before it: - {_keys(entry, None)}"
    if isinstance(came, str | int | float) and not isinstance(came, bool):
        return f"write {key}: [{came}]"
    words = forms.words(entry)
    return f"write {key}: [{words[0] if words else 'one, other'}]"


def _keys(held: Held, came: Any) -> str:
    """Return the keys that a section must have, or all when it needs none; what came stands for the only one."""
    names = forms.keys(held, required=True) or forms.keys(held)
    if "comparator" in names:
        return COMPARISON
    if len(names) == 1 and isinstance(came, str):
        return f"{{{names[0]}: {came}}}"
    return "{" + ", ".join(f"{name}: ..." for name in names) + "}"


def _named_entries(key: str, came: Any) -> str:
    if isinstance(came, list) and came and all(isinstance(each, str) for each in came):
        return f"write each with what it stands for: {key}: {{{', '.join(f'{each}: ...' for each in came)}}}"
    if key in EXAMPLES:
        return f"write it as {key}: {EXAMPLES[key]}"
    return "write the name of each entry with a colon, and its keys below the name"


def entry(held: Held | None, key: str) -> str:
    """Return what to write where a list or a section has no entry."""
    if held is not None and typing.get_origin(held.type) is dict:
        return f"write below {key}: the name of an entry with a colon, and its keys below the name"
    return _list(held, key, None) if held is not None else f"write an entry below {key}"


def file(came: str) -> str:
    """Return what to write instead of what names no file of data/."""
    name = re.split(r"[/\\]", came)[-1]
    if name != came and name:
        return f"put the file into data/, and write its name alone: {name}"
    return "save the data as a CSV file in data/, and write its name, as participants.csv"


def as_name(text: str) -> str:
    """Return the name that is most like a text: Laboratory results is laboratory_results."""
    name = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
    turned = re.sub(r"^(\d+)_?(.+)", r"\2_\1", name)  # a name begins with a letter: 8weeks is weeks_8
    return turned if turned[:1].isalpha() else f"n{name}" if name else "a_name"
