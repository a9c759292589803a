"""Finished files read back: what is in them must come out, exactly, and once."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pypandoc
import pypdfium2
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from report.errors import GateError
from report.publish.blocks import Block, Document, Piece, comparable, joined, normalise
from report.publish.extract import read

PREAMBLE = """#set document(title: "A trial", author: ("Ann Lee", "Bo Cho"), keywords: ("one", "two"))
#set text(lang: "en", hyphenate: true)
#set par(justify: true)
"""
SMALL_PAGE = "#set page(width: 8cm, height: 9cm, margin: 1cm, header: [Study X], footer: [Lock 7])\n"
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='40'><text x='5' y='30'>drawn</text></svg>"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf_of(source: str, path: Path) -> Path:
    """Write the Typst source as a tagged PDF."""
    path.write_bytes(typst.compile(source.encode(), pdf_standards=["ua-1"], ignore_system_fonts=True))
    return path


def pandoc(source: str, path: Path, *options: str) -> Path:
    """Write the markdown in the format that the path's ending names."""
    target = path.suffix.removeprefix(".").replace("typ", "typst")
    pypandoc.convert_text(source, target, format="markdown", outputfile=str(path), extra_args=["-s", *options])
    return path


@pytest.fixture
def from_typst(tmp_path: Path):
    return lambda source, page=SMALL_PAGE: read(pdf_of(PREAMBLE + page + source, tmp_path / "m.pdf"))


@pytest.fixture
def from_html(tmp_path: Path):
    def made(body: str, head: str = "<title>T</title>") -> Document:
        path = tmp_path / "m.html"
        path.write_text(f'<html lang="en"><head>{head}</head><body>{body}</body></html>', encoding="utf-8")
        return read(path)

    return made


@pytest.fixture
def from_word(tmp_path: Path):
    def made(body: str) -> Document:
        path = pandoc("x", tmp_path / "m.docx")
        return read(with_parts(path, {"word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>"}))

    return made


