"""What a fault of the study file says: in an author's words, on the line where it was made, and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from report.errors import Finding, StudyFileError
from report.study import file as study_file
from report.study import yaml_faults
from report.study.faults import among, nearest
from tests.corpus import study_cases
from tests.corpus.changes import HERE, STUDY, Case
from tests.test_corpus import JARGON, put

CASES = {case.id: case for case in study_cases.cases()}


def refused(folder: Path, text: str) -> StudyFileError:
    """Return what is said of a study file."""
    (folder / "data").mkdir()
    (folder / "data" / STUDY).write_text(text, encoding="utf-8")
    with pytest.raises(StudyFileError) as caught:
        study_file.read(folder)
    return caught.value


def single(*changes: tuple[str, str]) -> str:
    """Return the corpus's small study after replacements, each of which must apply exactly once."""
    text = (HERE / "single" / STUDY).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return text


def found(folder: Path, *changes: tuple[str, str]) -> list[Finding]:
    return list(refused(folder, single(*changes)).findings)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_fault_says_what_to_write(case: Case, tmp_path: Path) -> None:
    """Each finding, or the message where there is none, has a remedy; none has a programmer's words or no place."""
    try:
        study_file.read(put(case, tmp_path / "study"))
    except StudyFileError as fault:
        remedies = [each.remedy for each in fault.findings] or [fault.remedy]
        assert all(remedies) and not JARGON.search("\n".join(fault.lines())), fault.lines()
        assert all(re.match(r"data/study\.yaml:\d+: \S", each.where) for each in fault.findings), fault.lines()


WHERE = "where: {variable: first_infusion, comparator: NE, value: null}"
DRAWN = "  drawn_at: {rule: visit_window, dataset: laboratory, label: Visit, date: drawn}\n"
BEFORE = "{rule: baseline, dataset: laboratory, label: Before, resolution: 0.1, variable: crp, at: baseline}\n"


@pytest.mark.parametrize(
    ("old", "new", "told", "remedy"),
    [
        (DRAWN, f"  crp_before: {BEFORE}{DRAWN}", "drawn_at is derived below", "move drawn_at above crp_before"),
        ("day: 56, window: [42, 70]", "day: 36501", "from -36500 to 36500 was expected (came: 36501)", "from -36500"),
        ("window: [42, 70]", "window: [-36501, 70]", "from -36500 to 36500", "from -36500"),
        ("first: 0, last: 27", "first: -99999, last: 27", "from -36500 to 36500", "from -36500"),
        ("divide: 2}", "divide: nan}", "a number was expected", "write digits alone"),
        ("divide: 2}", "divide: 1.0e400}", "no number of a study file has more than 15 digits", "as it was measured"),
        ("divide: 2}", 'divide: "1e400"}', "a number was expected", "write digits alone"),
        (WHERE, WHERE.replace("null", "{a: b}"), "or a list of them was expected", "one value, or several"),
        (WHERE, WHERE.replace("null", "[[1]]"), "a list of them was expected", "one value, or several"),
        ("levels: {F: Female, M: Male}", 'levels: {F: Female, M: ""}', "the quotes hold none", "write the M between"),
        ("label: Sex", 'label: "  "', "the quotes hold none", "write the label between the quotes, or take label out"),
        ("file: events.csv", "file: EVENTS", "that ends in .csv", "save the data as a CSV file"),
        ("file: laboratory.csv", "file: Events.csv", "is the file of laboratory already", "name another file"),
        ("file: events.csv", 'file: "..\\\\events.csv"', "the name of a file in data/", "its name alone: events.csv"),
        ("  visit: baseline\n", "  visit: W0\n", "W0 is the code of a visit; its id was expected", "write baseline"),
        ("    rule: jadas\n", "", "rule is missing", "add rule, which takes one of: sum, jadas"),
        ("comparator: NE", "comparater: NE", "comparater is not a key here", "did you mean comparator?"),
        ("value: W8}", "value: Week 8}", "'Week 8' is not a value of visit", "write its code, W8"),
        ("keywords: [juvenile idiopathic arthritis]", "keywords: [7]", "text was expected (came: 7)", 'in quotes: "7"'),
        (
            "variables: [esr, acr30]",
            "variables: [3, acr30]",
            "the name of a column or of a derived",
            "write the name of a",
        ),
        ("visits: [baseline, week8], title", "visits: [W0], title", "W0 is the code of a visit", "write baseline"),
        (
            "endpoints: [acr30_week8]",
            "endpoints: [[a]]",
            "the id of an endpoint was expected (came: [a])",
            "the id of an",
        ),
        (
            "id: tbl-shift, kind: shift",
            "id: shift, kind: shift",
            "the id of a display is tbl- or fig-",
            "write id: tbl-shift",
        ),
        (
            "id: tbl-shift, kind: shift",
            "id: Plot, kind: forest",
            "the id of a display is tbl- or fig-",
            "write id: fig-plot",
        ),
        (
            "[{method: proportion}]",
            "[{method: clopper-pearson}]",
            "there is no method named",
            "did you mean proportion?",
        ),
        (
            "{method: rate_ratio}",
            "{method: fisher}",
            "for another kind of endpoint, an event by arm",
            "fisher_by_period",
        ),
        (
            "variables: [event_day, emergent]",
            "variables: event_day",
            "a list was expected",
            "write variables: [event_day]",
        ),
        (
            "periods: {before: early, after: late, until: left_on}",
            "periods: early",
            "a section with keys",
            "{before: ..., after: ...}",
        ),
        (
            "abbreviations: {JADAS-71: Juvenile Arthritis Disease Activity Score in 71 joints}",
            "abbreviations: JADAS-71",
            "a section with keys",
            'abbreviations: {CI: "confidence interval"}',
        ),
    ],
)
def test_a_fault(tmp_path: Path, old: str, new: str, told: str, remedy: str) -> None:
    """One finding, and no other that only follows from it."""
    (fault,) = found(tmp_path, (old, new))
    assert told in fault.message and remedy in fault.remedy, fault


