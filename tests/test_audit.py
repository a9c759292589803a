"""The audit: on both papers every number has a source, and whatever was smuggled in is told with its place."""

from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from report import ard, stages
from report.errors import Finding
from report.paper.typed import NUMBER
from report.publish import audit, audit_list, audit_sources
from report.publish.audit import Audit
from report.publish.audit_sources import Sources
from report.study import file as study_file
from tests.conftest import Built, trialpress


def files(built: Built) -> dict[str, Path]:
    return {kind: built.folder / "build" / f"manuscript-draft.{kind}" for kind in ("html", "pdf", "docx")}


def sources_of(built: Built) -> Sources:
    results = ard.read(built.folder / "build" / "results.json")
    templates = [path for path in (built.folder / "templates").glob("*") if path.is_file()]
    return audit_sources.of(study_file.read(built.folder), results, templates)


@pytest.fixture(scope="module")
def of_jia(jia: Built) -> Sources:
    return sources_of(jia)


@pytest.fixture(scope="module")
def of_indomethacin(indomethacin: Built) -> Sources:
    return sources_of(indomethacin)


@pytest.fixture(scope="module")
def clean(jia: Built, of_jia: Sources) -> Audit:
    return audit.held_against(of_jia, files(jia))


def told(findings: tuple[Finding, ...]) -> str:
    return "\n".join(line for finding in findings for line in finding.lines())


# Sound papers ---------------------------------------------------------------------------------------------------------


def test_no_number_of_the_first_paper_is_without_a_source(clean: Audit) -> None:
    assert told(clean.findings) == ""
    assert all(number.source for number in clean.numbers)


def test_no_number_of_the_second_paper_is_without_a_source(indomethacin: Built, of_indomethacin: Sources) -> None:
    found = audit.held_against(of_indomethacin, files(indomethacin))
    assert told(found.findings) == ""
    assert all(number.source for number in found.numbers)


def test_every_number_of_the_page_is_accounted_for_and_none_twice(jia: Built, clean: Audit) -> None:
    """The numbers of the page are counted here by another reader, which knows nothing of sources."""
    on_the_page = sum(len(re.findall(r"\d+", block.text)) for block in jia.html.blocks)
    assert sum(len(re.findall(r"\d+", number.text)) for number in clean.numbers) == on_the_page


def test_the_results_are_those_that_the_manuscript_printed(jia: Built, clean: Audit) -> None:
    printed = json.loads((jia.folder / "build" / "printed.json").read_text(encoding="utf-8"))["printed"]
    expected = Counter(name for name, text, _ in printed if name and NUMBER.search(text))
    of_elements = [number for number in clean.numbers if number.source == "result" and ", alt" not in number.place]
    names = set(ard.read(jia.folder / "build" / "results.json")._by_id)
    assert Counter(number.detail for number in of_elements if number.detail in names) <= expected
    labels = sum(expected.values()) - len(of_elements)  # a name such as cJADAS10 that a result decided on is a name
    assert 0 <= labels <= 3


def test_each_kind_of_source_is_named_as_what_it_is(clean: Audit) -> None:
    given = {(number.text, number.source, number.detail) for number in clean.numbers}
    assert {
        ("2 million per kg", "declared", "dose"),
        ("4 to 18 years", "declared", "eligibility"),
        ("24 September 2013", "declared", "protocol"),
        ("Netherlands Trial Register NTR4146; EudraCT 2012-002067-10", "study file", "texts"),
        ("Table 2", "formatter", "number of a table or figure"),
        ("half away from zero", "declared", "method"),
        ("two-sided", "formatter", "words that count nothing"),
        ("377:2138–49", "reference", "@prakken2011"),
        ("1", "reference", "number of @prakken2011"),
    } <= given


# Smuggled into the page -----------------------------------------------------------------------------------------------

