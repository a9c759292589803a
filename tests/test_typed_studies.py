"""No template of the shipped studies says by hand what a result says: any result typed in its place is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from report.errors import TemplateError
from report.paper import typed
from report.paper.manuscript import _environment
from report.study import file as study_file
from tests.conftest import STUDIES

CALL = re.compile(r"\{\{ (?:value|count|part|spread|estimate|interval|p|p_and_floor)\(.*?\) \}\}")
TEMPLATES = [(name, path) for name, folder in STUDIES.items() for path in sorted(folder.glob("templates/*.j2"))]

READ = {name: study_file.read(folder) for name, folder in STUDIES.items()}


def refused(name: str, path: Path, text: str) -> str:
    """Return what is said of a template with this text; nothing where it may stand."""
    try:
        typed.refuse({path.name: text}, _environment({}, []), READ[name])
    except TemplateError as fault:
        return "\n".join(fault.lines())
    return ""


@pytest.mark.parametrize(("name", "path"), TEMPLATES, ids=[f"{name}/{path.name}" for name, path in TEMPLATES])
def test_a_result_typed_in_its_place_is_refused(name: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert refused(name, path, text) == ""
    for call in CALL.finditer(text):
        line = text.count("\n", 0, call.start()) + 1
        for by_hand in ("6", "six"):
            told = refused(name, path, text[: call.start()] + by_hand + text[call.end() :])
            assert f"{path.name}:{line}: " in told and by_hand in told, call.group()


def test_the_search_meets_the_results() -> None:
    """The pattern of this test finds the results of both papers."""
    assert len([call for _, path in TEMPLATES for call in CALL.findall(path.read_text(encoding="utf-8"))]) > 150