@pytest.mark.parametrize("odd", ["\x00", "\x85", "\u2028", "\u2029", "\ufffe"])
def test_a_character_that_no_editor_shows(tmp_path: Path, odd: str) -> None:
    text = single(("  randomised: false\n", f"{odd}  randomised: false\n"))
    fault = refused(tmp_path, text)
    line = text[: text.index(odd)].count("\n") + 1
    assert fault.message.startswith(f"data/study.yaml:{line}: U+{ord(odd):04X}") and "take it out" in fault.remedy


def test_visits_that_are_derived_and_not_declared(tmp_path: Path) -> None:
    text = single()
    start = text.index("\nvisits:\n") + 1
    (fault,) = refused(tmp_path, text[:start] + text[text.index("derivations:\n") :]).findings
    assert fault.where.endswith(": derivations.drawn_at.rule") and "no visit is declared" in fault.message


def test_what_follows_from_a_fault_is_not_told(tmp_path: Path) -> None:
    """A list is not too short for its faulty entry, a misspelled key is not missing: three faults, three findings."""
    faults = found(
        tmp_path,
        ('{name: "A. Author"', "{naem: x"),
        ("- {id: cells,", "- {id: Cells,"),
        ('  title: "Inf', '  titel: "Inf'),
    )
    assert [fault.where.partition(": ")[2] for fault in faults] == [
        "study.titel", "authors.1.naem", "design.arms.Cells.id",
    ]  # fmt: skip


def test_a_missing_key_beside_an_unknown_one_is_told(tmp_path: Path) -> None:
    """Only the key that was meant is left out."""
    faults = found(tmp_path, ('  title: "Inf', '  colour: "Inf'), ("  short_title: ", "  short_titel: "))
    assert {fault.message for fault in faults} == {
        "title is missing", "colour is not a key here", "short_titel is not a key here",
    }  # fmt: skip


def test_the_known_names_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    (fault,) = found(tmp_path, ("{variable: sex, show: [F]}", "{variable: qqq}"))
    assert fault.remedy.startswith("one of: participant, screening_number, born, sex, disease_duration, ")


def test_a_study_knows_its_lines(tmp_path: Path) -> None:
    """For findings that only the data show; they do not make two studies unlike, a comment more or less."""
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / STUDY
    path.write_text(single(), encoding="utf-8")
    study = study_file.read(tmp_path)
    line = single()[: single().index("- {method: hodges")].count("\n") + 1
    told = "endpoints.jadas71_week8.methods.hodges_lehmann.decimals"
    assert study.where("endpoints", 0, "methods", 1, "decimals") == f"data/study.yaml:{line}: {told}"
    path.write_text("# first\n" + single(), encoding="utf-8")
    again = study_file.read(tmp_path)
    assert again == study and again.where("disposition", 1) != study.where("disposition", 1)


