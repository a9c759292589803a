"""To what a changed block is put down, by hand: results that moved, words of the study file, templates, what is named."""

from __future__ import annotations

import pytest

from report.changes.causes import MOVING, Causes, Source, of_block
from report.changes.plan import Entry
from report.changes.text import Changed

LABEL = Entry("datasets", "people › age › label", "Age", "Age at entry")
MOVED = {"a.b.n": ("data",), "a.b.p": ("study file", "data")}


def causes(*differing: str, named: dict[str, str] | None = None) -> Causes:
    names = ("data", "study file", "templates", "software", "lock")
    told = {name: ((named or {}).get(name, f"what of {name}"),) if name in differing else () for name in names}
    return Causes(tuple(Source(name, told[name]) for name in names), MOVED)  # type: ignore[arg-type]


def block(was: str, now: str, *results: str, kind: str = "paragraph", in_words: bool = True) -> Changed:
    return Changed("changed", kind, "", "", was, now, frozenset(results), in_words)


@pytest.mark.parametrize(
    ("differing", "changed", "put_down_to"),
    [
        (("data", "templates"), block("1", "2", "a.b.n", in_words=False), ("data",)),  # its numbers alone
        (("data", "study file"), block("1", "2", "a.b.p", in_words=False), ("study file", "data")),
        (("data", "templates"), block("It was 1", "It is 2", "a.b.n"), ("data", "templates")),  # numbers and words
        (("data", "software"), block("It fell by 1", "It rose by 2", "a.b.n"), ("data",)),  # data chose the words
        (("data", "templates"), block("was", "is", "x.y.n"), ("templates",)),  # its results did not move
        (("study file", "templates"), block("Age of all", "Age at entry of all"), ("study file",)),
        (("study file", "templates"), block("He said", "She said"), ("templates",)),
        (("data", "software"), block("was", "is"), ("not told apart",)),  # either could have done it
        (("software",), block("was", "is"), ("software",)),
        (("data", "study file"), block("n = 1", "n = 2", kind="alt", in_words=False), ("not told apart",)),
        (("study file",), block("Age", "Age at entry", kind="alt"), ("study file",)),
        ((), block("was", "is"), ("not told apart",)),
    ],
)  # fmt: skip
def test_a_block_is_put_down_to_what_changed_it(
    differing: tuple[str, ...], changed: Changed, put_down_to: tuple[str, ...]
) -> None:
    assert of_block(changed, causes(*differing), [LABEL]) == put_down_to


def test_a_block_that_names_a_file_is_put_down_to_that_file() -> None:
    found = causes("data", "templates", named={"data": "data/people.csv"})
    assert of_block(block("data/people.csv, SHA-256 1", "data/people.csv, SHA-256 2"), found, []) == ("data",)


def test_the_steps_are_in_the_order_in_which_they_are_computed() -> None:
    assert MOVING == ("software", "study file", "data")
