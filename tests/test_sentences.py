"""What templates may call: parts, intervals, p beside its floor, words of direction, captions; holes and reasons."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report.ard import Results, Row, Stat
from report.errors import ResultsError, TemplateError
from report.paper import manuscript
from report.paper.made import Made
from report.paper.sentences import Sentences
from report.paper.styles import STYLES
from report.paper.text import Piece
from report.study import file as study_file
from report.study.model import Study
from tests.corpus.changes import HERE

B = "\u00a0"  # a blank at which no line ends


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Study]:
    made = {}
    for name in ("single", "parallel"):
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(HERE / name, folder / "data")
        made[name] = study_file.read(folder)
    return made


def row(analysis: str, stat: str, value: Stat, format_key: str = "count", **columns: str) -> Row:
    """Return a row; its id has the columns that tell it apart, and ``query`` or ``reason`` as they are."""
    told_apart = [columns.get(key, "") for key in ("variable_level", "group1_level", "visit")]
    result_id = ".".join(filter(None, [analysis, *told_apart, stat]))
    given: dict[str, Any] = {"variable": "x", "context": "test", "method": "by hand", **columns}
    return Row(
        result_id=result_id, analysis_id=analysis, stat_name=stat, stat_label=stat, stat=value, format_key=format_key, **given
    )  # fmt: skip


Says = Callable[..., Sentences]


@pytest.fixture
def says(studies: dict[str, Study]) -> Says:
    def over(*rows: Row, style: str = "rheumatology_oxford", study: str = "single") -> Sentences:
        return Sentences(studies[study], Results({}, rows), STYLES[style], {})

    return over


FELL = (row("jadas.change", "n_fell", 4), row("jadas.change", "N_pairs", 6))


def test_a_part_is_two_results_that_stay_on_a_line(says: Says) -> None:
    text = says(*FELL).part("jadas.change", "n_fell", "N_pairs")
    assert text.plain == f"4{B}of{B}6"
    assert text.results == (Piece("4", "jadas.change.n_fell"), Piece("6", "jadas.change.N_pairs"))


@pytest.mark.parametrize("of", [{"query": "Q7"}, {"reason": "nobody was seen"}])
@pytest.mark.parametrize("unknown", [0, 1])
def test_a_part_of_what_is_not_known_stands_alone(says: Says, of: dict[str, str], unknown: int) -> None:
    rows = list(FELL)
    rows[unknown] = row("jadas.change", rows[unknown].stat_name, None, **of)
    text = says(*rows).part("jadas.change", "n_fell", "N_pairs")
    assert text.plain == ("[open query Q7]" if "query" in of else "not estimable (nobody was seen)")
    assert [piece.result_id for piece in text.results] == [rows[unknown].result_id]


def test_a_part_is_chosen_as_a_value_is(says: Says) -> None:
    rows = [
        row("a.shift", stat, n, variable_level=level) for level, n in (("raised", 3), ("not", 1)) for stat in ("n", "N")
    ]
    assert says(*rows).part("a.shift", "n", "N", level="raised").plain == f"3{B}of{B}3"
    with pytest.raises(ResultsError, match="2 results match"):
        says(*rows).part("a.shift", "n", "N")


def test_each_value_of_a_participant_is_printed_by_analysis_and_name(says: Says) -> None:
    """Rows of a narrative name a participant, and nothing has to be chosen."""
    single = {"group1": "participant", "group1_level": "P4", "context": "individual", "disclosure": "individual"}
    rows = [
        row("narrative.mas", "weeks", 7, "fixed:0", **single),
        row("narrative.mas", "serious", "Yes", "text", **single),
    ]
    assert [says(*rows).value("narrative.mas", name).plain for name in ("weeks", "serious")] == ["7", "Yes"]


def proportion(**of: str) -> list[Row]:
    """0 of 6 by Clopper and Pearson: the upper limit is 1 - 0.025 ** (1 / 6)."""
    high = None if of else 1 - 0.025 ** (1 / 6)
    low = None if of else 0.0
    limits = [
        row("reaction.proportion", "conf.low", low, "percent:6", **of),
        row("reaction.proportion", "conf.high", high, "percent:6", **of),
    ]
    return [*limits, row("reaction.proportion", "conf.level", 0.95, "level")]


@pytest.mark.parametrize(
    ("style", "expected"),
    [("rheumatology_oxford", f"95%{B}CI:{B}0%,{B}46%"), ("nejm", f"95%{B}CI,{B}0%{B}to{B}45.9%"), ("lancet", f"95%{B}CI{B}0%–46%")],
)  # fmt: skip
def test_an_interval_alone_is_named_and_has_no_brackets(says: Says, style: str, expected: str) -> None:
    text = says(*proportion(), style=style).interval("reaction.proportion")
    assert text.plain == expected
    assert [piece.result_id.rpartition("conf.")[2] for piece in text.results] == ["level", "low", "high"]


def test_an_interval_that_rests_on_a_query_is_a_hole(says: Says) -> None:
    assert says(*proportion(query="Q2, Q5")).interval("reaction.proportion").plain == "[open queries Q2, Q5]"


@pytest.mark.parametrize(("unit", "shown"), [("", "7.8 ("), ("points", f"7.8{B}points ("), ("%", "7.8% (")])
def test_a_unit_stands_between_an_estimate_and_its_interval(says: Says, unit: str, shown: str) -> None:
    rows = [
        row("a.b", name, value, "points:1")
        for name, value in (("estimate", 0.0779), ("conf.low", 0.0244), ("conf.high", 0.1323))
    ]
    text = says(*rows, row("a.b", "conf.level", 0.95, "level"), style="nejm").estimate("a.b", unit=unit)
    assert text.plain == f"{shown}95%{B}CI,{B}2.4{B}to{B}13.2)"


def test_the_result_of_all_arms_is_asked_for_by_no_arm(says: Says) -> None:
    rows = [row("population.all", "n", 9), row("population.all", "n", 4, group1="arm", group1_level="a")]
    assert says(*rows).value("population.all", "n", arm="").plain == "9"
    with pytest.raises(ResultsError, match="2 results match"):
        says(*rows).value("population.all", "n")


def signed_rank(p: Stat, *, floor: Stat = 0.03125, n: int = 6, key: str = "p", **of: str) -> list[Row]:
    test = "jadas.signed_rank"
    return [row(test, "p.value", p, key, **of), row(test, "p.floor", floor, "p_exact", **of), row(test, "n_used", n)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # six pairs, all falling: 2 of 64 signings are as extreme
        (signed_rank(0.03125, key="p_exact"), f"P{B}={B}0.03125, the smallest value that 6{B}differences allow"),
        (signed_rank(0.15625), f"P{B}={B}0.16 (at the smallest 0.03125 with 6{B}differences)"),
        (signed_rank(1.0, floor=1.0, n=1), f"P{B}>{B}0.99, the smallest value that 1{B}difference allows"),
        (signed_rank(0.5, floor=0.5, n=2), f"P{B}={B}0.50, the smallest value that 2{B}differences allow"),
        (signed_rank(None, reason="all differences are zero", n=0), f"P{B}not estimable (all differences are zero)"),
        (signed_rank(None, query="Q3"), f"P{B}[open query Q3]"),
        (signed_rank(0.15625, floor=None), f"P{B}={B}0.16"),
    ],
)  # fmt: skip
def test_p_beside_its_floor(says: Says, rows: list[Row], expected: str) -> None:
    assert says(*rows).p_and_floor("jadas.signed_rank").plain == expected


def test_p_and_its_floor_carry_their_ids_and_follow_the_style(says: Says) -> None:
    text = says(*signed_rank(0.15625), style="nejm").p_and_floor("jadas.signed_rank")
    assert text.plain == f"P=0.16 (at the smallest 0.03125 with 6{B}differences)"
    assert text.results == (
        Piece("=0.16", "jadas.signed_rank.p.value"), Piece("0.03125", "jadas.signed_rank.p.floor"), Piece("6", "jadas.signed_rank.n_used"),
    )  # fmt: skip


ARM = {"group1": "arm", "group1_level": "indomethacin"}
REDUCTION, FISHER = "pancreatitis.risk_reduction", "pancreatitis.fisher"
WORDS = {"rose": "less frequent", "fell": "more frequent", "same": "as frequent"}


def compared(reduction: float, *decided: Row) -> list[Row]:
    return [
        row(REDUCTION, "estimate", reduction, "points:1", **ARM),
        row(FISHER, "p.value", 0.005, "p", **ARM),
        *decided,
    ]


def significant(value: Stat, **of: str) -> Row:
    return row(FISHER, "significant", value, "text", **{**ARM, **of})


@pytest.mark.parametrize(
    ("rows", "expected", "ids"),
    [
        (compared(0.0779, significant(True)), "significantly less frequent", ["significant", "estimate"]),
        (compared(-0.0779, significant(True)), "significantly more frequent", ["significant", "estimate"]),
        (compared(0.0779, significant(False)), "less frequent", ["estimate"]),
        (compared(0.0779), "less frequent", ["estimate"]),  # the test was not planned to decide
        (compared(0.0779, significant(None, query="Q1")), "less frequent", ["estimate"]),
        (compared(0.0779, significant(True, group1_level="other")), "less frequent", ["estimate"]),
        (compared(0.0, significant(True)), "as frequent", ["estimate"]),
    ],
)
def test_only_the_planned_test_makes_a_word_significant(
    says: Says, rows: list[Row], expected: str, ids: list[str]
) -> None:
    text = says(*rows, study="parallel").moved(REDUCTION, "estimate", arm="indomethacin", significant=FISHER, **WORDS)
    assert text.plain == expected and [piece.result_id.rpartition(".")[2] for piece in text.results] == ids


def test_without_asking_nothing_is_significant(says: Says) -> None:
    say = says(*compared(0.0779, significant(True)), study="parallel")
    assert say.moved(REDUCTION, "estimate", arm="indomethacin", **WORDS).plain == "less frequent"
    assert (
        say.moved(REDUCTION, "estimate", significant=FISHER, **WORDS).plain == "significantly less frequent"
    )  # one arm has it


@pytest.mark.parametrize(
    ("analysis", "more", "told"),
    [
        (REDUCTION, {"significant": "pancreatitis.fischer"}, "pancreatitis.fischer does not decide on pancreatitis.risk_reduction"),
        ("bleeding.risk_reduction", {"significant": FISHER}, "pancreatitis.fisher does not decide on bleeding.risk_reduction"),
        ("pancreatitis.subgroup_gender", {"significant": FISHER}, "does not decide on pancreatitis.subgroup_gender"),
        (REDUCTION, {"significant": FISHER, "level": "1_female"}, "does not decide on pancreatitis.risk_reduction at level 1_female"),
    ],
)  # fmt: skip
def test_a_test_decides_on_no_other_comparison(says: Says, analysis: str, more: dict[str, str], told: str) -> None:
    found = row(analysis, "estimate", 0.1, "points:1", **ARM, variable_level=more.get("level", ""))
    say = says(found, significant(True), study="parallel")
    with pytest.raises(TemplateError, match=told) as caught:
        say.moved(analysis, "estimate", arm="indomethacin", **more)
    assert "pancreatitis.fisher" in caught.value.remedy or "has none here" in caught.value.remedy


def test_a_test_that_decides_on_several_arms_asks_for_one(says: Says) -> None:
    both = [row(FISHER, "significant", True, "text", group1="arm", group1_level=arm) for arm in ("a", "b")]
    say = says(row(REDUCTION, "estimate", 0.1, "points:1"), *both, study="parallel")
    with pytest.raises(TemplateError, match="decides on several comparisons"):
        say.moved(REDUCTION, "estimate", significant=FISHER)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda say: say.moved("a.b", "c", fell="fell in six children"), "says six, and no row does"),
        (lambda say: say.moved("a.b", "c", rose="rose by 5 points"), "says 5, and no row does"),
        (lambda say: say.moved("a.b", "c", same="stayed the same in half"), "says half, and no row does"),
        (lambda say: say.moved("a.b", "c", rose="rose significantly"), "speaks of significance"),
        (lambda say: say.estimate("a.b", unit="points in 6 children"), "says 6, and no row does"),
    ],
)  # fmt: skip
def test_words_given_to_a_function_hold_no_result(says: Says, call: Callable[[Sentences], Any], told: str) -> None:
    rows = [
        row("a.b", "c", 1.0),
        *(row("a.b", name, 1.0) for name in ("estimate", "conf.low", "conf.high", "conf.level")),
    ]
    with pytest.raises(TemplateError, match=told):
        call(says(*rows))


def test_words_given_to_a_function_may_name_what_the_study_file_names(says: Says) -> None:
    assert (
        says(row("a.b", "c", -1.0))
        .moved("a.b", "c", fell="fell at week 8, clinically significant")
        .plain.startswith("fell at")
    )


def test_the_sentences_of_all_methods_or_of_one(says: Says) -> None:
    uses = ("change", "hodges_lehmann", "shift")
    say = says(*(row(f"esr_week8.{name}", "sentence", f"By {name}.", "text") for name in uses))
    assert say.methods("esr_week8").plain == "By change. By hodges_lehmann. By shift."
    assert say.methods("esr_week8", only="shift").plain == "By shift."
    with pytest.raises(TemplateError, match="esr_week8 has no method named shfit") as caught:
        say.methods("esr_week8", only="shfit")
    assert caught.value.remedy == "it has: change, hodges_lehmann, shift"


def test_a_result_is_of_a_period_or_of_an_arm(says: Says) -> None:
    rows = [
        row("safety.events_by_period", "n_event", n, group1="period", group1_level=name)
        for name, n in (("early", 3), ("late", 1))
    ]
    assert says(*rows).value("safety.events_by_period", "n_event", period="late").plain == "1"
    with pytest.raises(TemplateError, match="of an arm and of a period"):
        says(*rows).value("safety.events_by_period", "n_event", period="late", arm="cells")


def caption(studies: dict[str, Study], name: str, title: str, *notes: str, alt: str = "") -> str:
    study = studies["single"]
    displays = [d.model_copy(update={"title": title, "notes": notes} if d.id == name else {}) for d in study.displays]
    changed = study.model_copy(
        update={"displays": tuple(displays), "abbreviations": {"ESR": "sedimentation rate", "WB": "well-being"}}
    )
    say = Sentences(changed, Results({}, []), STYLES["plain"], {name: Made(name, False, (), alt)})
    opening, told, closing = say.display(name).markdown.split("\n\n")
    assert (opening, closing) == (f'::: {{#{name} tree="displays/{name}.json"}}', ":::")
    return told.replace("\\", "")


@pytest.mark.parametrize(
    ("name", "title", "notes", "alt", "expected"),
    [
        ("fig-flow", "Flow of participants", (), "", "Flow of participants"),
        ("fig-flow", "Courses", ("Bars, median", "Lines, people."), "", "Courses. Bars, median. Lines, people."),
        ("fig-flow", "Who came?", ("All.",), "", "Who came? All."),
        ("fig-flow", "The WB", (), "ESR of P1: 7", "The WB. ESR, sedimentation rate; WB, well-being."),
        ("fig-flow", "Courses.", ("Median ESR.",), "", "Courses. Median ESR. ESR, sedimentation rate."),
        ("tbl-visits", "The WB", ("A note.",), "ESR", "The WB"),  # a table's notes stand in its foot
    ],
)
def test_a_figures_notes_and_abbreviations_follow_its_title(
    studies: dict[str, Study], name: str, title: str, notes: tuple[str, ...], alt: str, expected: str
) -> None:
    assert caption(studies, name, title, *notes, alt=alt) == expected


def test_a_template_that_calls_them_is_filled(studies: dict[str, Study], tmp_path: Path) -> None:
    """Through Jinja, as an author writes it, with the ids of every row in the source."""
    (tmp_path / "templates").mkdir()
    text = '{{ part("jadas.change", "n_fell", "N_pairs") }}; {{ p_and_floor("jadas.signed_rank") }} in [6 weeks]{.protocol}'
    (tmp_path / "templates" / "10-a.qmd.j2").write_text(text, encoding="utf-8")
    results = Results({}, [*FELL, *signed_rank(0.15625), row("queries.open", "n", 0)])
    made = manuscript.write(tmp_path, studies["single"], results, STYLES["rheumatology_oxford"], {}, {})
    assert made.source.endswith(" in [6 weeks]{.protocol}\n")
    printed = [(mark.piece.result_id, mark.piece.text) for mark in made.placed]
    assert printed == [
        ("jadas.change.n_fell", "4"), ("jadas.change.N_pairs", "6"), ("jadas.signed_rank.p.value", f"={B}0.16"),
        ("jadas.signed_rank.p.floor", "0.03125"), ("jadas.signed_rank.n_used", "6"),
    ]  # fmt: skip
