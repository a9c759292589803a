"""Files of R's cards and of SAS that are broken, each refused in words, and all faults at once.

The messages stand in tests/exchange/messages.txt: a title, a dot, what is broken, a dot, the message, a dot. To write
them anew: TRIALPRESS_WRITE_GOLDEN=1 pytest tests/test_read_in_broken.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report.errors import TrialpressError
from tests.corpus import golden
from tests.corpus.golden import Entry
from tests.exchange import CARDS, HERE, MANIFEST, SAS, read_alone

FLAT = HERE / "cards-0.9.0-flat.json"


def changed(**columns: Any) -> str:
    """The file of cards with other cells in its first row."""
    rows = json.loads(FLAT.read_text(encoding="utf-8"))
    return json.dumps([rows[0] | columns, *rows[1:]])


def without(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "data" / name).unlink()


def other_data(folder: Path) -> None:
    path = folder / "data" / MANIFEST
    path.write_text('{"inputs": {"patients.csv": "' + "0" * 64 + '"}, "software": {"R": "4.2.2"}}', encoding="utf-8")


def stat(**columns: Any) -> str:
    """A file of one group with these statistics."""
    cells = {"group1": "rx", "group1_level": "0_placebo", "variable": "risk", "context": "summary"}
    return json.dumps(
        [cells | {"stat_name": name.replace("_dot_", "."), "stat": value} for name, value in columns.items()]
    )


def nothing(folder: Path) -> None:
    """Leave the files as they are."""


Broken = tuple[str, dict[str, Any], str | Path, Callable[[Path], object]]
BROKEN: dict[str, Broken] = {
    "no file": ("the file is not there", CARDS, FLAT, without("cards.json")),
    "no manifest": ("the manifest is not there", CARDS, FLAT, without(MANIFEST)),
    "a manifest of other data": ("the manifest has other fingerprints", CARDS, FLAT, other_data),
    "nothing says on which data": ("no manifest is named", CARDS | {"manifest": None}, FLAT, nothing),
    "an error was recorded": ("cards could not compute the test", CARDS, HERE / "cards-0.9.0-failed.json", nothing),
    "rounded to four digits": ("write_json without digits = NA", CARDS, HERE / "cards-0.9.0-rounded.json", nothing),
    "an unknown group": ("groups says nothing of rx", CARDS | {"groups": {}}, FLAT, nothing),
    "an unknown arm": ("group1_level: Active", CARDS, changed(group1_level=["Active"]), nothing),
    "an unknown variable": ("variable: weight", CARDS, changed(variable="weight"), nothing),
    "single participants": (
        "variable: id, a level each",
        CARDS,
        changed(variable="id", variable_level=["P1"]),
        nothing,
    ),
    "groups of participants": (
        "group1: USUBJID",
        CARDS | {"groups": {"rx": "arm", "USUBJID": "level"}},
        changed(group1="USUBJID"),
        nothing,
    ),
    "an unknown population": ("population: treated", CARDS | {"population": "treated"}, FLAT, nothing),
    "several values in a cell": ("stat: [1, 2]", CARDS, changed(stat=[1, 2]), nothing),
    "a text for a number": ("N: many", CARDS, changed(stat=["many"]), nothing),
    "an estimate outside its limits": (
        "3 of 1 to 2",
        CARDS,
        stat(estimate=3, conf_dot_low=1, conf_dot_high=2),
        nothing,
    ),
    "a part above its whole": ("n 8 of N 7", CARDS, stat(n=8, N=7), nothing),
    "a share that is another": ("p 0.5 of 3 in 7", CARDS, stat(n=3, N=7, p=0.5), nothing),
    "a share above one": ("p 45 as per cent", CARDS, stat(p=45), nothing),
    "a P of zero": ("p.value 0", CARDS, stat(p_dot_value=0), nothing),
    "a P above one": ("p.value 1.2", CARDS, stat(p_dot_value=1.2), nothing),
    "a bound for a P": ('p.value "<0.001"', CARDS, stat(p_dot_value="<0.001"), nothing),
    "a negative spread": ("sd -1", CARDS, stat(sd=-1.5), nothing),
    "two rows of one name": ("the file holds a row twice", CARDS, json.dumps(json.loads(stat(n=3)) * 2), nothing),
    "no JSON": ("the file is cut short", CARDS, '[{"variable": ', nothing),
    "no ARD": ("the file holds another object", CARDS, '{"results": []}', nothing),
    "a bound of SAS": ("Probt: <.0001", SAS, "TRTP,Probt\nplacebo,<.0001\n", nothing),
    "a text of SAS": ("Estimate: 1,5", SAS, 'TRTP,Estimate\nplacebo,"1,5"\n', nothing),
    "an unknown column of SAS": ("a column Gradient", SAS, "TRTP,Gradient\nplacebo,1\n", nothing),
    "two columns of SAS alike": ("Lower and LowerCL", SAS, "TRTP,Lower,LowerCL\nplacebo,1,1\n", nothing),
    "a line of SAS cut short": ("line 2 has one cell", SAS, "TRTP,Estimate\nplacebo\n", nothing),
}


@pytest.mark.parametrize("title", BROKEN)
def test_a_broken_file_is_refused_in_words(title: str, tmp_path: Path) -> None:
    change, said, content, spoil = BROKEN[title]
    declared = {key: value for key, value in said.items() if value is not None}
    if isinstance(content, str):
        declared.setdefault("file", "cards.json")
    reading = read_alone(tmp_path, declared, content)
    spoil(tmp_path)
    with pytest.raises(TrialpressError) as told:
        reading()
    message = "\n".join(told.value.lines())
    held = golden.read(GROUP)
    if os.environ.get("TRIALPRESS_WRITE_GOLDEN"):
        golden.write(GROUP, {**held, title: Entry(change, message)})
        return
    assert held[title] == Entry(change, message)


GROUP = "../exchange/messages"


def test_every_message_is_of_a_case() -> None:
    assert list(golden.read(GROUP)) == list(BROKEN)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = json.loads(FLAT.read_text(encoding="utf-8"))
    rows[0] |= {"group1_level": ["Active"]}
    rows[1] |= {"variable": "weight"}
    reading = read_alone(tmp_path, CARDS | {"file": "cards.json", "population": "treated"}, json.dumps(rows))
    other_data(tmp_path)
    with pytest.raises(TrialpressError) as told:
        reading()
    assert {finding.code for finding in told.value.findings} == {"read-in-name", "read-in-other-data"}
    assert len(told.value.findings) == 4
