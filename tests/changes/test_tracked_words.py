"""What a reader sees marked in a sentence: [-deleted-] and {+inserted+}."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from report.changes import tracked
from report.changes.tracked_words import tokens_of
from report.errors import GateError
from tests.changes.tracked_reading import Holds, W, marks, proper, root_of, settled

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def small(
    path: Path,
    body: str,
    *,
    notes: str = "",
    links: str = "",
    numbering: str = "",
    pictures: dict[str, bytes] | None = None,
) -> Path:
    """Write a Word file with a body, and what else it names."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/></Types>',
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "word/footnotes.xml": f"<w:footnotes {NAMESPACES}>{notes}</w:footnotes>",
        "word/numbering.xml": f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>",
        **{f"word/media/{name}": data for name, data in (pictures or {}).items()},
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str, style: str = "BodyText") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(each if each.startswith("<") else run(each) for each in runs)}</w:p>'


def table(*rows: tuple[str, ...], style: str = "TableText") -> str:
    def cell(text: str) -> str:
        return f'<w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr>{paragraph(text, style=style)}</w:tc>'

    grid = "".join('<w:gridCol w:w="1000"/>' for _ in rows[0])
    body = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'


def tracked_between(folder: Path, before: str, after: str, *, old: Any = (), new: Any = ()) -> Path:
    """Track the changes between two bodies, with what else the files name, and hold the result against both."""
    ours = small(folder / "old.docx", before, **dict(old))
    theirs = small(folder / "new.docx", after, **dict(new))
    to = folder / "tracked.docx"
    tracked.write(ours, theirs, to, author="A", date="2026-01-31T00:00:00Z")
    stands_for(to, ours, theirs)
    return to


def stands_for(to: Path, old: Path, new: Path) -> None:
    """The proof: accepted it is the new file, rejected the old one, and Word would open it."""
    root = root_of(to)
    proper(to)
    assert Holds(to, settled(root, accept=True)).content == Holds(new, root_of(new)).content
    assert Holds(to, settled(root, accept=False)).content == Holds(old, root_of(old)).content


def seen(path: Path) -> str:
    """A document as text: paragraphs apart by a bar, an end that is marked by ¶."""
    return " | ".join(seen_paragraph(each) for each in root_of(path).iter(f"{W}p"))


def seen_paragraph(element: Any) -> str:
    out = ""
    for text in element.iter(f"{W}t", f"{W}delText", f"{W}footnoteReference"):
        inside = {etree.QName(each).localname for each in text.iterancestors()}
        said = "*" if text.tag == f"{W}footnoteReference" else text.text or ""
        if not said:
            continue
        out += f"[-{said}-]" if "del" in inside else f"{{+{said}+}}" if "ins" in inside else said
    end = {etree.QName(each).localname for each in element.findall(f"{W}pPr/{W}rPr/*")}
    out += "[-¶-]" if "del" in end else "{+¶+}" if "ins" in end else ""
    return re.sub(r"-\]\[-", "", re.sub(r"\+\}\{\+", "", out))


