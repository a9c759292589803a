"""What names a person never leaves the data: a search through every byte that is built, and through what is said."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.conftest import Built, build, copy_study, trialpress

CONTRACTS = """\
      name: {type: text, identifier: true}
      born: {type: date, identifier: true, required: true}
      hospital_number: {type: integer, identifier: true, unique: true, range: [1, 9999999]}
      telephone: {type: text, identifier: true}
      remark: {type: text}
"""
AGE = """\
  age_at_infusion:
    {rule: age, dataset: participants, label: Age at the first infusion, birth: born, on: first_infusion}
  infusion_day: {rule: study_day, dataset: assessments, label: Study day, date: date}
"""
BORN = ["1998-01-17", "2001-08-03", "2000-06-21", "1997-01-29", "2005-05-23", "2006-11-13"]
NAMES = [f"Zwaluw{n}" for n in range(6)]
NUMBERS = [str(7310001 + n * 17) for n in range(6)]
TELEPHONES = [f"06-5558{n}19" for n in range(6)]
REMARKS = [f"kieviet{n} came with mother" for n in range(6)]


def seeded(folder: Path, *, faulty: bool = False) -> Path:
    """Return a copy of the JIA study whose participants have names, birthdays, numbers, telephones and remarks.

    ``faulty``: one birthday cannot be read, one number stands twice, one remark has a character that cannot be printed.
    """
    study = copy_study("jia", folder)
    path = study / "data" / "participants.csv"
    with path.open(encoding="utf-8", newline="") as given:
        head, *rows = csv.reader(given)
    born, numbers, remarks = list(BORN), list(NUMBERS), list(REMARKS)
    if faulty:
        born[1], numbers[2], remarks[3] = "2001-08-93", numbers[1], f"{remarks[3]}\u202e"
    added = [list(each) for each in zip(NAMES, born, numbers, TELEPHONES, remarks, strict=True)]
    with path.open("w", encoding="utf-8", newline="") as made:
        names = ["name", "born", "hospital_number", "telephone", "remark"]
        csv.writer(made, lineterminator="\n").writerows(
            [head + names, *(r + a for r, a in zip(rows, added, strict=True))]
        )
    declare(study / "data" / "study.yaml")
    return study


def declare(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in [
        ("      second_infusion:", f"{CONTRACTS}      second_infusion:"),
        ("derivations:\n", f"derivations:\n{AGE}"),
        (
            "    - {variable: age, summary: [median_range]}",
            "    - {variable: age_at_infusion, summary: [median_range]}",
        ),
    ]:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def searched(study: Path) -> dict[str, bytes]:
    """Return everything that was built: each file as it is, and what is packed within it, unpacked."""
    found: dict[str, bytes] = {}
    for path in sorted(p for p in (study / "build").rglob("*") if p.is_file()):
        found[path.name] = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                found |= {f"{path.name}/{name}": packed.read(name) for name in packed.namelist()}
        for number, stream in enumerate(re.findall(rb"stream\r?\n(.*?)endstream", found[path.name], re.DOTALL)):
            try:
                found[f"{path.name}/stream{number}"] = zlib.decompressobj().decompress(stream)
            except zlib.error:
                continue
    return found


def dates_in(study: Path) -> set[str]:
    return {
        date
        for path in (study / "data").glob("*.csv")
        for date in re.findall(r"\b\d{4}-\d\d-\d\d\b", path.read_text(encoding="utf-8"))
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(seeded(tmp_path_factory.mktemp("seeded")))


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(seeded(tmp_path_factory.mktemp("drafted"), faulty=True))


def test_the_age_is_computed_from_the_birthday(built: Built) -> None:
    """From the dates: 15, 11, 13, 17, 9 and 8 years; the median is (11 + 13) / 2 = 12."""
    assert any(block.text == "12 (8–17)" for block in built.html.blocks)


@pytest.mark.parametrize("kind", ["built", "drafted"])
def test_no_byte_of_an_identifier_a_date_or_free_text(kind: str, request: pytest.FixtureRequest) -> None:
    study = request.getfixturevalue(kind).folder
    tokens = {*NAMES, *NUMBERS, *TELEPHONES, "kieviet", "2001-08-93", *dates_in(study), *BORN}
    assert len(dates_in(study)) > 30
    for name, content in searched(study).items():
        for token in tokens:
            assert token.encode() not in content, (name, token)
            assert token.encode("utf-16-be") not in content, (name, token)
    for document in (request.getfixturevalue(kind)).all.values():
        told = " ".join([*(block.text for block in document.blocks), *document.furniture, *document.metadata.values()])
        assert not [token for token in tokens if token in told]


def test_no_participant_is_named_in_the_paper_or_its_results(built: Built) -> None:
    """J01 to J06 are the study's own codes: the paper has P1 to P6."""
    for name, content in searched(built.folder).items():
        if name.startswith(("manuscript", "results.json", "printed.json", "fig-", "tbl-", "index.json", "record.json")):
            assert not re.search(rb"\bJ0[1-6]\b", content), name


def test_what_is_said_of_an_identifier(tmp_path: Path) -> None:
    """The line and the column, and nothing of what stands there; so in the list of queries."""
    study = seeded(tmp_path, faulty=True)
    done = trialpress("check", study=study)
    assert done.returncode == 1
    for told in (
        "column born: there is no such day [data-date]\n    line 3\n",
        "column hospital_number: a value that stands only once in the file was expected [data-unique]\n    line 3\n    line 4\n",
        "column remark: U+202E",
    ):
        assert told in done.stderr, done.stderr
    assert not any(token in done.stderr for token in (*NAMES, *NUMBERS, *TELEPHONES, "kieviet", "2001-08-93"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- {variable: sex}", "- {variable: born}"),
        ("- {variable: sex}", "- {variable: hospital_number}"),
        ("    where: {variable: first_infusion, comparator: NE, value: null}\n", "    where: {variable: name, comparator: EQ, value: Zwaluw1}\n"),
        ("birth: born, on: first_infusion}", "birth: born, on: first_infusion}\n  risk: {rule: sum, dataset: participants, label: R, resolution: 1, terms: [{column: hospital_number}]}"),
        ("  start: {dataset: participants, column: first_infusion}", "  start: {dataset: participants, column: born}"),
    ],
)  # fmt: skip
def test_no_result_may_rest_on_an_identifier(tmp_path: Path, old: str, new: str) -> None:
    study = seeded(tmp_path)
    path = study / "data" / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = trialpress("check", study=study)
    assert done.returncode == 1 and "is an identifier, and no result may rest on it" in done.stderr
