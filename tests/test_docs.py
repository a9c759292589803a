"""What the documents say is what the code does, in both directions."""

from __future__ import annotations

import importlib.util
import re
import typing
from pathlib import Path

import pytest

from report import ard
from report.paper import styles
from report.paper.sentences import Sentences
from report.stages import STAGES
from report.study import file as study_file
from report.study.derivations import AnyDerivation
from tests.conftest import ROOT, STUDIES

DOCS = ROOT / "docs"


def test_the_template_context_is_documented_and_nothing_else() -> None:
    study = study_file.read(STUDIES["jia"])
    context = Sentences(study, ard.Results({}, []), styles.STYLES["plain"], {}).context()
    documented = set(re.findall(r"^\| `(\w+)", (DOCS / "templates.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert documented - {"name"} == set(context)


@pytest.mark.parametrize(("script", "page"), [("study_file_reference", "study-file"), ("methods_reference", "methods")])
def test_a_reference_page_is_that_of_the_program(script: str, page: str) -> None:
    found = importlib.util.spec_from_file_location(script, DOCS / f"{script}.py")
    assert found is not None and found.loader is not None
    reference = importlib.util.module_from_spec(found)
    found.loader.exec_module(reference)
    assert (DOCS / f"{page}.md").read_text(encoding="utf-8") == reference.page()


def test_every_rule_of_a_derivation_is_explained() -> None:
    union = typing.get_args(AnyDerivation)[0]
    rules = {typing.get_args(model.model_fields["rule"].annotation)[0] for model in typing.get_args(union)}
    page = (DOCS / "derivations.md").read_text(encoding="utf-8")
    assert rules == {name for name in rules if f"`{name}`" in page}


def test_the_makefile_names_the_stages_in_order() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^\t\$\(call stage,(\w+),", makefile, re.MULTILINE) == list(STAGES)


@pytest.mark.parametrize(
    "page",
    sorted(path.relative_to(ROOT) for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]),
)
def test_links_and_files_named_exist(page: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert target.startswith("http") or ((ROOT / page).parent / target).exists(), target


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text and "--index" not in text
        assert len(re.findall(r"^[a-z][\w.-]*==", text, re.MULTILINE)) == len(
            re.findall(r"==[^\n]*\\\n    --hash", text)
        )
