"""A whole paper against its earlier edition: by pandoc, by a reading of the XML, and by LibreOffice where it is there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from report.changes import tracked
from report.publish.engine import _pandoc
from report.publish.extract import read
from tests.changes.tracked_reading import Holds, W, marks, proper, root_of, settled
from tests.conftest import Built, build, copy_study

SIGNED = {"author": "trialpress", "date": "2026-01-31T00:00:00Z"}
PAPER = "build/manuscript-draft.docx"
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@dataclass(frozen=True)
class Editions:
    old: Path
    new: Path
    tracked: Path


def substitute(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1, (path.name, before)
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def revise(study: Path) -> None:
    """What happens to a paper between two locks, all at once."""
    templates = study / "templates"
    # a score of one child, and with it medians, estimates, P values, a line of the figure
    substitute(study / "data" / "assessments.csv", ("J01,W8,2013-04-29,4.5,62,64,", "J01,W8,2013-04-29,4.5,42,34,"))
    # a row of one table (with it a reference to the endpoint), the last rows of another
    substitute(study / "data" / "study.yaml", ("[acr30_week8, acr50_week8, acr70_week8,", "[acr30_week8, acr70_week8,"))
    substitute(
        study / "data" / "study.yaml",
        ("[crp_week8, esr_week8, crp_year1, esr_year1]", "[crp_week8, esr_week8, crp_year1]"),
    )
    # a table that has fewer columns
    substitute(
        study / "data" / "study.yaml",
        ("variables: [jadas71, vas_wellbeing, vas_pain,", "variables: [jadas71, vas_pain,"),
    )
    # a sentence more, a sentence less
    substitute(templates / "20-introduction.qmd.j2", (" Its participants’ data are not public.", ""))
    substitute(
        templates / "20-introduction.qmd.j2",
        ("donor [@uccelli2008].", "donor [@uccelli2008]. How long they live in a joint is not known.[^1]"),
    )
    with (templates / "20-introduction.qmd.j2").open("a", encoding="utf-8") as introduction:
        introduction.write("\n[^1]: A footnote that only the new paper has.\n")
    # a paragraph moved, and the references renumbered by it; a paragraph that becomes a heading
    discussion = templates / "50-discussion.qmd.j2"
    paragraphs = discussion.read_text(encoding="utf-8").split("\n\n")
    moved = next(at for at, each in enumerate(paragraphs) if each.startswith("The macrophage"))
    paragraphs.insert(moved - 1, paragraphs.pop(moved))
    discussion.write_text("\n\n".join([*paragraphs[:-1], "### No further trial", paragraphs[-1]]), encoding="utf-8")


@pytest.fixture(scope="module")
def editions(jia: Built, tmp_path_factory: pytest.TempPathFactory) -> Editions:
    """The paper of the study with a paragraph more, and that of the study revised."""
    before = copy_study("jia", tmp_path_factory.mktemp("before"))
    discussion = before / "templates" / "50-discussion.qmd.j2"
    paragraphs = discussion.read_text(encoding="utf-8").split("\n\n")
    discussion.write_text("\n\n".join([*paragraphs[:-1], "No further trial", paragraphs[-1]]), encoding="utf-8")
    with (before / "templates" / "40-results.qmd.j2").open("a", encoding="utf-8") as results:
        results.write("\nOld words with a note.[^2]\n\n[^2]: A footnote that only the old paper has.\n")
    after = copy_study("jia", tmp_path_factory.mktemp("after"))
    revise(after)
    old, new = build(before).folder / PAPER, build(after).folder / PAPER
    to = tmp_path_factory.mktemp("tracked") / "tracked.docx"
    tracked.write(old, new, to, **SIGNED)
    return Editions(old, new, to)


# By a reading of the XML -----------------------------------------------------------------------------------------------


def test_the_editions_differ_in_every_way_that_is_to_be_proved(editions: Editions) -> None:
    old, new = (Holds(path, root_of(path)).content for path in (editions.old, editions.new))
    assert old != new
    kinds = {
        f"w:{each.tag.rpartition('}')[2]}"
        for each in root_of(editions.tracked).iter(f"{W}tr")
        if each.find(f"{W}trPr/{W}del") is not None
    }
    assert kinds == {"w:tr"}
    assert sum("old-" in name for name in names(editions.tracked)) == 1, "the figure that changed"


def names(path: Path) -> list[str]:
    return list(Holds(path, root_of(path)).parts)


def test_accepted_it_is_the_new_paper(editions: Editions) -> None:
    proper(editions.tracked)
    accepted = settled(root_of(editions.tracked), accept=True)
    assert Holds(editions.tracked, accepted).content == Holds(editions.new, root_of(editions.new)).content


def test_rejected_it_is_the_old_paper(editions: Editions) -> None:
    rejected = settled(root_of(editions.tracked), accept=False)
    assert Holds(editions.tracked, rejected).content == Holds(editions.old, root_of(editions.old)).content


def test_a_paper_against_itself_has_no_mark(jia: Built, tmp_path: Path) -> None:
    paper = jia.folder / PAPER
    tracked.write(paper, paper, tmp_path / "same.docx", **SIGNED)
    assert marks(root_of(tmp_path / "same.docx")) == 0
    assert (
        Holds(tmp_path / "same.docx", root_of(tmp_path / "same.docx")).content == Holds(paper, root_of(paper)).content
    )


def test_the_gate_reads_the_new_paper_in_it(editions: Editions) -> None:
    """What reads a paper back passes over deleted words; rows that went are left with nothing in them."""
    assert {block.text for block in read(editions.tracked).blocks if block.kind == "paragraph"} >= {
        block.text for block in read(editions.new).blocks if block.kind == "paragraph"
    }


def test_the_same_bytes_again(editions: Editions, tmp_path: Path) -> None:
    tracked.write(editions.old, editions.new, tmp_path / "again.docx", **SIGNED)
    assert (tmp_path / "again.docx").read_bytes() == editions.tracked.read_bytes()


# By pandoc -------------------------------------------------------------------------------------------------------------


def by_pandoc(path: Path, changes: str) -> Any:
    """What pandoc reads; simple fields, which it passes over with their numbers, are opened first."""
    opened = path.with_suffix(".opened.docx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(opened, "w") as goal:
        for name in source.namelist():
            goal.writestr(name, re.sub(rb"</?w:fldSimple[^>]*>", b"", source.read(name)))
    command = [_pandoc(), str(opened), "--from=docx", "--to=json", f"--track-changes={changes}"]
    return told(json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)["blocks"])


def told(node: Any) -> Any:
    """A document without what is not said: names of bookmarks and pictures, widths, and rows with nothing in them.

    pandoc leaves a row without content where Word drops one that was deleted.
    """
    if isinstance(node, list):
        return joined([each for each in map(told, node) if each is not None])
    if not isinstance(node, dict):
        return node
    if node.get("t") == "Table":
        return table(node["c"])
    if node.get("t") == "Image":
        return ["Image", told(node["c"][1])]
    if node.get("t") == "Span" and not node["c"][0][1] and not node["c"][0][2]:
        return told(node["c"][1])
    if node.get("t") == "Figure":  # pandoc makes none of a picture that is in a tracked change
        return told([*node["c"][2], *node["c"][1][1]])
    if node.get("t") == "Plain":
        return told({**node, "t": "Para"})
    if node.get("t") == "Para":  # the bookmark of a paragraph that was rejected becomes a space before the next one
        said = told(node["c"])
        return {"t": "Para", "c": said[1:] if said[:1] == [{"t": "Space"}] else said}
    if node.get("t") == "Header":
        return ["Header", node["c"][0], told(node["c"][2])] if node["c"][2] else None  # it leaves one that was rejected
    return {key: told(value) for key, value in node.items()}


def joined(nodes: list[Any]) -> list[Any]:
    """Nodes, with the content of a span that was only a bookmark among them."""
    return [
        inner
        for each in nodes
        for inner in (each if isinstance(each, list) and each and isinstance(each[0], dict) else [each])
    ]


def table(parts: list[Any]) -> Any:
    _, caption, columns, head, bodies, foot = parts
    sections = [head[1], *(rows for body in bodies for rows in body[2:]), foot[1]]
    rows = [[[cell[1:4], told(cell[4])] for cell in row[1]] for section in sections for row in section]
    kept = [row for row in rows if any('"Str"' in json.dumps(cell) for cell in row)]
    return ["Table", told(caption), [each[0] for each in columns], kept] if kept else None


def test_pandoc_accepts_to_the_new_paper(editions: Editions) -> None:
    assert by_pandoc(editions.tracked, "accept") == by_pandoc(editions.new, "accept")


def test_pandoc_rejects_to_the_old_paper(editions: Editions) -> None:
    assert by_pandoc(editions.tracked, "reject") == by_pandoc(editions.old, "accept")


# By LibreOffice --------------------------------------------------------------------------------------------------------

SETTLE = """
import sys, time, uno
from com.sun.star.beans import PropertyValue

