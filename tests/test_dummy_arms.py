"""Dummy arms: in ratio within blocks and strata, by seed and ids alone; and what a study file may say of blinding."""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report import ard
from report.analysis import compute
from report.analysis.people import dummy
from report.analysis.people.dummy import Plan, draw
from report.errors import StudyFileError
from report.study import blinding
from report.study import file as study_file
from tests.blinded import BLINDING, SEALED, blinded, rewrite
from tests.conftest import STUDIES
from tests.invented import Study, event, parallel, write

TWO = {"a": 1, "b": 1}


def people(number: int, *levels: str) -> dict[str, tuple[str, ...]]:
    """Return participants P001, P002 ... of one stratum."""
    return {f"P{n:03}": levels for n in range(1, number + 1)}


def test_ten_in_blocks_of_four() -> None:
    """By hand: the first four by id are two and two, so are the next four; the last two are as they come."""
    arms = [draw(people(10), Plan(TWO, 4, 1))[f"P{n:03}"] for n in range(1, 11)]
    assert Counter(arms[:4]) == Counter(arms[4:8]) == {"a": 2, "b": 2}
    assert len(arms) == 10 and set(arms[8:]) <= {"a", "b"}


def test_two_to_one_in_two_strata_of_six() -> None:
    """By hand: a block of six in the ratio 2:1 holds four and two; each stratum is one block."""
    both = {**people(6, "x"), **{f"Q{n}": ("y",) for n in range(6)}}
    arms = draw(both, Plan({"a": 2, "b": 1}, 6, 1))
    for letter in "PQ":
        assert Counter(arm for who, arm in arms.items() if who.startswith(letter)) == {"a": 4, "b": 2}


def test_blocks_begin_anew_in_each_stratum() -> None:
    """By hand: three strata with two each, in blocks of two, are one and one in every stratum, not only in all."""
    three = {f"{level}{n}": (level,) for level in "xyz" for n in range(2)}
    arms = draw(three, Plan(TWO, 2, 5))
    assert all({arms[f"{level}0"], arms[f"{level}1"]} == {"a", "b"} for level in "xyz")


@given(
    ratio=st.lists(st.integers(1, 4), min_size=2, max_size=6),
    blocks=st.integers(1, 3),
    sizes=st.lists(st.integers(0, 40), min_size=1, max_size=4),
    seed=st.integers(0, 2**63),
)
def test_every_whole_block_is_in_ratio(ratio: list[int], blocks: int, sizes: list[int], seed: int) -> None:
    plan = Plan({f"arm{n}": share for n, share in enumerate(ratio)}, blocks * sum(ratio), seed)
    everybody = {f"{level}-{n:02}": (str(level),) for level, size in enumerate(sizes) for n in range(size)}
    arms = draw(everybody, plan)
    assert set(arms) == set(everybody)
    for level, size in enumerate(sizes):
        theirs = [arms[f"{level}-{n:02}"] for n in range(size)]
        for first in range(0, size - plan.block + 1, plan.block):
            assert Counter(theirs[first : first + plan.block]) == {arm: blocks * n for arm, n in plan.ratio.items()}


def test_one_participant_and_nobody() -> None:
    assert draw(people(1), Plan(TWO, 4, 1))["P001"] in TWO
    assert draw({}, Plan(TWO, 4, 1)) == {}


def test_six_arms() -> None:
    arms = draw(people(12), Plan(dict.fromkeys("abcdef", 1), 12, 9))
    assert Counter(arms.values()) == dict.fromkeys("abcdef", 2)


def test_the_seed_decides_and_the_order_of_rows_does_not() -> None:
    forwards = {**people(40, "x"), **{f"Q{n}": ("y",) for n in range(20)}}
    backwards = dict(reversed(forwards.items()))
    one, again, other = (
        draw(rows, Plan(TWO, 4, seed)) for rows, seed in ((forwards, 1), (backwards, 1), (forwards, 2))
    )
    assert one == again and list(one) == list(again)
    assert one != other


def test_who_joins_later_changes_nobody_before_them() -> None:
    few, more = draw(people(9, "x"), Plan(TWO, 4, 1)), draw({**people(30, "x"), "Q1": ("y",)}, Plan(TWO, 4, 1))
    assert all(more[who] == arm for who, arm in few.items())


