"""Text that means something to one of the programs on the way: it stands letter for letter, or is refused by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from report.publish.blocks import Document, comparable
from tests.conftest import Built, build, copy_study, trialpress

HOSTILE = (
    r"""|a| *b* _c_ **d** <script>alert(1)</script> $x$ #import {{ x }} {% y %} {{< include x >}} @fig-x [@y] ... --- """
    r"""(-5) -5 \back \n \\ "q" 'a' `c` ~s~ ^t^ &amp; %d {#id} ::: 1. <!-- c --> https://a.b/c x@y.z ${v} //u //* w"""
)
HEBREW = "שלום (-5) 12"
TEXT = f"{HOSTILE} {HEBREW} end"


def with_text(folder: Path, text: str) -> Path:
    """Put a text where each kind of display shows it: title, label, level, note, caption, registry, cell, reason.

    The figure shows two visits, for nine such labels have no room beside each other.
    """
    path = folder / "data" / "study.yaml"
    study = yaml.safe_load(path.read_text(encoding="utf-8"))
    study["study"]["title"] = f"Title {text}"
    study["study"]["keywords"] = [f"Keyword {text}"]
    study["study"]["registrations"][0]["registry"] = f"Registry {text}"
    study["authors"][0]["name"] = f"Author {text}"
    columns = study["datasets"]["participants"]["columns"]
    columns["subtype"]["levels"]["systemic"] = f"Level {text}"
    columns["age"]["label"] = f"Label {text}"
    study["disposition"][1]["label"] = f"Box {text}"
    study["displays"][1]["title"] = f"Caption {text}"
    study["displays"][1]["notes"] = [f"Note {text}"]
    study["visits"][0]["label"] = f"Visit {text}"
    study["datasets"]["adverse_events"]["columns"]["term"]["levels"]["nausea"] = f"Event {text}"
    study["derivations"]["ae_period"]["periods"]["after"]["label"] = f"Period {text}"
    for left_out in study["outcomes_left_out"]:
        left_out["reason"] = f"Reason {text}"
    (courses,) = (display for display in study["displays"] if display["kind"] == "courses")
    courses["visits"] = ["baseline", "week8"]
    path.write_text(yaml.safe_dump(study, allow_unicode=True, sort_keys=False), encoding="utf-8")
    template = folder / "templates" / "50-discussion.qmd.j2"
    body = template.read_text(encoding="utf-8") + "\nSentence {{ study.study.title }}\n"
    template.write_text(body, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(with_text(copy_study("jia", tmp_path_factory.mktemp("hostile")), TEXT))


PLACES = {
    "title": ("title", f"Title {TEXT}"),
    "sentence": ("paragraph", f"Sentence Title {TEXT}"),
    "registry": ("paragraph", f"Trial registration: Registry {TEXT} NTR4146; EudraCT 2012-002067-10"),
    "author": ("paragraph", f"Author {TEXT}1"),
    "cell": ("cell", f"Level {TEXT}"),
    "stub": ("cell", f"Label {TEXT} (years), median (range) †", f"Label {TEXT} (years) †"),  # of all, and of each
    "caption": ("caption", f"Table 1. Caption {TEXT}"),
    "note": ("note", f"Note {TEXT}"),
    "event": ("cell", f"Event {TEXT}"),
    "period": ("header-cell", f"Period {TEXT}", f"Period {TEXT} (n = 6)"),
    "reason": ("cell", f"not in this paper: Reason {TEXT}"),
}


# a row's first cell is its header in HTML; a title is a paragraph to a reader of PDF 1.7, which has no tag for it
ALSO = {"cell": ("cell", "header-cell"), "title": ("title", "paragraph")}


def letters(text: str) -> str:
    """Return a text as formats are compared: without white space and right-to-left letters."""
    return comparable(text)


def same(one: str, other: str, kind: str) -> bool:
    """Tell whether two texts are equal letter by letter; in a PDF the order after Hebrew is that of the page."""
    if kind != "pdf":
        return one.split() == other.split()
    cut = [letters(text).split("w", 1) for text in (one, other)]
    loose = [sorted(re.sub(r"[()]", "", half[-1])) for half in cut]
    return cut[0][0] == cut[1][0] and loose[0] == loose[1]


@pytest.mark.parametrize("kind", ("html", "pdf", "docx"))
@pytest.mark.parametrize("place", PLACES)
def test_stands_letter_for_letter(hostile: Built, kind: str, place: str) -> None:
    """Each of the texts is found, and nothing that begins as they do is another."""
    where, *texts = PLACES[place]
    document: Document = hostile.all[kind]
    kinds = ALSO.get(where, (where,))
    found = [block.text for block in document.blocks if block.kind in kinds and block.text.startswith(texts[0][:12])]
    assert all(any(same(text, one, kind) for one in found) for text in texts), found
    assert all(any(same(text, one, kind) for text in texts) for one in found), found


@pytest.mark.parametrize("kind", ("html", "pdf", "docx"))
def test_alternative_texts_hold_it_too(hostile: Built, kind: str) -> None:
    alts = [block.text for block in hostile.all[kind].blocks if block.kind == "alt"]
    assert any("(n = 6)" in alt and letters(HOSTILE) in letters(alt) for alt in alts)


def test_titles_of_the_files_are_literal(hostile: Built) -> None:
    for document in hostile.all.values():
        assert letters(HOSTILE) in letters(document.metadata["title"])


def test_nothing_of_it_ran(hostile: Built) -> None:
    source = (hostile.folder / "build" / "manuscript-draft.html").read_text(encoding="utf-8")
    assert "<script" not in source


@pytest.mark.parametrize(
    ("character", "told"),
    [
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE changes the reading order"),
        ("漢", "U+6F22 CJK UNIFIED IDEOGRAPH-6F22 is in no font"),
    ],
)
def test_what_cannot_be_printed_is_refused_and_the_place_named(tmp_path: Path, character: str, told: str) -> None:
    folder = copy_study("indomethacin", tmp_path)
    data = folder / "data" / "patients.csv"
    data.write_text(data.read_text(encoding="utf-8").replace("\n1002,", f"\n1002{character},", 1), encoding="utf-8")
    done = trialpress("check", study=folder)
    assert done.returncode == 1
    assert "data/patients.csv, column id" in done.stderr and told in done.stderr and "line 3" in done.stderr


def test_a_study_file_with_an_override_names_the_line(tmp_path: Path) -> None:
    folder = copy_study("jia", tmp_path)
    path = folder / "data" / "study.yaml"
    text = path.read_text(encoding="utf-8").replace('title: "JADAS-71 of', 'title: "JADAS\u202e-71 of')
    path.write_text(text, encoding="utf-8")
    line = text.split("\u202e")[0].count("\n") + 1
    done = trialpress("report", study=folder)
    assert done.returncode == 1 and f"data/study.yaml:{line}: displays.fig-jadas71.title" in done.stderr, done.stderr