def named(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made

pipe, *jobs = sys.argv[1:]
here = uno.getComponentContext()
resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
for attempt in range(120):
    try:
        there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.5)
desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
dispatcher = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", there)
for job in jobs:
    source, command, goal = job.split("|")
    document = desktop.loadComponentFromURL(source, "_blank", 0, (named("Hidden", True),))
    if command:
        dispatcher.executeDispatch(document.CurrentController.Frame, f".uno:{command}AllTrackedChanges", "", 0, ())
    document.storeToURL(goal, (named("FilterName", "Text (encoded)"), named("FilterOptions", "UTF8,LF")))
    document.close(True)
desktop.terminate()
"""


def python_with_uno() -> str | None:
    for program in ("/usr/bin/python3", sys.executable, "python3"):
        found = shutil.which(program)
        if found and subprocess.run([found, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
            return found
    return None


@pytest.mark.looking
def test_libreoffice_accepts_and_rejects_to_the_papers(editions: Editions, tmp_path: Path) -> None:
    python = python_with_uno() if SOFFICE else None
    if SOFFICE is None or python is None:
        pytest.skip("no LibreOffice that Python can steer here")
    wanted = {
        "accepted": (editions.tracked, "Accept"),
        "new": (editions.new, ""),
        "rejected": (editions.tracked, "Reject"),
        "old": (editions.old, ""),
    }
    jobs = [f"{path.as_uri()}|{command}|{(tmp_path / name).as_uri()}" for name, (path, command) in wanted.items()]
    pipe = f"tracked{time.monotonic_ns()}"
    office = subprocess.Popen(
        [SOFFICE, "--headless", "--norestore", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        subprocess.run([python, "-c", SETTLE, pipe, *jobs], check=True, timeout=180)
    finally:
        office.terminate()
        office.wait(30)
    said = {name: lines((tmp_path / name).read_text(encoding="utf-8-sig")) for name in wanted}
    assert said["accepted"] == said["new"]
    assert said["rejected"] == said["old"]
    assert said["old"] != said["new"]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
