"""Any two documents of paragraphs and tables: accepted the new one, rejected the old one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from tests.changes.test_tracked_words import paragraph, run, table, tracked_between
from tests.changes.tracked_reading import marks, root_of

WORDS = st.sampled_from(("a", "of", "median", "fell", "11.0", "−5.1", "6", "6", "(100%)", "pain.", "P", "=", "0.03"))
TEXT = st.lists(WORDS, max_size=9).map(" ".join)
RUN = st.tuples(TEXT, st.sampled_from(("", "", "<w:i/>"))).map(lambda both: run(*both))
STYLE = st.sampled_from(("BodyText", "BodyText", "FirstParagraph", "Heading1"))
PARAGRAPH = st.tuples(st.lists(RUN, max_size=3), STYLE).map(lambda both: paragraph(*both[0], style=both[1]))
TABLE = st.integers(1, 3).flatmap(
    lambda columns: st.lists(st.tuples(*[TEXT] * columns), min_size=1, max_size=4).map(lambda rows: table(*rows))
)
SECTION = st.sampled_from((100, 200)).map(
    lambda width: f'<w:p><w:pPr><w:sectPr><w:pgSz w:w="{width}"/></w:sectPr></w:pPr></w:p>'
)
BLOCK = st.one_of(PARAGRAPH, PARAGRAPH, TABLE, SECTION)


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """A document, and the same with blocks taken out, put in, replaced and moved."""
    old = draw(st.lists(BLOCK, max_size=7))
    new = list(old)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(new)))
        what = draw(st.sampled_from(("take", "put", "replace", "move")))
        if what != "put" and at < len(new):
            taken = new.pop(at)
            if what == "move":
                new.insert(draw(st.integers(0, len(new))), taken)
        if what in ("put", "replace"):
            new.insert(at, draw(BLOCK))
    return apart(old), apart(new)


def apart(blocks: list[str]) -> list[str]:
    """As Word has it: a paragraph after each table, and one at the end."""
    return [
        each for block in blocks for each in ([block, paragraph("-")] if block.startswith("<w:tbl") else [block])
    ] + [paragraph("End.")]


@given(edited())
def test_accepted_it_is_the_new_one_and_rejected_the_old(both: tuple[list[str], list[str]]) -> None:
    with TemporaryDirectory() as folder:
        tracked_between(Path(folder), "".join(both[0]), "".join(both[1]))


@given(st.tuples(st.lists(PARAGRAPH, min_size=1, max_size=4), st.lists(PARAGRAPH, min_size=1, max_size=4)))
def test_so_is_one_that_ends_otherwise(both: tuple[list[str], list[str]]) -> None:
    with TemporaryDirectory() as folder:
        tracked_between(Path(folder), "".join(both[0]), "".join(both[1]))


@given(st.lists(BLOCK, max_size=7))
def test_a_document_against_itself_has_no_mark(blocks: list[str]) -> None:
    with TemporaryDirectory() as folder:
        body = "".join(apart(blocks))
        assert marks(root_of(tracked_between(Path(folder), body, body))) == 0
