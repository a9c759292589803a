"""What the models refuse, in an author's words: which key is at fault, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from report.study import forms, remedies
from report.study.data import DATA_FILE, NAME, SHA256, TEXT, TEXT_FILE, Name
from report.study.derivations import AnyDerivation
from report.study.displays import DISPLAY, KINDS
from report.study.endpoints import METHODS
from report.study.faults import REFUSED, Fault, among, nearest
from report.study.forms import Held
from report.study.model import LANGUAGE, Study
from report.study.places import Place, at

Error = dict[str, Any]
KEY = "[key]"  # by this step pydantic says that a key itself is at fault
BELOW = ("too_short", "missing")


def faults(errors: Iterable[Error], content: Any) -> list[Fault]:
    """Return a fault for every mistake: what only follows from another one is left out."""
    placed = {(_place(error, content), error["type"] in BELOW): error for error in reversed(list(errors))}
    found = [(place, placed[place, kind]) for place, kind in reversed(placed)]
    places = [place for place, _ in found]
    meant = {_meant(place, content) for place, error in found if error["type"] == "extra_forbidden"}
    kept = [
        (place, e)
        for place, e in found
        if not (_follows(place, e, places) or (e["type"] == "missing" and place in meant))
    ]
    return [_fault(place, error, content) for place, error in kept]


def _follows(place: Place, error: Error, places: Sequence[Place]) -> bool:
    """Return whether a list is only too short because an entry of it is at fault."""
    return error["type"] == "too_short" and any(len(p) > len(place) and p[: len(place)] == place for p in places)


def _place(error: Error, content: Any) -> Place:
    """Return where an error stands in the file: without the steps by which pydantic names what it chose."""
    place = tuple(step for step in error["loc"] if step != KEY)
    if len(place) > 2 and place[0] == "derivations" and place[2] == at(content, (*place[:2], "rule")):
        place = (*place[:2], *place[3:])
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return (*place, "rule")
    if error["type"] == "missing" and isinstance(place[-1], int):
        return place[:-1]  # the second of two numbers
    if error["type"] not in ("missing", "extra_forbidden"):
        return next(place[:n] for n in range(len(place), -1, -1) if _held(place[:n], content))
    return place


def _held(place: Place, content: Any) -> Held | None:
    return forms.held_at(Study, place, content)


def _fault(place: Place, error: Error, content: Any) -> Fault:
    kind, came = error["type"], error.get("input")
    if kind == REFUSED:
        said = error["ctx"]
        return Fault((*place, *said["key"]), said["told"] + _scalar(came), said["remedy"])
    if KEY in error["loc"]:
        return _pattern_fault(place, str(place[-1]), NAME, content)
    if kind == "extra_forbidden":
        return Fault(place, f"{place[-1]} is not a key here", _key_remedy(place, content), "study-key")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _rule_fault(place, content)
    if kind == "missing" and _held(place, content) and at(content, place) is None:
        remedy = f"add {place[-1]}, which takes {_form(place, content)}"
        return Fault(place, f"{place[-1]} is missing", remedy, "study-missing")
    if kind == "string_pattern_mismatch":
        return _pattern_fault(place, str(came), error["ctx"]["pattern"], content)
    if kind == "too_short" and not at(content, place):
        return Fault(place, "at least one entry was expected", remedies.entry(_held(place, content), str(place[-1])))
    return _value_fault(place, at(content, place), content)


def _form(place: Place, content: Any) -> str:
    held = _held(place, content)
    return forms.form(held, _key(place)) if held else "something else"


def _key(place: Place) -> str:
    """Return the key at which a place stands, of an entry of a list that of the list."""
    return next((step for step in reversed(place) if isinstance(step, str)), "")


def _value_fault(place: Place, came: Any, content: Any) -> Fault:
    held = _held(place, content)
    assert held is not None
    listed, key = forms.words(held), _key(place)
    in_list = bool(place) and isinstance(place[-1], int)
    remedy = among(came, listed) if listed else remedies.value(held, key, came, in_list=in_list)
    return Fault(place, unexpected(held, came, key), remedy)


def unexpected(held: Held, came: Any, key: str = "") -> str:
    """Return what is said where something else stands than a place may hold."""
    listed = forms.words(held)
    kind = "word" if any(not word.isdigit() for word in listed) else "number"
    return (f"one of {len(listed)} {kind}s was expected" if listed else forms.expected(held, key)) + _came(came)


def _came(came: Any) -> str:
    if came is None:
        return ", and nothing stands there"
    if isinstance(came, list | dict):
        is_short = isinstance(came, list) and len(came) < 5 and not any(isinstance(each, list | dict) for each in came)
        shown = (
            f"[{', '.join(_spelt(each) for each in came)}]"
            if is_short
            else "a list"
            if isinstance(came, list)
            else "a section"
        )
        return f" (came: {shown})"
    return _scalar(came)


def _spelt(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _scalar(came: Any) -> str:
    if isinstance(came, bool):
        return f" (came: {_spelt(came)})"
    told = repr(came) if isinstance(came, str | int | float) else ""
    return f" (came: {told if len(told) < 80 else told[:76] + '...'})" if told else ""


def _meant(place: Place, content: Any) -> Place:
    """Return the place of the known key that an unknown one most likely stands for."""
    known = forms.keys(_held(place[:-1], content))
    absent = [key for key in known if key not in at(content, place[:-1])]
    begun = re.match(r"([a-z_]+)[ :]", str(place[-1]))
    return (*place[:-1], begun[1] if begun and begun[1] in absent else nearest(str(place[-1]), absent))


def _key_remedy(place: Place, content: Any) -> str:
    name, value = str(place[-1]), at(content, place)
    meant = str(_meant(place, content)[-1])
    if re.search("[“”„]", name):
        return 'put the text before it in straight quotes: "..."'
    if value is None and re.match(rf"{meant}[ :]", name):
        return f"write {meant}: {name[len(meant) + 1 :].strip()}, with a colon and a blank"
    known = forms.keys(_held(place[:-1], content))
    if not meant and "arguments" in known:
        return f"one of: {', '.join(known)}; for what the method takes, write arguments: {{{name}: {value}}}"
    return f"did you mean {meant}?" if meant else among(name, known)


def _rule_fault(place: Place, content: Any) -> Fault:
    rules, came = forms.rules(AnyDerivation), at(content, place)
    if came is None:
        return Fault(place, "rule is missing", f"add rule, which takes one of: {', '.join(rules)}")
    return Fault(place, f"there is no rule named {came}", among(came, rules))


def _pattern_fault(place: Place, came: str, pattern: str, content: Any) -> Fault:
    key = _key(place)
    if pattern == TEXT:
        required = key in forms.keys(_held(place[:-1], content), required=True)
        remedy = f"write the {key} between the quotes" + ("" if required else f", or take {key} out")
        return Fault(place, "a text was expected, and the quotes hold none", remedy)
    if pattern in (DATA_FILE, TEXT_FILE):
        return Fault(place, f"{_form(place, content)} was expected{_came(came)}", remedies.file(came))
    if pattern == SHA256:
        told = f"{_form(place, content)} was expected{_came(came)}"
        return Fault(place, told, f'write what sha256sum says of the file, in quotes: {_key(place)}: "..."')
    if pattern == LANGUAGE:
        told = f"a code such as en-GB was expected, not {came}"
        return Fault(place, told, "write the code of the language, and after - that of the country: en-GB")
    if pattern == DISPLAY:
        return _display_fault(place, came, content)
    return _name_fault(place, came, content)


def _display_fault(place: Place, came: str, content: Any) -> Fault:
    kind = at(content, (*place[:-1], "kind"))
    begins = KINDS[kind].begins if kind in KINDS else "tbl-"
    bare = re.sub(r"^(tbl|tab|table|fig|figure)?[-_ ]+", "", re.sub(r"[^a-z0-9]+", "-", came.casefold())).strip("-")
    told = f"the id of a display is tbl- or fig-, then lower-case letters, digits and hyphens{_came(came)}"
    return Fault(place, told, f"write id: {begins}{bare or 'name'}")


def _name_fault(place: Place, came: str, content: Any) -> Fault:
    if place[-1] == "method":
        return Fault(place, f"there is no method named {came}", among(came, METHODS))
    if _key(place) in ("visit", "against", "at", "visits"):
        for visit in _visits(content):
            if visit.get("code") == came:
                return Fault(place, f"{came} is the code of a visit; its id was expected", f"write {visit.get('id')}")
    told = f"{forms.form(forms.plain(Name))} was expected{_came(came)}"
    return Fault(place, told, f"write {remedies.as_name(came)}, here and where it is referred to")


def _visits(content: Any) -> Iterator[dict[str, Any]]:
    visits = at(content, ("visits",))
    yield from (visit for visit in visits if isinstance(visit, dict)) if isinstance(visits, list) else ()