SMUGGLED = {  # what is written into the page, and what must be told: code, place, words
    "a number in prose": (
        ("Participants received allogeneic", "Participants, 14 of them, received allogeneic"),
        ("audit-no-source", "paragraph", "14 has no source: “Participants, 14 of them, received"),
    ),
    "a number in words": (
        ("Biologicals were stopped before", "In seventeen they were stopped before"),
        ("audit-no-source", "paragraph", "seventeen has no source"),
    ),
    "raw HTML": (
        ("<p>The rows behind", "<aside>Response: 83%</aside>\n<p>The rows behind"),
        ("audit-no-source", "paragraph", "83% has no source"),
    ),
    "raw HTML of a class that other readers pass over": (
        ("<p>An acute reac", '<p>Not<a class="footnote-ref" href="#elsewhere">84</a></p>\n<p>An acute reac'),
        ("audit-no-source", "paragraph", "84 has no source"),
    ),
    "a picture's text": (
        ("<p>P values are two-sided", "<svg><text>85</text></svg><p>P values are two-sided"),
        ("audit-no-source", "", "85 has no source"),
    ),
    "a declaration that no template makes": (
        ('<span class="dose">two</span>', '<span class="dose">nine</span>'),
        ("audit-no-source", "paragraph", "it is declared as .dose, and no template declares it"),
    ),
    "a declaration of another kind": (
        ('<span class="instrument">71</span>', '<span class="instrument">91</span>'),
        ("audit-no-source", "paragraph", "it is declared as .instrument, and no template declares it"),
    ),
    "a result that is none": (
        ("The analysis set is every", '<span class="result" data-result="made.up">14</span> or every'),
        ("audit-no-source", "paragraph", "it stands as the result made.up, whose row does not print it"),
    ),
    "another number of a reference": (
        ('<a href="#ref-prakken2011">1</a>', '<a href="#ref-prakken2011">2</a>'),
        ("audit-no-source", "paragraph", "it stands as the number of @prakken2011, which is another"),
    ),
    "another number of a table": (
        ('<a href="#display-tbl-baseline">Table 1</a>', '<a href="#display-tbl-baseline">Table 2</a>'),
        ("audit-no-source", "paragraph", "it stands as the number of tbl-baseline, which is another"),
    ),
    "a year in a reference": (
        ("Nature Reviews Immunology</em> 2008", "Nature Reviews Immunology</em> 2009"),
        ("audit-no-source", "paragraph", "the list of works does not have it for @uccelli2008"),
    ),
    "the last page of a reference": (
        ("377:2138–49", "377:2138–47"),
        ("audit-no-source", "paragraph", "377:2138–47 has no source"),
    ),
    "a name that goes on": (
        ("an ACR-Pedi 30 response that was lost", "an ACR-Pedi 301 response that was lost"),
        ("audit-no-source", "paragraph", "301 has no source"),
    ),
    "a caption": (
        ("Baseline characteristics (reconstructed data)", "Baseline characteristics of 7 (reconstructed data)"),
        ("audit-display", "tbl-baseline, caption", "Baseline characteristics of 7"),
    ),
    "a label that another line has": (
        (">Week 12<", ">Week 18<"),
        ("audit-display", "tbl-visits, header-cell, row 6, column 1", "it says “Week 18”, and the results and the"),
    ),
    "a note of a table": (
        ("that there were nine visits", "that there were eight visits"),
        ("audit-display", "note", "eight visits"),
    ),
    "an alternative text": (
        (' alt="Flow diagram. Assessed', ' alt="Flow diagram (N = 7). Assessed'),
        ("audit-display", "fig-flow, alt", "Flow diagram (N = 7)"),
    ),
    "what a picture says aloud": (
        ('aria-label="Flow diagram. Assessed', 'aria-label="Flow diagram (N = 8). Assessed'),
        ("audit-display", "fig-flow, alt", "Flow diagram (N = 8)"),
    ),
    "what is shown on being touched": (
        ('<div class="affiliations">', '<div class="affiliations" title="17 of them">'),
        ("audit-no-source", "alt", "17 has no source"),
    ),
    "another picture": (
        ("data:image/svg+xml;base64,PD94", "data:image/svg+xml;base64,PD95"),
        ("audit-figure", "fig-flow", "the picture is not the one that the results draw"),
    ),
    "a picture more": (
        ("<p>The register l", '<img src="data:image/png;base64,AAAA">\n<p>The register l'),
        ("audit-figure", "manuscript-draft.html", "2 pictures more than the study file declares"),  # one is "svg" above
    ),
    "the running text": (
        ('<span class="lock">', '<span class="lock">version 3 · '),
        ("audit-no-source", "around the text", "3 has no source"),
    ),
    "the description": (
        ('<meta name="description" content="DRAFT', '<meta name="description" content="DRAFT of 23 pages'),
        ("audit-no-source", "metadata, description", "23 has no source"),
    ),
    "the title": (
        ("<title>", "<title>Phase 3: "),
        ("audit-no-source", "metadata, title", "3 has no source"),
    ),
}


