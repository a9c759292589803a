"""The gate finds every kind of damage to a finished file, and nothing in sound ones."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pypandoc
import pytest

from report.errors import Finding, GateError
from report.publish.extract import read
from report.publish.gate import Expected, check
from tests.test_extract import DRAWING, WORD, pdf_of, with_parts

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MARK, STATUS = "DRAFT", "Not for circulation"

TEXT = r"""
# Results

Mean age was [24.5]{.result data-result="age.mean"} years (median [24.5]{.result data-result="age.median"}); the
difference was [−1.2]{.result data-result="diff.est"} (95% CI [−3.4 to 1.0]{.result data-result="diff.ci"}), and a
co‑operation at \{\{ hostile \[\@ place \?\? named ⁨שלום (12)⁩ went on.

Of [24.5]{.result data-result="age.mean"} there is more finance. None too.

- an item
- another

| Arm | n   |
|-----|-----|
| A   | [7]{.result data-result="n.a"} |
| B   | 7   |

: Table 1. Numbers

![Figure 1. Curve](drawing.svg)

# Last

None of it is lost.
"""
LITERAL = ("{{ hostile [@ place ??",)
EXPECTED = (
    Expected("age.mean", "24.5", "results, line 3"),
    Expected("age.median", "24.5", "results, line 3"),
    Expected("diff.est", "−1.2", "results, line 4"),
    Expected("diff.ci", "−3.4 to 1.0", "results, line 4"),
    Expected("age.mean", "24.5", "results, line 7"),
    Expected("n.a", "7", "tbl-numbers"),
)

PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>A trial</title><meta name="description" content="{MARK}. {STATUS}"></head><body>
<header class="standing">{MARK} <span>{STATUS}</span></header><main><h1>A trial</h1>$body$</main></body></html>"""
TYPST_PAGE = f"""#set document(title: "A trial", description: "{MARK}. {STATUS}")
#set text(lang: "en")
#set page(width: 11cm, height: 9cm, header: [{STATUS}], background: rotate(30deg, text(50pt, luma(90%))[{MARK}]))
#set figure(numbering: none, supplement: none)
#set figure.caption(separator: none)
#title()
$body$"""

Trio = dict[str, Path]


def converted(text: str, target: str, folder: Path, *options: str) -> str:
    return pypandoc.convert_text(
        text, target, format="markdown", extra_args=["--standalone", *options, f"--resource-path={folder}"]
    )


def html_of(text: str, folder: Path) -> Path:
    (folder / "page.html").write_text(PAGE)
    path = folder / "m.html"
    path.write_text(converted(text, "html", folder, f"--template={folder / 'page.html'}"), encoding="utf-8")
    return path


def pdf_from(text: str, folder: Path) -> Path:
    (folder / "page.typ").write_text(TYPST_PAGE)
    source = converted(text, "typst", folder, f"--template={folder / 'page.typ'}")
    drawn = f'image(bytes("{DRAWING}"), alt: "Figure 1. Curve"'
    return pdf_of(source.replace('image("drawing.svg"', drawn), folder / "m.pdf")


def word_of(text: str, folder: Path) -> Path:
    path = folder / "m.docx"
    source = f"---\ntitle: A trial\nsubject: {MARK}. {STATUS}\n---\n{text}"
    pypandoc.convert_text(
        source, "docx", format="markdown", outputfile=str(path), extra_args=[f"--resource-path={folder}"]
    )
    return with_header(path)


def with_header(path: Path) -> Path:
    added = f'<Relationship Id="h" Type="{RELATION}/header" Target="header9.xml"/></Relationships>'
    shown = f'<w:sectPr><w:headerReference w:type="default" r:id="h" xmlns:r="{RELATION}"/>'
    header = f"<w:hdr {WORD}><w:p><w:r><w:t>{MARK} {STATUS}</w:t></w:r></w:p></w:hdr>"
    swap_in_word(path, "word/_rels/document.xml.rels", "</Relationships>", added)
    swap_in_word(path, "word/document.xml", "<w:sectPr>", shown)
    return with_parts(path, {"word/header9.xml": header})


def swap_in_word(path: Path, part: str, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        text = archive.read(part).decode()
    assert old in text
    with_parts(path, {part: text.replace(old, new, 1)})


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Trio]:
    """Return a function that gives a fresh copy of three sound files."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "drawing.svg").write_text(DRAWING)
    files = {"html": html_of(TEXT, folder), "pdf": pdf_from(TEXT, folder), "docx": word_of(TEXT, folder)}

    def copies(to: Path) -> Trio:
        made = {name: to / path.name for name, path in files.items()}
        for name, path in files.items():
            made[name].write_bytes(path.read_bytes())
        (to / "drawing.svg").write_text(DRAWING)
        return made

    return copies


@pytest.fixture
def trio(sound: Callable[[Path], Trio], tmp_path: Path) -> Trio:
    return sound(tmp_path)


def found(trio: Trio, expected: tuple[Expected, ...] = EXPECTED) -> list[Finding]:
    return check(trio, expected, mark=MARK, status=STATUS, literal=LITERAL)


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.where) for finding in findings]


def test_sound_files_have_no_findings(trio: Trio):
    assert found(trio) == []
    assert read(trio["pdf"]).pages > 1
    assert len(read(trio["html"]).blocks) == 17


@pytest.mark.parametrize("left_out", ["html", "pdf", "docx"])
def test_a_format_may_be_left_out(trio: Trio, left_out: str):
    del trio[left_out]
    assert found(trio, () if left_out == "html" else EXPECTED) == []


def test_results_cannot_be_looked_for_without_html(trio: Trio):
    del trio["html"]
    with pytest.raises(GateError, match="no HTML"):
        found(trio)


def test_a_result_that_says_something_else(trio: Trio):
    swap(trio["html"], 'data-result="age.median">24.5', 'data-result="age.median">24.6')
    findings = found(trio)
    assert codes(findings) == [
        ("gate-missing-result", "results, line 3"),
        ("gate-unexpected-result", "m.html"),
        ("gate-result-not-agreed", "m.pdf"),
        ("gate-block-missing", "m.html"),
        ("gate-result-not-agreed", "m.docx"),
        ("gate-block-missing", "m.html"),
    ]
    assert findings[0].cases == ("printed as “24.6” instead",)
    assert (
        "24.6" in findings[2].cases[0] and "is there" in findings[2].cases[0] and "age.median" in findings[2].cases[0]
    )


def test_a_result_with_another_results_id(trio: Trio):
    swap(trio["html"], 'data-result="age.median"', 'data-result="age.mean"')
    assert codes(found(trio)) == [("gate-missing-result", "results, line 3"), ("gate-unexpected-result", "m.html")]


def test_a_result_printed_less_often_than_expected(trio: Trio):
    assert codes(found(trio, (*EXPECTED, EXPECTED[0]))) == [("gate-missing-result", "results, line 3")]


def test_a_result_that_nobody_expected(trio: Trio):
    assert codes(found(trio, EXPECTED[:-1])) == [("gate-unexpected-result", "m.html")]


def test_a_sentence_that_says_another_result_in_the_pdf(trio: Trio, tmp_path: Path):
    pdf_from(TEXT.replace("−3.4 to", "−3.5 to"), tmp_path)
    findings = found(trio)
    assert codes(findings) == [("gate-result-not-agreed", "m.pdf"), ("gate-block-missing", "m.html")]
    assert "−3.4" in findings[0].cases[0] and "−3.5" in findings[0].cases[0]


def test_a_cell_that_says_another_result_in_word(trio: Trio):
    swap_in_word(trio["docx"], "word/document.xml", '"preserve">7<', '"preserve">8<')
    findings = found(trio)
    assert codes(findings) == [("gate-block-missing", "m.docx"), ("gate-block-missing", "m.html")]
    swap_in_word(trio["docx"], "word/document.xml", '"preserve">7<', '"preserve">8<')
    assert ("gate-result-not-agreed", "m.docx") in codes(found(trio))


def test_cells_that_changed_places(trio: Trio):
    swap(trio["html"], ">A</td>", ">C</td>")
    swap(trio["html"], ">B</td>", ">A</td>")
    swap(trio["html"], ">C</td>", ">B</td>")
    findings = found(trio)
    assert codes(findings) == [("gate-cell-moved", "m.pdf"), ("gate-cell-moved", "m.docx")]
    assert findings[0].cases == ("table 1, row 2, column 1: “B”", "table 1, row 3, column 1: “A”")


def test_order_and_brackets_do_not_count_beside_right_to_left_runs(trio: Trio):
    swap(trio["html"], "(12)", "]21[")
    assert found(trio) == []
    swap(trio["html"], "]21[", "]22[")
    assert ("gate-result-not-agreed", "m.pdf") in codes(found(trio))


def test_a_paragraph_that_is_lost(trio: Trio):
    swap_in_word(trio["docx"], "word/document.xml", "None of it is lost.", "")
    findings = found(trio)
    assert codes(findings) == [("gate-block-missing", "m.docx")]
    assert findings[0].cases == ("paragraph: “None of it is lost.”",)


def test_a_paragraph_that_only_the_pdf_has(trio: Trio, tmp_path: Path):
    pdf_from(TEXT + "\nMore.\n", tmp_path)
    assert codes(found(trio)) == [("gate-block-missing", "m.html")]


def test_a_block_that_stands_twice(trio: Trio):
    swap(trio["html"], "<p>None of it is lost.</p>", "<p>None of it is lost.</p>" * 2)
    assert codes(found(trio)) == [("gate-block-missing", "m.pdf"), ("gate-block-missing", "m.docx")]


def test_an_alt_text_that_differs(trio: Trio):
    swap_in_word(trio["docx"], "word/document.xml", 'docPr descr="Figure 1. Curve"', 'docPr descr="Figure 1. Dot"')
    findings = found(trio)
    assert codes(findings) == [("gate-block-missing", "m.docx"), ("gate-block-missing", "m.html")]
    assert findings[0].cases[0].startswith("alt: ")


def test_an_alt_text_that_is_expected_in_full(trio: Trio):
    assert found(trio, (*EXPECTED, Expected("", "Figure 1. Curve", "fig-curve"))) == []
    findings = found(trio, (*EXPECTED, Expected("", "Figure 1. Curve of 7", "fig-curve")))
    assert codes(findings) == [("gate-missing-alt", name) for name in ("m.html", "m.pdf", "m.docx")]


def test_pdf_and_word_are_compared_when_there_is_no_html(trio: Trio):
    swap_in_word(trio["docx"], "word/document.xml", "None of it is lost.", "None of it is gone.")
    del trio["html"]
    assert codes(found(trio, ())) == [("gate-block-missing", "m.docx"), ("gate-block-missing", "m.pdf")]


LEFT_OVER = [
    "[@unknown2020]", "Table ??", "{{ x }}", "{% if %}", "undefined", "nan", "(NaN)", "[?]", "see @tbl-x", "@fig-y.",
    "Age was None years.", "None (None)", "=None", 'value("a.b", "n")', "part(“a.b”, “n”, “N”)", "p_and_floor('a.b')", "software()",
    "p(“a.b”)", "interval(analysis=“a.b”)",
]  # fmt: skip


@pytest.mark.parametrize("left", LEFT_OVER)
def test_anything_left_unresolved(trio: Trio, left: str):
    for path in trio.values():
        if path.suffix == ".html":
            swap(path, "None of it is lost.", left)
        elif path.suffix == ".docx":
            swap_in_word(path, "word/document.xml", "None of it is lost.", left)
    del trio["pdf"]
    findings = found(trio)
    assert codes(findings) == [("gate-unresolved", "m.html"), ("gate-unresolved", "m.docx")]
    # What is literal in the data may stand.
    assert check(trio, EXPECTED, mark=MARK, literal=(*LITERAL, left)) == []


@pytest.mark.parametrize(
    "said", ["the value(s) and part(s)", "interval (95% CI)", "a count (n)", "map(x)", "methods(a)"]
)
def test_words_with_brackets_are_no_calls(trio: Trio, said: str):
    for path in trio.values():
        if path.suffix == ".html":
            swap(path, "None of it is lost.", said)
        elif path.suffix == ".docx":
            swap_in_word(path, "word/document.xml", "None of it is lost.", said)
    del trio["pdf"]
    assert found(trio) == []


def test_something_unresolved_in_the_pdf_only(trio: Trio, tmp_path: Path):
    pdf_from(TEXT.replace("None of it is lost.", r"Table \?\?"), tmp_path)
    assert ("gate-unresolved", "m.pdf") in codes(found(trio))


def test_a_cell_that_is_none(trio: Trio):
    swap(trio["html"], ">B</td>", ">None</td>")
    assert ("gate-unresolved", "m.html") in codes(found(trio))


def test_something_unresolved_in_the_title_of_the_window(trio: Trio):
    swap(trio["html"], "<title>A trial", "<title>A trial of {{ arm }}")
    assert codes(found(trio)) == [("gate-unresolved", "m.html")]


def test_what_looks_unresolved_must_be_known_as_literal(trio: Trio):
    findings = check(trio, EXPECTED, mark=MARK, status=STATUS, literal=())
    assert codes(findings) == [("gate-unresolved", "m.html"), ("gate-unresolved", "m.docx")]


def test_a_mark_that_one_page_lacks(trio: Trio, tmp_path: Path):
    lacking = TYPST_PAGE.replace(f"[{STATUS}]", f"context if here().page() != 2 [{STATUS}]")
    (tmp_path / "page.typ").write_text(lacking)
    source = converted(TEXT, "typst", tmp_path, f"--template={tmp_path / 'page.typ'}")
    pdf_of(
        source.replace('image("drawing.svg"', f'image(bytes("{DRAWING}"), alt: "Figure 1. Curve"'), tmp_path / "m.pdf"
    )
    findings = found(trio)
    assert codes(findings) == [("gate-missing-mark", "m.pdf")]
    assert findings[0].cases == ("page 2",)
    assert STATUS in findings[0].message


def test_marks_missing_in_html_and_word(trio: Trio):
    swap(trio["html"], f"{MARK} <span>", "<span>")
    swap_in_word(trio["docx"], "word/header9.xml", STATUS, "")
    assert codes(found(trio)) == [("gate-missing-mark", "m.html"), ("gate-missing-mark", "m.docx")]


def test_marks_missing_in_the_properties(trio: Trio):
    swap(trio["html"], f'content="{MARK}. ', 'content="')
    swap_in_word(trio["docx"], "docProps/core.xml", STATUS, "")
    findings = found(trio)
    assert codes(findings) == [("gate-missing-mark", "m.html"), ("gate-missing-mark", "m.docx")]
    assert MARK in findings[0].message and STATUS in findings[1].message


def test_no_header_in_word(trio: Trio):
    swap_in_word(trio["docx"], "word/document.xml", "w:headerReference", "w:headerForgotten")
    assert codes(check(trio, EXPECTED, literal=LITERAL)) == [("gate-no-furniture", "m.docx")]


def test_a_page_that_needs_a_network(trio: Trio):
    swap(trio["html"], "</head>", '<link rel="stylesheet" href="https://a.org/s.css"></head>')
    findings = found(trio)
    assert codes(findings) == [("gate-network", "m.html")]
    assert findings[0].cases == ("link href: https://a.org/s.css",)


def test_plain_links_are_fine(trio: Trio):
    swap(trio["html"], "None of it is lost.", '<a href="https://a.org">None of it</a> is lost.')
    assert found(trio) == []


def test_a_broken_file_ends_the_gate(trio: Trio):
    trio["docx"].write_bytes(trio["docx"].read_bytes()[:500])
    with pytest.raises(GateError, match=r"m\.docx"):
        found(trio)