SENTENCES = [
    ("A number is one word", "fell to 11.0 mm", "fell to 12.5 mm", "fell to [-11.0-]{+12.5+} mm"),
    ("even if it grows by a digit", "P = 0.03", "P = 0.031", "P = [-0.03-]{+0.031+}"),
    ("with its sign", "a change of −5.1 points", "a change of 5.1 points", "a change of [-−5.1-]{+5.1+} points"),
    ("and its per cent sign", "in 17% of children", "in 33% of children", "in [-17%-]{+33%+} of children"),
    ("a raised decimal point", "ratio 0·56", "ratio 0·57", "ratio [-0·56-]{+0·57+}"),
    ("a thousand", "in 1\u2009234 days", "in 1\u2009235 days", "in [-1\u2009234-]{+1\u2009235+} days"),
    ("a date", "from 2016-12-31 on", "from 2016-12-30 on", "from [-2016-12-31-]{+2016-12-30+} on"),
    ("a hyphenated word", "a 2-year course", "a 3-year course", "a [-2-year-]{+3-year+} course"),
    ("A count and its share are one phrase", "in 6 of 6 (100%) children", "in 5 of 6 (83%) children", "in [-6 of 6 (100%)-]{+5 of 6 (83%)+} children"),
    ("an interval too", "was 3.1 (1.2 to 5.0).", "was 3.4 (1.5 to 5.9).", "was [-3.1 (1.2 to 5.0)-]{+3.4 (1.5 to 5.9)+}."),
    ("of which one limit stays", "11.0 (3.1–42.0) points", "10.5 (2.1–42.0) points", "[-11.0 (3.1–42.0)-]{+10.5 (2.1–42.0)+} points"),
    ("as are relation and P", "with P = 0.06 here", "with P < 0.01 here", "with P [-= 0.06-]{+< 0.01+} here"),
    ("but not what is far apart", "It rose by 3 in the first of two arms and fell by 4 in all.", "It rose by 5 in the first of two arms and fell by 6 in all.",
     "It rose by [-3-]{+5+} in the first of two arms and fell by [-4-]{+6+} in all."),
    ("A sentence goes as one", "One was seen. Two were not. One was lost.", "One was seen. One was lost.", "One was seen. [-Two were not. -]One was lost."),
    ("and comes as one", "One was seen. One was lost.", "One was seen. One was found. One was lost.", "One was seen. {+One was found. +}One was lost."),
    ("at the end", "All were seen.", "All were seen. None died.", "All were seen.{+ None died.+}"),
    ("A word", "The very old man", "The old man", "The [-very -]old man"),
    ("no change, no mark", "As it was, 5%.", "As it was, 5%.", "As it was, 5%."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"), [case[1:] for case in SENTENCES], ids=[case[0] for case in SENTENCES]
)
def test_a_sentence_is_marked_as_a_reader_would(old: str, new: str, expected: str, tmp_path: Path) -> None:
    assert seen(tracked_between(tmp_path, paragraph(old), paragraph(new))) == expected


@pytest.mark.parametrize(
    "text", ["−5.1 (95% CI: −14.9, −0.4); P < 0.001", "p=.05…", "", "2012-002067-10/NL, J.A.D. 5 − 3"]
)
def test_tokens_are_the_text(text: str) -> None:
    assert "".join(tokens_of(text)) == text


def test_a_number_that_is_half_bold_is_marked_whole(tmp_path: Path) -> None:
    old, new = (paragraph("about 1", run(half, "<w:b/>"), " mm") for half in ("0.5", "2.5"))
    assert seen(tracked_between(tmp_path, old, new)) == "about [-10.5-]{+12.5+} mm"


FIRST, SECOND, THIRD = "The first paragraph is here.", "Another one follows it.", "Last comes this sentence."
PARAGRAPHS = [
    ("a paragraph comes", [FIRST, THIRD], [FIRST, SECOND, THIRD], f"{FIRST} | {{+{SECOND}¶+}} | {THIRD}"),
    ("a paragraph goes", [FIRST, SECOND, THIRD], [FIRST, THIRD], f"{FIRST} | [-{SECOND}¶-] | {THIRD}"),
    ("at the start", [FIRST, SECOND], [SECOND], f"[-{FIRST}¶-] | {SECOND}"),
    ("at the end, the end that stays is the last", [FIRST, SECOND, THIRD], [FIRST], f"{FIRST}[-¶-] | [-{SECOND}¶-] | [-{THIRD}-]"),
    ("the same for what comes", [FIRST], [FIRST, SECOND], f"{FIRST}{{+¶+}} | {{+{SECOND}+}}"),
    ("all replaced", [FIRST], [SECOND, THIRD], f"{{+{SECOND}¶+}} | [-{FIRST}-]{{+{THIRD}+}}"),
    ("moved", [FIRST, SECOND, THIRD, "End."], [SECOND, THIRD, FIRST, "End."], f"[-{FIRST}¶-] | {SECOND} | {THIRD} | {{+{FIRST}¶+}} | End."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"), [case[1:] for case in PARAGRAPHS], ids=[case[0] for case in PARAGRAPHS]
)
def test_paragraphs(old: list[str], new: list[str], expected: str, tmp_path: Path) -> None:
    assert seen(tracked_between(tmp_path, "".join(map(paragraph, old)), "".join(map(paragraph, new)))) == expected


def test_a_paragraph_that_becomes_a_heading_goes_and_comes(tmp_path: Path) -> None:
    old, new = (paragraph(FIRST, style=style) + paragraph(SECOND) for style in ("BodyText", "Heading2"))
    assert seen(tracked_between(tmp_path, old, new)) == f"[-{FIRST}¶-] | {{+{FIRST}¶+}} | {SECOND}"


def test_a_paragraph_that_becomes_the_first_one_keeps_its_words_unmarked(tmp_path: Path) -> None:
    old, new = (paragraph(FIRST, style=style) + paragraph(SECOND) for style in ("BodyText", "FirstParagraph"))
    to = tracked_between(tmp_path, old, new)
    assert seen(to) == f"{FIRST} | {SECOND}"
    assert marks(root_of(to)) == 1


def test_formatting_of_words_is_kept_and_a_change_of_it_is_marked(tmp_path: Path) -> None:
    old = paragraph("In ", run("vitro", "<w:i/>"), " and in vivo")
    new = paragraph("In ", run("vitro", "<w:i/>"), " and in ", run("vivo", "<w:i/>"))
    assert seen(tracked_between(tmp_path, old, new)) == "In vitro and in [-vivo-]{+vivo+}"


def test_a_link_that_leads_elsewhere_is_marked(tmp_path: Path) -> None:
    def link(number: int) -> str:
        return f'<w:hyperlink r:id="r1">{run(f"doi {number}")}</w:hyperlink>'

    def goal(address: str) -> str:
        return f'<Relationship Id="r1" Type="{RELATION}/hyperlink" Target="https://{address}" TargetMode="External"/>'

    to = tracked_between(
        tmp_path,
        paragraph("See ", link(1)),
        paragraph("See ", link(1)),
        old={"links": goal("a.b")},
        new={"links": goal("c.d")},
    )
    assert seen(to) == "See [-doi 1-]{+doi 1+}"
    same = tracked_between(
        tmp_path,
        paragraph("See ", link(1)),
        paragraph("See ", link(2)),
        old={"links": goal("a.b")},
        new={"links": goal("a.b")},
    )
    assert seen(same) == "See doi [-1-]{+2+}"


def test_a_picture_that_changed_is_there_twice(tmp_path: Path) -> None:
    figure = '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" descr="A"/><a:blip r:embed="rId9"/></wp:inline></w:drawing></w:r></w:p>'
    links = f'<Relationship Id="rId9" Type="{RELATION}/image" Target="media/rId9.png"/>'
    old, new = ({"links": links, "pictures": {"rId9.png": data}} for data in (b"old", b"new"))
    to = tracked_between(tmp_path, figure + paragraph(FIRST), figure + paragraph(FIRST), old=old, new=new)
    with zipfile.ZipFile(to) as archive:
        assert sorted(archive.read(name) for name in archive.namelist() if "media" in name) == [b"new", b"old"]
    same = tracked_between(tmp_path, figure + paragraph(FIRST), figure + paragraph(FIRST), old=old, new=old)
    assert marks(root_of(same)) == 0


def test_a_footnote_whose_text_changed_goes_and_comes(tmp_path: Path) -> None:
    reference = '<w:r><w:footnoteReference w:id="20"/></w:r>'
    old, new = (
        {"notes": f'<w:footnote w:id="20"><w:p>{run(text)}</w:p></w:footnote>'} for text in ("Old note", "New note")
    )
    body = paragraph("A word", reference, " and more")
    assert seen(tracked_between(tmp_path, body, body, old=old, new=new)) == "A word[-*-]{+*+} and more"
    assert marks(root_of(tracked_between(tmp_path, body, body, old=old, new=old))) == 0


def numbered(text: str, number: int) -> str:
    return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr></w:pPr>{run(text)}</w:p>'


def test_a_list_goes_on_under_another_number(tmp_path: Path) -> None:
    kind = '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
    nums = "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/></w:num>' for number in (1001, 1002))
    more = {"numbering": kind + nums}
    old = numbered("One item", 1001) + numbered("Gone item", 1001) + paragraph(FIRST)
    new = numbered("A new list", 1001) + paragraph(SECOND) + numbered("One item", 1002) + paragraph(FIRST)
    to = tracked_between(tmp_path, old, new, old=more, new=more)
    assert seen(to) == f"{{+A new list¶+}} | {{+{SECOND}¶+}} | One item | [-Gone item¶-] | {FIRST}"


HEAD = ("Measure", "n", "P")
TABLES = [
    ("a cell", (HEAD, ("Pain", "6", "0.04")), (HEAD, ("Pain", "6", "0.05")), "Measure | n | P | Pain | 6 | [-0.04-]{+0.05+}"),
    ("a row goes", (HEAD, ("Pain", "6", "0.04"), ("Fever", "5", "1")), (HEAD, ("Fever", "5", "1")), "Measure | n | P | [-Pain-] | [-6-] | [-0.04-] | Fever | 5 | 1"),
    ("all numbers of a row", (HEAD, ("Pain", "6", "0.04")), (HEAD, ("Pain", "7", "0.05")), "Measure | n | P | Pain | [-6-]{+7+} | [-0.04-]{+0.05+}"),
    ("a group of rows goes whole", (HEAD, ("A", "", ""), ("Yes", "1", "2"), ("B", "", ""), ("Yes", "1", "2")), (HEAD, ("A", "", ""), ("Yes", "1", "2")),
     "Measure | n | P | A |  |  | Yes | 1 | 2 | [-B-] |  |  | [-Yes-] | [-1-] | [-2-]"),
    ("a column", (("A", "1"), ("B", "2")), (("A", "1", "2"), ("B", "2", "3")),
     "[-A-] | [-1-] | [-B-] | [-2-] | [-¶-] | {+A+} | {+1+} | {+2+} | {+B+} | {+2+} | {+3+}"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), [case[1:] for case in TABLES], ids=[case[0] for case in TABLES])
def test_tables(
    old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...], expected: str, tmp_path: Path
) -> None:
    to = tracked_between(tmp_path, *(paragraph(FIRST) + table(*rows) + paragraph(SECOND) for rows in (old, new)))
    assert seen(to) == f"{FIRST} | {expected} | {SECOND}"


def test_a_row_that_becomes_a_heading_goes_and_comes(tmp_path: Path) -> None:
    old = table(HEAD, ("Pain", "6", "0.04"))
    new = old.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)
    to = tracked_between(
        tmp_path, paragraph(FIRST) + old + paragraph(SECOND), paragraph(FIRST) + new + paragraph(SECOND)
    )
    gone, come = (" | ".join(f"{start}{cell}{end}" for cell in HEAD) for start, end in (("[-", "-]"), ("{+", "+}")))
    assert seen(to) == f"{FIRST} | {gone} | {come} | Pain | 6 | 0.04 | {SECOND}"


def test_two_writings_have_the_same_bytes(tmp_path: Path) -> None:
    first = tracked_between(tmp_path, paragraph(FIRST), paragraph(SECOND)).read_bytes()
    assert tracked_between(tmp_path, paragraph(FIRST), paragraph(SECOND)).read_bytes() == first


def test_what_is_no_word_file_is_refused(tmp_path: Path) -> None:
    good = small(tmp_path / "good.docx", paragraph(FIRST))
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"no zip file")
    with pytest.raises(GateError, match=r"bad\.docx: is not a whole Word file"):
        tracked.write(bad, good, tmp_path / "to.docx", author="A", date="2026-01-31T00:00:00Z")
    twice = tracked_between(tmp_path, paragraph(FIRST), paragraph(SECOND))
    with pytest.raises(GateError, match=r"tracked\.docx: has tracked changes of its own"):
        tracked.write(good, twice, tmp_path / "to.docx", author="A", date="2026-01-31T00:00:00Z")