def tampered(built: Built, folder: Path, *changes: tuple[str, str]) -> dict[str, Path]:
    page = files(built)["html"].read_text(encoding="utf-8").replace("\u00a0", " ")
    for old, new in changes:
        assert old in page, old
        page = page.replace(old, new, 1)
    path = folder / "manuscript-draft.html"
    path.write_text(page, encoding="utf-8")
    return {"html": path}


@pytest.fixture(scope="module")
def smuggled(jia: Built, of_jia: Sources, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """All that is smuggled in, at once: no fault hides another."""
    changes = [change for change, _ in SMUGGLED.values()]
    return audit.held_against(of_jia, tampered(jia, tmp_path_factory.mktemp("smuggled"), *changes))


@pytest.mark.parametrize("what", SMUGGLED)
def test_what_was_smuggled_in_is_told_with_its_place(what: str, smuggled: Audit) -> None:
    _, (code, where, words) = SMUGGLED[what]
    found = smuggled.findings
    assert [each for each in found if each.code == code and where in each.where and words in each.message], told(found)


def test_only_what_was_smuggled_in_is_told(jia: Built, of_jia: Sources, tmp_path: Path) -> None:
    (old, new), _ = SMUGGLED["a number in prose"]
    found = audit.held_against(of_jia, tampered(jia, tmp_path, (old, new)))
    assert len(found.findings) == 1
    assert [number.text for number in found.numbers if not number.source] == ["14"]


def test_a_changed_digit_within_a_result_is_told_with_both_places(jia: Built, of_jia: Sources, tmp_path: Path) -> None:
    name = "infusion_reaction.proportion.conf.high"
    right = f'data-result="{name}">46%<'
    found = audit.held_against(of_jia, tampered(jia, tmp_path, (right, right.replace("46", "64")))).findings
    assert "64% has no source" in told(found)
    twice = next(each for each in found if each.code == "audit-two-values")
    assert twice.where == name
    assert {case.partition(" in ")[0] for case in twice.cases} == {"“64%”", "“46%”"}
    assert all("manuscript-draft.html: " in case for case in twice.cases)


def test_p_with_its_sign_and_without_is_one_value(jia: Built, clean: Audit) -> None:
    """In prose P has its sign, in a table it has none: the one result that deliberately has two forms."""
    name = "jadas71_week8.signed_rank.p.value"
    forms = {number.text for number in clean.numbers if number.detail == name}
    assert len(forms) == 2
    assert len({form.removeprefix("=").strip() for form in forms}) == 1


def test_another_paragraph_in_word_is_told(jia: Built, of_jia: Sources, tmp_path: Path) -> None:
    made = {**files(jia), "docx": tmp_path / "manuscript-draft.docx"}
    with zipfile.ZipFile(files(jia)["docx"]) as whole, zipfile.ZipFile(made["docx"], "w") as changed:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "word/document.xml":
                assert b"further infusions were allowed" in content
                content = content.replace(b"further infusions were allowed", b"or 9 further infusions were allowed", 1)
            changed.writestr(name, content)
    found = audit.held_against(of_jia, made).findings
    assert [each.code for each in found] == ["audit-other-format"]
    assert found[0].where.startswith("manuscript-draft.docx: paragraph")
    assert "9 further infusions" not in told(audit.held_against(of_jia, files(jia)).findings)


# The command, and a final build ---------------------------------------------------------------------------------------


@pytest.fixture
def copy(indomethacin: Built, tmp_path: Path) -> Path:
    return Path(shutil.copytree(indomethacin.folder, tmp_path / "study"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def test_the_command_tells_what_each_source_gives_and_lists_all_on_demand(copy: Path) -> None:
    done = trialpress("audit", "--list", study=copy)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^\d+ results; .*\d+ declared \(.*\d+ dose.*; 0 without a source$", done.stdout, re.MULTILINE)
    with (copy / "build" / audit_list.FILE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == audit_list.COLUMNS
    assert [row["source"] for row in rows if "NCT00820612" in row["number"]][:1] == ["study file"]
    assert all(f"{row['number']}\t" in done.stdout for row in rows)


def test_the_command_refuses_what_has_no_source(copy: Path) -> None:
    change(copy / "build" / "manuscript-draft.html", "directly after ERCP.", "directly after ERCP, in 88 patients.")
    done = trialpress("audit", study=copy)
    assert done.returncode == 1
    assert "manuscript-draft.html: paragraph: 88 has no source: “" in done.stderr
    assert "not in the HTML" in done.stderr  # the other formats say something else now
    assert not (copy / "build" / audit_list.FILE).exists()


@pytest.mark.parametrize("changed", ["templates/50-discussion.qmd.j2", "data/study.yaml"])
def test_a_paper_of_other_sources_is_not_audited(changed: str, copy: Path) -> None:
    (copy / changed).write_text((copy / changed).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    done = trialpress("audit", study=copy)
    assert done.returncode == 1
    assert "changed since" in done.stderr


def test_a_draft_is_not_audited(indomethacin: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "refuse", lambda *_: pytest.fail("a draft was audited"))
    stages._audit(stages.Order(indomethacin.folder), files(indomethacin))


def test_a_final_build_is_refused_and_the_last_one_stays(copy: Path) -> None:
    """What is changed by hand between the templates and the page: the source, and a label of a table's tree."""
    build, publish = copy / "build", ("publish", "--engine", "embedded")
    source, tree = build / "manuscript.qmd", build / "displays" / "tbl-primary.json"
    change(build / "results.json", '"mode": "draft"', '"mode": "final"')
    for stage in (("displays",), ("manuscript",), publish):
        done = trialpress(*stage, study=copy)
        assert done.returncode == 0, done.stderr
    sound = (build / "manuscript-final.html").read_bytes()

    change(source, "Pancreatitis after endoscopic", "In 88 papers, pancreatitis after endoscopic")
    change(tree, '"c":"Fisher’s"', '"c":"Fisher’s 2nd"')
    done = trialpress(*publish, study=copy)
    assert done.returncode == 1
    assert "and a final paper has none; the previous outputs stay" in done.stderr
    assert "paragraph: 88 has no source: “In 88 papers," in done.stderr
    assert re.search(r"tbl-primary, header-cell, row \d+, column 1: .*it says “Fisher’s 2nd exact", done.stderr)
    assert (build / "manuscript-final.html").read_bytes() == sound


def test_the_words_of_the_notice_are_known_beside_its_count() -> None:
    notice = (
        r'Draft\. Open queries\: [2]{.result data-result="queries.open.n"}\. Where a result rests on one\, it waits'
    )
    assert list(audit_sources._lines(notice)) == ["Draft. Open queries: ", ". Where a result rests on one, it waits"]