def test_two_strata_have_sequences_of_their_own() -> None:
    """Of twenty participants each: the same by chance once in 6 to the fifth power."""
    sequences = [tuple(draw(people(20, level), Plan(TWO, 4, 1)).values()) for level in ("x", "y", "xy")]
    assert len(set(sequences)) == 3


def test_every_arrangement_of_a_block_comes_as_often() -> None:
    """Six arrangements of two and two, in 3000 strata: 500 each, with a standard deviation of 20.4; within four."""
    strata = {f"{level:04}-{n}": (str(level),) for level in range(3000) for n in range(4)}
    arms = draw(strata, Plan(TWO, 4, 11))
    seen = Counter("".join(arms[f"{level:04}-{n}"] for n in range(4)) for level in range(3000))
    assert set(seen) == {"".join(each) for each in itertools.permutations("aabb")}
    assert all(abs(number - 500) < 82 for number in seen.values())


def test_the_generator_can_read_nothing() -> None:
    """It imports numpy and what says of which type things are, and it opens nothing."""
    tree = ast.parse(Path(dummy.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or node.names[0].name for node in imports}
    assert names == {"__future__", "collections.abc", "dataclasses", "numpy"}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not used & {"load", "loadtxt", "genfromtxt", "fromfile", "memmap"} and "open" not in called


# Names ----------------------------------------------------------------------------------------------------------------


def test_names_of_dummies() -> None:
    assert blinding.dummy_names(2) == ["Arm X (dummy)", "Arm Y (dummy)"]
    assert len(set(blinding.dummy_names(40))) == 40


@pytest.mark.parametrize(
    ("text", "as_told"),
    [
        ("Placebo minus indomethacin", "Y minus X"),
        ("in the placebo-controlled part", "in the Y-controlled part"),
        ("placebos and indomethacins stay", "placebos and indomethacins stay"),
        ("High-dose indomethacin against INDOMETHACIN", "Z against X"),
        ("A table of arm A and group a", "A table of arm V and group V"),
    ],
)
def test_arms_are_renamed_as_whole_words(text: str, as_told: str) -> None:
    names = {"indomethacin": "X", "Indomethacin": "X", "Placebo": "Y", "high-dose indomethacin": "Z", "A": "V"}
    assert blinding.renamed(text, names) == as_told


def test_a_single_arm_is_seen_as_it_is() -> None:
    study = study_file.read(STUDIES["jia"])
    assert blinding.seen(study, "pooled") is study
    assert blinding.treatment_of(study, "open", is_unblinded=False) == "real"


@pytest.mark.parametrize(
    ("board", "is_unblinded", "treatment"),
    [("", False, "dummy"), ("", True, "real"), ("open", False, "pooled"), ("open", True, "pooled"), ("closed", False, "real")],
)  # fmt: skip
def test_what_is_shown_of_a_blinded_trial(tmp_path: Path, board: str, is_unblinded: bool, treatment: str) -> None:
    study = study_file.read(blinded(tmp_path)[0])
    assert blinding.treatment_of(study, board, is_unblinded=is_unblinded) == treatment  # type: ignore[arg-type]


# What the study file may say ------------------------------------------------------------------------------------------

ALLOCATION = "  allocation: {dataset: randomisation, column: rx}\n"


@pytest.mark.parametrize(
    ("changes", "where", "message", "remedy"),
    [
        ([(ALLOCATION + BLINDING, ALLOCATION)], "datasets.randomisation.sealed",
         "randomisation is sealed, and nothing says how dummy arms are drawn until it is opened",
         "write below design: blinding: {seed: 20260331}, with a seed of your own"),
        ([("    sealed: true\n", "")], "design.allocation",
         "the arms could be read before the unblinding: rx is an open column of randomisation",
         "write sealed: true for its data set, or reveals_arm: true for the column; or take blinding out, if the trial is open"),
        ([("    block: 4\n", "    block: 5\n")], "design.blinding.block",
         "a block of 5 cannot hold the arms in the ratio 1:1", "write a multiple of 2, as block: 4"),
        ([("{indomethacin: 1, placebo: 1}", "{indomethacin: 2}")], "design.blinding.ratio",
         "ratio does not say how many go to placebo", "write the number of every arm, as ratio: {indomethacin: 1, placebo: 1}"),
        ([("{indomethacin: 1, placebo: 1}", "{indometacin: 1, placebo: 1}")], "design.blinding.ratio.indometacin",
         "there is no arm named indometacin", "did you mean indomethacin?"),
        ([("column: site}]", "column: sites}]")], "design.blinding.strata.1.column",
         "there is no category of patients named sites", "did you mean site?"),
        ([("{dataset: patients, column: site}]", "{dataset: randomisation, column: rx}]")], "design.blinding.strata.1.column",
         "rx is hidden until the unblinding", "name a category that is known before it, or take the stratum out"),
        ([("    block: 4\n", "    block: 4\n    population: randomized\n")], "design.blinding.population",
         "there is no population named randomized", "did you mean randomised?"),
        ([("      id: {type: text, required: true}\n      site:", "      id: {type: text, required: true, reveals_arm: true}\n      site:")],
         "datasets.patients.columns.id.reveals_arm", "id is the participant of this data set, without which no row can be read",
         "take reveals_arm out; or write sealed: true for the data set"),
        ([("    file: patients.csv\n", "    file: patients.csv\n    sealed: true\n"), ("    sealed: true\n    participant: id\n    columns:\n      id: {type: text, required: true}\n      rx", "    participant: id\n    record: rx\n    columns:\n      id: {type: text, required: true}\n      rx")],
         "datasets.patients.sealed", "before the unblinding no data set says who takes part, with a row each",
         "declare one that is not sealed; a sealed file holds what reveals the arms, and nothing else"),
        ([("    file: patients.csv\n", f"    file: patients.csv\n    sealed_sha256: {'a' * 64}\n")], "datasets.patients.sealed_sha256",
         "sealed_sha256 belongs to a sealed data set", "write sealed: true, or take sealed_sha256 out"),
        ([("    sealed: true\n", "    sealed: true\n    sealed_sha256: abc\n")], "datasets.randomisation.sealed_sha256",
         "the SHA-256 of a file, 64 digits from 0 to f, was expected (came: 'abc')",
         'write what sha256sum says of the file, in quotes: sealed_sha256: "..."'),
        ([("    seed: 20260331\n", "    seed: -1\n")], "design.blinding.seed",
         "a whole number of at least 0 was expected (came: -1)", "write a whole number of at least 0"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_remedy(
    tmp_path: Path, changes: list[tuple[str, str]], where: str, message: str, remedy: str
) -> None:
    study, _ = blinded(tmp_path)
    rewrite(study / "data" / "study.yaml", *changes)
    with pytest.raises(StudyFileError) as caught:
        study_file.read(study)
    told = [(each.where.partition(": ")[2], each.message, each.remedy) for each in caught.value.findings]
    assert (where, message, remedy) in told, told


def test_a_single_arm_has_nothing_to_blind(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    text = (STUDIES["jia"] / "data" / "study.yaml").read_text(encoding="utf-8")
    sealed = SEALED.replace("participant: id", "participant: participant").replace("      id:", "      participant:")
    for old, new in (
        ("  kind: single_arm\n", "  kind: single_arm\n  blinding: {seed: 1}\n"),
        ("\nvisits:\n", f"\n{sealed}\nvisits:\n"),
    ):
        (tmp_path / "data" / "study.yaml").write_text(text, encoding="utf-8")
        rewrite(tmp_path / "data" / "study.yaml", (old, new))
        with pytest.raises(StudyFileError) as caught:
            study_file.read(tmp_path)
        assert [each.message for each in caught.value.findings] == ["a single arm has nothing to blind"]


# The open report's study ----------------------------------------------------------------------------------------------

PEOPLE = "id,arm,outcome,taste\n" + "".join(
    f"P{n},{'A' if n % 3 else 'B'},{'yes' if n in (1, 2, 6) else 'no'},{'bitter' if n % 3 else 'none'}\n"
    for n in range(1, 10)
)  # arm a: P1, P2, P4, P5, P7, P8; arm b: P3, P6, P9; the outcome: P1 and P2 of a, P6 of b
EVENTS = "id,onset,serious,cause\nP1,2020-02-01,yes,bitter\nP1,2020-02-02,no,none\nP6,2020-02-03,yes,none\n"
YES_NO = {"yes": "Yes", "no": "No"}
TASTE = {"bitter": "Bitter as aloe", "none": "None"}


def telling() -> Study:
    """Return a study of two arms in which everything that can be declared rests on what reveals them, and on nothing."""
    study = parallel()
    people = study["datasets"]["people"]["columns"]
    people["taste"] = {"type": "category", "label": "Taste of aloe", "levels": TASTE, "reveals_arm": True}
    columns = {
        "id": {"type": "text", "required": True}, "onset": {"type": "date", "required": True},
        "serious": {"type": "category", "label": "Serious", "levels": YES_NO},
        "cause": {"type": "category", "label": "Cause in aloe", "levels": TASTE, "reveals_arm": True},
    }  # fmt: skip
    study["datasets"]["events"] = {"file": "events.csv", "participant": "id", "record": "onset", "columns": columns}
    tasted = {"variable": "taste", "comparator": "EQ", "value": "bitter"}
    study["derivations"] = {"aloe": {"rule": "condition", "dataset": "people", "label": "Aloe tasted", "where": tasted}}
    study["populations"]["tasters"] = {
        "label": "Who tasted aloe",
        "dataset": "people",
        "where": {**tasted, "variable": "aloe", "value": "yes"},
    }
    study["baseline"] = {
        "population": "everyone",
        "variables": [{"variable": "outcome"}, {"variable": "taste"}, {"variable": "aloe"}],
    }
    risk = {"method": "risk_ratio", "arguments": {"interval": "koopman"}}
    of_tasters = {**event({"method": "risk"}), "id": "of_tasters", "label": "Outcome and aloe", "population": "tasters"}
    study["endpoints"] = [event({"method": "risk"}, risk, {"method": "fisher"}), of_tasters]
    study["safety"] = {
        "dataset": "events",
        "population": "everyone",
        "term": "cause",
        "onset": "onset",
        "serious": "serious",
    }
    study["disposition"] = [
        {"id": "randomised", "label": "Randomised", "count": {"dataset": "people"}},
        {"id": "allocated", "label": "Allocated", "by_arm": True, "count": {"dataset": "people"}, "reasons": []},
        {"id": "analysed", "label": "Analysed with aloe", "by_arm": True, "population": "tasters"},
    ]
    study["sensitivity"] = [
        {"id": "bland", "label": "Without aloe", "exclude": [{"dataset": "people", "where": tasted}], "specified_in": "data_driven", "source": "aloe"},
    ]  # fmt: skip
    study["displays"] = [
        {"id": "tbl-one", "kind": "outcome_binary", "endpoint": "happened", "title": "Outcome by arm", "open_title": "Outcome", "notes": ["Ratios are arm a over arm b.", "A note."]},
        {"id": "tbl-two", "kind": "outcome_binary", "endpoint": "of_tasters", "title": "Aloe"},
        {"id": "tbl-three", "kind": "adverse_events", "title": "Aloe again"},
    ]  # fmt: skip
    return study


def test_nothing_that_rests_on_what_reveals_the_arms_is_in_an_open_report(tmp_path: Path) -> None:
    """By hand: three of nine had the outcome; all else that is declared speaks of aloe, or compares."""
    write(tmp_path, telling(), people=PEOPLE, events=EVENTS)
    study = study_file.read(tmp_path)
    opened = blinding.seen(study, "pooled")
    assert [(each.id, each.title, each.notes) for each in opened.displays] == [("tbl-one", "Outcome", ("A note.",))]
    assert (list(opened.populations), [each.id for each in opened.endpoints]) == (["everyone"], ["happened"])
    assert opened.safety is None and opened.sensitivity == () and opened.derivations == {}
    assert [each.id for each in opened.disposition] == ["randomised", "allocated"]
    assert not any("aloe" in text.lower() or "arm a" in text.lower() for text in opened.texts())
    made = compute.draft(tmp_path, study, treatment="pooled")
    assert not made.queries and "aloe" not in ard.text(made.results).lower()
    found = {row.result_id: row.stat for row in made.results}
    assert (found["happened.risk.n"], found["happened.risk.N"], found["disposition.allocated.n"]) == (3, 9, 9)
    assert not [row for row in made.results if row.is_by_arm or row.query]


def test_with_the_true_arms_all_of_it_is_there(tmp_path: Path) -> None:
    """By hand: six tasted it, all of arm a, of whom two had the outcome; one serious event each in a and b."""
    write(tmp_path, telling(), people=PEOPLE, events=EVENTS)
    found = {row.result_id: row.stat for row in compute.draft(tmp_path, study_file.read(tmp_path)).results}
    assert (found["happened.risk.a.n"], found["happened.risk.b.n"], found["population.tasters.a.n"]) == (2, 1, 6)
    assert (found["of_tasters.risk.a.n"], found["safety.serious.yes.a.n"], found["bland.left_out.n"]) == (2, 1, 6)