@pytest.mark.parametrize(
    ("name", "known", "remedy"),
    [
        ("ers", ["age", "esr"], "did you mean esr?"),
        ("A4", ["a4", "us-letter"], "did you mean a4?"),
        (">=", ["GT", "GE"], "did you mean GE?"),
        ("colour", ["column", "label"], "one of: column, label"),
        (
            "writing",
            ["writing_original_draft", "methodology", "writing_review_editing"],
            "did you mean writing_original_draft or writing_review_editing?",
        ),
        (72, ["71", "27"], "one of: 71, 27"),
        ("wilcoxon", ["fisher_by_period", "signed_rank_by_period"], "did you mean signed_rank_by_period?"),
        ("wilcoxon", ["signed_rank", "change"], "did you mean signed_rank?"),
        ("Post hoc", ["protocol", "data_driven"], "did you mean data_driven?"),
        ("x", [], "nothing of the kind is declared; declare it, or take this out"),
    ],
)
def test_the_nearest_name(name: object, known: list[str], remedy: str) -> None:
    assert among(name, known) == remedy


def test_no_name_is_the_nearest_of_itself() -> None:
    assert nearest("esr", ["esr"]) == ""


BROKEN = {  # a file that cannot be read: the line that is at fault, and what is said
    'a:\n  b: 1\n  c "x"\n  d: 2\n': (3, 'write c: "x"'),
    "a:\n  file assess\n  part: x\n": (2, "write file: assess"),
    "a:\n  file:assess\n  part: x\n": (2, "write file: assess"),
    'a:\n  b: "x\n  c: 2\n  d: "y"\n': (2, 'write " at the end'),
    'a: "x\nb: 1\n': (1, 'write " at the end'),
    "a:\n - {b: [1, 2}\nc: 1\n": (2, "write ] after the last"),
    "a:\n - {b: 1\n\nc:\n  d: 1\n": (2, "write } after the last"),
    "a: {b: 1\n": (1, "write } after the last"),
    "a:\n \tb: 1\n": (2, "ordinary blanks"),
    "a:\n  b: 1\n  \tc: 1\n": (3, "ordinary blanks"),
    "a: %x\n": (1, 'in quotes: "%x"'),
    "a: @x\n": (1, 'in quotes: "@x"'),
    "a: `x`\n": (1, 'in quotes: "`x`"'),
    "a: ? b\n": (1, 'in quotes: "? b"'),
    "a: *\n": (1, 'in quotes: "*"'),
    "a: 1\n---\nb: 1\n": (2, "take the line out"),
    "a: 1\n...\nb: 2\n": (2, "take the line out"),
    "a: 1\n- b\n": (2, "take the - out"),
    "a:\n  - b\n  c: 1\n": (3, "write - before it"),
    "a: - b\n": (1, "on a line of its own"),
    "a: b: c\n": (1, 'in quotes: a: "b: c"'),
    'a: "\\q"\n': (1, "write \\\\"),
    "a: !x y\n": (1, "in quotes"),
    "a: !y!x y\n": (1, "in quotes"),
    "a: ]\n": (1, "take it out"),
    "a: |x\n  b\n": (1, "on the next line"),
    "a:\n  b: 1\n   c: 2\n": (3, "in the same column"),
    "a: 1\n b:\n   c: 1\n": (2, "in the same column"),
    'a: "x" y\n': (1, "between one pair of quotes"),
    "a: 'x\nb: it's\n": (2, "double quotes"),
    "? [a]\n: b\n": (1, "key: value"),
}


@pytest.mark.parametrize("loader", ["SafeLoader", "CSafeLoader"])
@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_yaml(text: str, loader: str) -> None:
    """Both readers of YAML stop with words of their own, none of which is passed on."""
    if not hasattr(yaml, loader):
        pytest.skip("PyYAML without libyaml")
    with pytest.raises(yaml.MarkedYAMLError) as caught:
        yaml.load(text, Loader=getattr(yaml, loader))
    line, told, remedy = yaml_faults.told(text, caught.value)
    at, wanted = BROKEN[text]
    assert (line, wanted in remedy) == (at, True), (line, told, remedy)
    assert caught.value.problem not in f"{told} {remedy}" and "cannot be read from this line on" not in told


def test_a_reader_that_says_something_new_is_not_quoted() -> None:
    mark = yaml.Mark("", 0, 2, 0, None, 0)
    line, told, remedy = yaml_faults.told(
        "a: 1\nb: 2\nc: 3\n", yaml.MarkedYAMLError(problem="xyzzy", problem_mark=mark)
    )
    assert line == 3 and "xyzzy" not in told + remedy and "the line above" in remedy
