"""Sentences, cells, figures and boxes that changed, on small pages written by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from report.changes import shown, text, words
from report.changes.sides import Side
from report.changes.text import Changed
from report.publish import extract
from tests.changes.made import side


def page(folder: Path, name: str, body: str) -> Side:
    path = folder / f"{name}.html"
    path.write_text(f"<!DOCTYPE html><html><head><title>T</title></head><body>{body}</body></html>", encoding="utf-8")
    return dataclasses.replace(side(), blocks=extract.read(path).blocks, shown=shown.read(path))


def compared(folder: Path, old: str, new: str, withheld: frozenset[str] = frozenset()) -> list[Changed]:
    return list(text.compare(page(folder, "old", old), page(folder, "new", new), withheld))


def told(found: list[Changed]) -> list[tuple[str, str, str, str, str]]:
    return [
        (each.sort, each.kind, ", ".join(filter(None, (each.part, each.where))), each.was, each.now) for each in found
    ]


def result(name: str, value: str) -> str:
    return f'<span class="result" data-result="{name}">{value}</span>'


def test_a_sentence_changes_by_its_result_alone_or_in_its_words(tmp_path: Path) -> None:
    old = f"<h2>Results</h2><p>It fell to {result('a.b.c', '11.0')} points.</p><p>The end.</p>"
    by_result = compared(tmp_path, old, old.replace("11.0", "12.5"))
    assert told(by_result) == [
        ("changed", "paragraph", "Results", "It fell to 11.0 points.", "It fell to 12.5 points.")
    ]
    assert not by_result[0].in_words and by_result[0].results == {"a.b.c"}
    by_word = compared(tmp_path, old, old.replace("fell", "dropped"))
    assert [each.in_words for each in by_word] == [True]


def test_paragraphs_added_and_removed_leave_the_others_alone(tmp_path: Path) -> None:
    old = "<p>One is here.</p><p>Two stays the same.</p><p>Three.</p>"
    new = "<p>Zero is quite another thing, and longer!</p><p>One is here.</p><p>Two stays the same.</p>"
    assert [(each.sort, each.was or each.now) for each in compared(tmp_path, old, new)] == [
        ("added", "Zero is quite another thing, and longer!"), ("removed", "Three."),
    ]  # fmt: skip


def test_a_paragraph_is_held_against_the_one_that_is_like_it(tmp_path: Path) -> None:
    old = "<p>A quick fall of pain was seen.</p>"
    new = "<p>XYZ 123, 456, 789!</p><p>A quick fall of pain was felt.</p>"
    assert told(compared(tmp_path, old, new)) == [
        ("added", "paragraph", "", "", "XYZ 123, 456, 789!"),
        ("changed", "paragraph", "", "A quick fall of pain was seen.", "A quick fall of pain was felt."),
    ]


TABLE = """<table id="display-tbl-x"><caption><strong>Table 2.</strong> Outcomes</caption>
<thead><tr><th>Outcome</th><th>n</th><th>Median</th></tr></thead><tbody>
<tr><th colspan="3">Week 8</th></tr><tr><th>Pain</th><td>6</td><td>24.5</td></tr>
<tr><th colspan="3">One year</th></tr><tr><th>Pain</th><td>6</td><td>20.0</td></tr><tr><th>Joints</th><td>5</td><td>3</td></tr>
</tbody></table>"""


def test_a_cell_is_named_by_row_and_column_and_by_group_where_the_row_stands_twice(tmp_path: Path) -> None:
    new = TABLE.replace("20.0", "21.0").replace("<td>3</td>", "<td>4</td>")
    assert told(compared(tmp_path, TABLE, new)) == [
        ("changed", "cell", "Table 2, One year, Pain, Median", "20.0", "21.0"),
        ("changed", "cell", "Table 2, Joints, Median", "3", "4"),
    ]


def test_a_new_row_moves_no_other(tmp_path: Path) -> None:
    new = TABLE.replace("<tr><th>Joints", "<tr><th>Fever</th><td>1</td><td>2</td></tr><tr><th>Joints")
    assert told(compared(tmp_path, TABLE, new)) == [("added", "row", "Table 2", "", "Fever | 1 | 2")]


def test_a_new_column_is_told_row_by_row_as_wholes(tmp_path: Path) -> None:
    new = TABLE.replace("<td>6</td><td>24.5</td>", "<td>6</td><td>24.5</td><td>9</td>")
    assert told(compared(tmp_path, TABLE, new)) == [
        ("changed", "row", "Table 2, Week 8", "Pain | 6 | 24.5", "Pain | 6 | 24.5 | 9")
    ]


def figure(alt: str, drawn: str) -> str:
    return (
        f'<figure id="display-fig-flow"><img alt="{alt}" src="data:image/svg+xml;base64,{drawn}">'
        "<figcaption><strong>Figure 1.</strong> Flow</figcaption></figure>"
    )


def test_a_box_changes_or_only_the_drawing(tmp_path: Path) -> None:
    old = figure("Assessed (n = 9); Enrolled (n = 6).", "AAAA")
    (box,) = compared(tmp_path, old, figure("Assessed (n = 9); Enrolled (n = 5).", "BBBB"))
    assert (box.kind, box.part, box.in_words) == ("alt", "Figure 1", False)
    runs = words.marked(box.was, box.now)
    assert [(run.sort, run.text) for run in runs if run.sort in ("old", "new")] == [("old", "6"), ("new", "5")]
    (drawn,) = compared(tmp_path, old, figure("Assessed (n = 9); Enrolled (n = 6).", "BBBB"))
    assert (drawn.kind, drawn.part) == ("drawing", "Figure 1")


def test_nothing_changed(tmp_path: Path) -> None:
    body = f"<h2>Results</h2><p>Text {result('a.b.c', '1')}.</p>{TABLE}{figure('Flow.', 'AAAA')}"
    assert compared(tmp_path, body, body) == []


def test_what_holds_a_withheld_result_is_left_out_whole(tmp_path: Path) -> None:
    """A paragraph, a table and every figure: the cell beside a result by arm may tell of it too."""
    old = f"<p>Arm: {result('x.a.n', '3')}.</p><p>All: {result('x.n', '8')}.</p>{TABLE}{figure('Arm a 3', 'AAAA')}"
    old = old.replace("<td>24.5</td>", f"<td>{result('x.a.n', '3')}</td>")
    new = old.replace(">3<", ">4<").replace(">8<", ">9<").replace("20.0", "21.0").replace("Arm a 3", "Arm a 4")
    assert [each.now for each in compared(tmp_path, old, new, frozenset({"x.a.n"}))] == ["All: 9."]
    assert len(compared(tmp_path, old, new)) == 6


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("It was 24.5 (12.7–42.4).", "It was 25.5 (12.7–42.4).", "It was [-24.5-][+25.5+] (12.7–42.4)."),
        ("Fell by −8.4 points.", "Fell by 8.4 points.", "Fell by [-−8.4-][+8.4+] points."),  # the sign is of the number
        ("P = 0.03. It fell. Done.", "P = 0.04. It fell. Done.", "P = 0.[-03-][+04+]. …".replace("0.[-03-][+04+]", "[-0.03-][+0.04+]")),
        ("One. Two two. Three.", "One. Two 2. Three.", "… Two [-two-][+2+]. …"),
        ("n of 10,000", "n of 10,001", "n of [-10,000-][+10,001+]"),
        ("It fell.", "It rose.", "It [-fell-][+rose+]."),
    ],
)  # fmt: skip
def test_words_are_marked_whole_numbers_and_all(old: str, new: str, marked: str) -> None:
    ends = {"old": "[-{}-]", "new": "[+{}+]"}
    said = "".join(ends.get(run.sort, "{}").format(run.text) for run in words.marked(old, new))
    assert " ".join(said.split()) == marked
    kept = [run for run in words.by_word(old, new)]
    assert "".join(run.text for run in kept if run.sort != "new") == old
    assert "".join(run.text for run in kept if run.sort != "old") == new