def with_parts(path: Path, parts: dict[str, str]) -> Path:
    """Put parts of a Word file in place of those it has."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held.update({name: text.encode() for name, text in parts.items()})
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return path


def told(document: Document, *kinds: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document.blocks if not kinds or block.kind in kinds]


# Text ---------------------------------------------------------------------------------------------------------------


def test_normalise_composes_makes_blanks_plain_and_drops_what_is_not_seen():
    assert normalise(" cafe\u0301\u00a012\u202fmg\u2009x\n y ") == "café 12 mg x y"
    assert normalise("in\u00adter\u200bval \u2068שלום\u2069") == "interval שלום"


def test_comparable_drops_white_space_and_right_to_left_letters_only():
    assert comparable("Name: \u2068שלום عربي\u2069, 24.5 (−1.2) co\u2011op ﬁ") == "Name:,24.5(−1.2)co-opfi"


@given(st.text())
def test_normalising_twice_changes_nothing(text: str):
    assert normalise(normalise(text)) == normalise(text)
    assert comparable(normalise(text)) == comparable(text)


def test_a_line_ends_where_the_next_piece_stands_below_or_on_another_page():
    first = Piece("one", 1, (10, 30, 100, 10))
    superscript, higher = Piece("two", 1, (28, 40, 104, 6)), Piece("two", 1, (20, 40, 105, 10))
    below, over = Piece("two", 1, (10, 30, 87, 10)), Piece("two", 2, (50, 80, 100, 10))
    assert [joined([first, second]) for second in (superscript, higher, below, over)] == [
        "onetwo", "onetwo", "one two", "one two",
    ]  # fmt: skip
    assert joined([Piece("well-", 1, first.box), below]) == "well-two"


# PDF ----------------------------------------------------------------------------------------------------------------


def test_a_paragraph_over_a_page_break_is_one_block(from_typst):
    words = " ".join(f"word{number}" for number in range(300))
    document = from_typst(f"Before.\n\n{words}\n\nAfter.")
    assert document.pages > 2
    assert told(document) == [("paragraph", "Before."), ("paragraph", words), ("paragraph", "After.")]
    assert document.blocks[2].page == document.pages


@pytest.mark.parametrize("first", ["self-evident ", "internationalization characteristically responsibilities "])
def test_hyphens_of_broken_words_go_and_written_ones_stay(from_typst, first: str):
    # Which of both gives the glyph its meaning depends on which comes first in each font.
    mixed = "#emph[x-y]-#emph[bcd]-text #emph[responsibility]-#strong[self-evident] 12-13 "
    source = first + "".join(f"internationalization {'a' * number}-bold{mixed}" for number in range(1, 25))
    document = from_typst(source, "#set page(width: 2.6cm, margin: 2mm, height: 20cm)\n")
    expected = source.replace("#emph[", "").replace("#strong[", "").replace("]", "")
    assert document.blocks[0].text == normalise(expected)


def test_blanks_come_out_as_they_were_written(from_typst):
    document = from_typst(
        '#strong[a] #emph[b] #super[1] #link("http://x.org")[li] *q*#super[2]_r_ H#sub[2]O 12~mg 5\u2009% \\\n'
        "second line, 100\u202f000 and/or 12–15 and ends #strong[here where the line] _also breaks._"
    )
    assert document.blocks[0].text == (
        "a b 1 li q2r H2O 12 mg 5 % second line, 100 000 and/or 12–15 and ends here where the line also breaks."
    )


def test_a_web_address_broken_at_a_line_end_has_no_blank_in_it(from_typst):
    address = "https://example.org/a-long/path/which/breaks.html?at=several&places=of_it#fragment-1"
    document = from_typst(f'See #link("{address}") and then.', "#set page(width: 4cm, margin: 4mm)\n")
    assert document.blocks[0].text == f"See {address} and then."


def test_blanks_that_pdfium_sees_in_wide_type_are_not_there(from_typst):
    assert from_typst("#text(tracking: 6pt)[wide] type").text() == "wide type"


def test_ligatures_come_out_as_letters(from_typst):
    assert from_typst("Office efficiently affiliated waffle flow first.").text() == (
        "Office efficiently affiliated waffle flow first."
    )


def test_signs_come_out_as_themselves(from_typst):
    signs = "−3.4 5–10 a—b ≥ ≤ ± × µ μ Ω Ω ‑ ‐ … ’ “q” é ² ½ 𝑝"
    assert comparable(from_typst(signs).text()) == comparable(signs)


def test_right_to_left_runs_do_not_disturb_what_is_around(from_typst):
    document = from_typst("Name \u2068שלום עולם\u2069 is 24.5 (20.1 to 28.9).")
    assert comparable(document.text()) == "Nameis24.5(20.1to28.9)."
    assert "שלום" in document.text()


LONG_TABLE = (
    "#figure(caption: [Long table], table(columns: 3, table.header([H], [I], [J]), "
    "..range(120).map(i => ([row #i], [0], [#(i * 2)])).flatten(), "
    "table.footer(repeat: false, table.cell(colspan: 3)[First note. \\ Still first.], "
    "table.cell(colspan: 3)[#par[Second.] #par[Third.]])))\n#show figure: set block(breakable: true)\n"
)


def test_a_table_over_pages_has_its_header_once_and_every_cell_in_its_place(from_typst):
    document = from_typst("#show figure: set block(breakable: true)\n" + LONG_TABLE)
    table = document.table(1)
    assert document.pages > 4
    assert table[0] == ["H", "I", "J"]
    assert table[1:] == [[f"row {number}", "0", str(number * 2)] for number in range(120)]
    assert len(told(document, "header-cell")) == 3
    assert "H I J" in document.furniture[2]
    assert [text for _, text in told(document, "note")] == ["First note. Still first.", "Second.", "Third."]
    assert told(document, "caption") == [("caption", "Table 1: Long table")]


SPANS = [["Arm", "Baseline", "", "Week 8"], ["", "n", "Mean", ""], ["A", "", "2", "x"], ["B", "both", "", "y"]]


def test_spans_and_empty_cells_keep_the_columns_of_a_pdf(from_typst):
    document = from_typst(
        "#table(columns: 4, table.header(table.cell(rowspan: 2)[Arm], table.cell(colspan: 2)[Baseline], "
        "table.cell(rowspan: 2)[Week 8], [n], [Mean]), [A], [], [2], [x], [B], table.cell(colspan: 2)[both], [y])"
    )
    assert document.table(1) == SPANS


def test_a_figure_is_its_alt_text_and_its_caption(from_typst):
    document = from_typst(f'Text.\n#figure(caption: [Cap], image(bytes("{DRAWING}"), alt: "The alt"))')
    assert told(document) == [("paragraph", "Text."), ("caption", "Figure 1: Cap"), ("alt", "The alt")]
    assert document.blocks[2].page == 1


def test_lists_have_no_numbers_and_notes_no_marks(from_typst):
    document = from_typst("+ one\n+ two\n  - inner\n\nText#footnote[A _note_.] goes on.\n+ par\n\n  par two\n+ b")
    assert told(document) == [
        ("item", "one"), ("item", "two"), ("item", "inner"),
        ("paragraph", "Text goes on."), ("note", "A note."),
        ("item", "par"), ("item", "par two"), ("item", "b"),
    ]  # fmt: skip


def test_an_entry_of_the_references_is_one_block_with_its_number(from_typst):
    entries = "#grid(columns: (2em, 1fr), [1.], [Doe J. A title. #emph[Journal] 2001.])\n" * 2
    assert told(from_typst(entries)) == [("paragraph", "1. Doe J. A title. Journal 2001.")] * 2


def test_blocks_without_paragraphs_are_told_apart_by_their_lines(from_typst):
    document = from_typst("#block[Loose one] #block[Loose two is so long that it must wrap somewhere]\n#block[Three]")
    assert [block.text for block in document.blocks] == [
        "Loose one", "Loose two is so long that it must wrap somewhere", "Three",
    ]  # fmt: skip


def test_header_footer_and_watermark_are_furniture_page_by_page(from_typst):
    page = SMALL_PAGE + "#set page(background: rotate(30deg, text(40pt)[DRAFT]))\n"
    document = from_typst("One #pagebreak() Two", page)
    assert document.furniture == ("DRAFT Study X Lock 7",) * 2
    assert told(document) == [("paragraph", "One"), ("paragraph", "Two")]


def test_title_and_metadata_of_a_pdf(from_typst):
    document = from_typst("#title()\n= A heading\n== Another *one*")
    assert told(document) == [("title", "A trial"), ("heading", "A heading"), ("heading", "Another one")]
    assert document.metadata == {
        "title": "A trial", "author": "Ann Lee, Bo Cho", "keywords": "one, two", "language": "en",
    }  # fmt: skip


MANUSCRIPT_TEXT = st.text("abc XYZ 059 -–—−/.,;:()[]{}@#$%&*_^~\"'’“”éüßµ≥±×", min_size=1, max_size=300)


@settings(max_examples=40, deadline=None)
@given(text=MANUSCRIPT_TEXT)
def test_any_text_comes_back_out_of_a_pdf(text: str, tmp_path_factory: pytest.TempPathFactory):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    page = "#set page(width: 4cm, margin: 5mm)\n#set par(justify: false)\n"
    path = pdf_of(f'{PREAMBLE}{page}x #"{escaped}" x', tmp_path_factory.mktemp("any") / "m.pdf")
    assert comparable(read(path).text()) == comparable(f"x {text} x")


# HTML ---------------------------------------------------------------------------------------------------------------


def test_blocks_of_a_page(from_html):
    document = from_html(
        '<style>p {}</style><script>x()</script><nav><ul><li>contents</li></ul></nav><header class="standing"><b>DRAFT'
        "</b><span>v1</span></header><main><h1>T</h1><p>One <em>two</em><br>three<sup>2</sup>.</p><div>Loose</div>"
        '<ul><li>a<ol><li>b</li></ol></li><li><p>c</p><p>d</p></li></ul><p>In<img src="x" alt="Inline">side</p>'
        '<figure><svg role="img" aria-label="Curve"><text>drawn</text></svg><figcaption aria-hidden="true">Cap'
        "</figcaption></figure><p hidden>not seen</p></main>"
    )
    assert told(document) == [
        ("title", "T"), ("paragraph", "One two three2."), ("paragraph", "Loose"),
        ("item", "a"), ("item", "b"), ("item", "c"), ("item", "d"),
        ("paragraph", "Inside"), ("alt", "Inline"), ("alt", "Curve"), ("caption", "Cap"),
    ]  # fmt: skip
    assert document.furniture == ("DRAFTv1",)
    assert document.metadata == {"language": "en", "title": "T"}


def test_results_stay_with_their_block(from_html):
    document = from_html(
        '<p>Mean <span class="result" data-result="a.b">24.5</span> and <em><span class="result" data-result="c d">'
        '1 <b>to</b> 2</span></em>.</p><table><tr><td><span class="result" data-result="e">7</span></td></tr></table>'
    )
    assert document.blocks[0] == Block(
        "paragraph", "Mean 24.5 and 1 to 2.", results=(("a.b", "24.5"), ("c d", "1 to 2"))
    )
    assert document.blocks[1] == Block("cell", "7", 1, 1, 1, (("e", "7"),))


def test_spans_and_empty_cells_keep_the_columns_of_a_page(from_html):
    document = from_html(
        "<table><caption>Cap</caption><thead><tr><th rowspan=2>Arm</th><th colspan=2>Baseline</th><th rowspan=2>Week 8"
        "</th></tr><tr><th>n</th><th>Mean</th></tr></thead><tbody><tr><th>A</th><td></td><td>2</td><td>x</td></tr><tr>"
        "<td>B</td><td colspan=2><p>both</p></td><td>y</td></tr></tbody><tfoot><tr><td colspan=4><p>First.</p><p>"
        "Second.</p></td></tr></tfoot></table>"
    )
    assert document.table(1) == SPANS
    assert told(document, "caption", "note") == [("caption", "Cap"), ("note", "First."), ("note", "Second.")]
    with pytest.raises(IndexError):
        document.table(2)


def test_pandocs_footnotes_and_references_in_a_page(tmp_path: Path):
    reference = '[{"id": "k", "type": "book", "title": "A title", "author": [{"family": "Doe", "given": "J"}]}]'
    (tmp_path / "r.json").write_text(reference)
    source = "---\ntitle: T\nlang: en\n---\nText^[A *note*.] [@k].\n\n::: {#refs}\n:::\n"
    path = pandoc(source, tmp_path / "m.html", "--citeproc", f"--bibliography={tmp_path / 'r.json'}")
    document = read(path)
    assert told(document, "note") == [("note", "A note.")]
    assert document.containing("Text")[0].text == "Text (Doe, n.d.)."
    assert document.containing("Doe, J. n.d.")[0].kind == "paragraph"


def test_the_halves_of_a_reference_are_one_block(from_html):
    halves = '<div class="csl-left-margin">1. </div><div class="csl-right-inline">Doe J. <i>A title</i>.</div>'
    document = from_html(f'<div id="refs"><div class="csl-entry">{halves}</div></div>')
    assert told(document) == [("paragraph", "1. Doe J. A title.")]


def test_what_a_page_fetches(tmp_path: Path):
    path = tmp_path / "m.html"
    path.write_text(
        '<html><head><link rel="stylesheet" href="https://a.org/s.css"><style>@import "//b.org/x.css"; p { background: '
        'url(http://c.org/i.png) }</style><script src="//d.org/s.js"></script></head><body><a href="https://e.org">e</a>'
        '<img src="data:image/png;base64,xx" alt=""><img src="local.png" srcset="a.png 1x, https://f.org/a.png 2x">'
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://g.org/x"/></svg><i style="background:'
        "url('//h.org')\"></i></body></html>"
    )
    assert list(read(path).fetched) == [
        "link href: https://a.org/s.css",
        "style: //b.org/x.css",
        "style: http://c.org/i.png",
        "script src: //d.org/s.js",
        "img srcset: a.png 1x, https://f.org/a.png 2x",
        "image href: http://g.org/x",
        "i style: //h.org",
    ]


# DOCX ---------------------------------------------------------------------------------------------------------------


def test_blocks_of_a_word_file(tmp_path: Path):
    (tmp_path / "i.svg").write_text(DRAWING)
    source = (
        "---\ntitle: A trial\nauthor: [Ann Lee, Bo Cho]\nlang: en\n---\n# Head\n\nText^[A *note*.] a\u00a0b.\n\n"
        f"1. one\n\n   two\n\n| H | I |\n|---|---|\n| 1 |   |\n\n"
        f": Cap\n\n![Figure]({tmp_path / 'i.svg'}){{alt='The alt'}}\n"
    )
    document = read(pandoc(source, tmp_path / "m.docx"))
    assert told(document) == [
        ("title", "A trial"), ("paragraph", "Ann Lee"), ("paragraph", "Bo Cho"), ("heading", "Head"),
        ("paragraph", "Text a b."), ("item", "one"), ("item", "two"), ("caption", "Cap"),
        ("header-cell", "H"), ("header-cell", "I"), ("cell", "1"), ("alt", "The alt"), ("caption", "Figure"),
        ("note", "A note."),
    ]  # fmt: skip
    assert document.metadata["title"] == "A trial"
    assert document.furniture == ()


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def test_spans_and_empty_cells_keep_the_columns_of_a_word_file(from_word):
    down, on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    head = "<w:trPr><w:tblHeader/></w:trPr>"
    style = '<w:pStyle w:val="Table Note"/>'
    note = f"<w:tc>{paragraph('First.', style)}{paragraph('Second.', style)}</w:tc>"
    document = from_word(
        f"<w:tbl><w:tr>{head}{cell('Arm', down)}{cell('Baseline', wide)}{cell('Week 8', down)}</w:tr>"
        f"<w:tr>{head}{cell('hidden', on)}{cell('n')}{cell('Mean')}{cell('', on)}</w:tr>"
        f"<w:tr>{cell('A')}{cell('')}{cell('2')}{cell('x')}</w:tr>"
        f"<w:tr>{cell('B')}{cell('both', wide)}{cell('y')}</w:tr><w:tr>{note}</w:tr></w:tbl>"
    )
    assert document.table(1) == SPANS
    assert [block.kind for block in document.blocks[:5]] == ["header-cell"] * 5
    assert document.blocks[5].kind == "cell"
    assert told(document, "note") == [("note", "First."), ("note", "Second.")]


def test_what_word_holds_twice_or_has_deleted_is_not_read(from_word):
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{paragraph('In a box')}</w:txbxContent>"
    document = from_word(
        "<w:p><w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t><w:tab/><w:t>tab</w:t><w:br/><w:t>line</w:t></w:r>"
        "<w:del><w:r><w:t>gone</w:t></w:r></w:del><w:hyperlink><w:r><w:t> linked</w:t></w:r></w:hyperlink>"
        f"<w:r><mc:AlternateContent {compatible}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert told(document) == [("paragraph", "co\u2011op tab line linked"), ("paragraph", "In a box")]


def test_only_headers_that_a_section_shows_are_furniture(tmp_path: Path):
    path = pandoc("Text.", tmp_path / "m.docx")
    with zipfile.ZipFile(path) as archive:
        main = archive.read("word/document.xml").decode()
        relations = archive.read("word/_rels/document.xml.rels").decode()
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = f'<Relationship Id="h" Type="{relation}/header" Target="header9.xml"/></Relationships>'
    shape = '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="DRAFT"/></v:shape></w:pict>'
    header = f"<w:hdr {WORD}><w:p><w:r><w:t>Study X</w:t></w:r></w:p><w:p><w:r>{shape}</w:r></w:p></w:hdr>"
    parts = {"word/header9.xml": header, "word/_rels/document.xml.rels": relations.replace("</Relationships>", added)}
    assert read(with_parts(path, parts)).furniture == ()
    shown = f'<w:sectPr><w:headerReference w:type="default" r:id="h" xmlns:r="{relation}"/>'
    assert read(with_parts(path, {"word/document.xml": main.replace("<w:sectPr>", shown)})).furniture == (
        "Study X DRAFT",
    )


# Files that cannot be read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["m.pdf", "m.docx", "m.html", "m.txt"])
def test_a_missing_broken_or_foreign_file_is_a_gate_error(tmp_path: Path, name: str):
    path = tmp_path / name
    with pytest.raises(GateError, match="no such file"):
        read(path)
    path.write_bytes(b"<html><body><p>cut off \xff")
    with pytest.raises(GateError, match=name):
        read(path)


def test_a_page_that_ends_early_is_a_gate_error(tmp_path: Path):
    path = tmp_path / "m.html"
    path.write_text("<html><body><p>cut off")
    with pytest.raises(GateError, match="ends before"):
        read(path)


def test_a_word_file_without_its_text_is_a_gate_error(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "m.docx", "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(GateError, match="not a whole Word file"):
        read(tmp_path / "m.docx")


def test_a_pdf_without_tags_is_a_gate_error(tmp_path: Path):
    with pypdfium2.PdfDocument.new() as pdf:
        pdf.new_page(200, 200)
        pdf.save(tmp_path / "m.pdf")
    with pytest.raises(GateError, match="no tags"):
        read(tmp_path / "m.pdf")
