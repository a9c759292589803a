"""No result is typed by hand: what is refused in a template's own text, what may stand there, and what is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from report.ard import Results
from report.errors import Finding, TemplateError
from report.paper import manuscript, typed
from report.publish import engine
from report.publish.blocks import Document
from report.publish.engine import Engine
from report.publish.extract import read
from report.study import file as study_file
from report.study.model import Study
from tests.corpus.changes import HERE
from tests.manuscripts import write_build

NAME = "templates/10-text.qmd.j2"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A small study, with JADAS-71, Week 8 and a registration among its names."""
    folder = tmp_path_factory.mktemp("study")
    shutil.copytree(HERE / "single", folder / "data")
    return study_file.read(folder)


def refused(study: Study, **templates: str) -> TemplateError | None:
    """Return what is said of templates, by name; None where nothing is."""
    environment = manuscript._environment({}, [])
    try:
        typed.refuse({f"templates/{name}.qmd.j2": text for name, text in templates.items()}, environment, study)
    except TemplateError as told:
        return told
    return None


def findings(study: Study, text: str) -> list[Finding]:
    told = refused(study, **{"10-text": text})
    return list(told.findings) if told else []


def held(study: Study, text: str) -> list[str]:
    """Return what is said to be typed by hand in a template, line by line."""
    return [finding.message.partition(" typed by hand: ")[0] for finding in findings(study, text)]


TYPED = {  # a template, and what is typed there by hand
    # digits
    "Of 6 children": "6", "(n=6)": "6", "(n = 6)": "6", "a change of −19 mm": "19", "P<0.05": "0.05", "9.2% of them": "9.2%",
    "9.2 % of them": "9.2", "4 to 18 years": "4, 18", "4–18 years": "4–18", "4-18 years": "4-18", "1,234 children": "1,234",
    "on 1 March 2013": "1, 2013", "on 2013-03-01": "2013-03-01", "on 3/4/2013": "3/4/2013", "6 and 6 of 7": "6, 7",
    "P1 and P2": "P1, P2", "anti-IL-6": "6", "24h": "24h", "½ of them": "½", "phase Ⅲ": "Ⅲ", "10⁹ cells": "10⁹", "٣ children": "٣",
    # words
    "Of six children": "six", "SIX children": "SIX", "Sixteen children": "Sixteen", "zero events": "zero", "one child": "one",
    "twenty-one children": "twenty-one", "one hundred and five": "one hundred and five", "two dozen": "two dozen",
    "hundreds of them": "hundreds", "2 million cells": "2, million", "half of them": "Half".lower(), "twice as often": "twice",
    "thrice": "thrice", "None died.": "None", "none of the children": "none", "no one": "one", "a twofold rise": "twofold",
    "a ten-fold rise": "ten", "two-thirds": "two", "ninety": "ninety", "thirty\nfive of them": "thirty five",
    # where they stand
    "# Results of 6 children": "6", "## Twelve weeks {.unnumbered}": "Twelve", "- six of them\n- others": "six",
    "1. six of them\n2. others": "six", "**six** of them": "six", "*6*": "6", "> six of them": "six", "`6` of them": "6",
    "| Arm | n |\n|-----|---|\n| A   | 7 |\n": "7", "A  B\n-- --\nx  7\n": "7", ": Six children {#tbl-x}": "Six",
    "<b>6</b> of them": "6", "[^1]\n\n[^1]: six of them": "six", "$n = 6$": "6", "[six of them](https://a.org)": "six",
    "12. Children of this age": "12", "The age was\n1. Children": "1", "text ending in\n12. And more": "12",
    "see https://a.org/7 or 6 others": "6", "[@cole2015; 6 of them]": "6", "&#54; of them": "6", "&frac12; of them": "½",
    # beside and within what Jinja fills
    '{{ value("a", "b") }}6': "6", "6{{ x }}": "6", "{% if true %}six{% endif %} of them": "six", "a{% if x %}b{% else %}six{% endif %}": "six",
    "{% raw %}6{% endraw %}": "6", "{## 7 ##}6": "6",
    # names of the study file, and no more
    "week 80": "80", "at week 8.5": "8.5", "in week 8% of": "8%", "weeks 8": "8", "week 8–12": "8–12", "week 8 to 12": "12", "JADAS-711": "711",
    "JADAS-71 fell by 6": "6", "XJADAS-71": "71", "2012-000000-101": "2012-000000-101", "week\n\n8": "8",
    "at week [2]{.protocol} 8 children": "8", "at [week](https://a.org) 8": "8", "week {{ x }} 8": "8",
    # what declares nothing
    "[6]{.foo}": "6", '[6]{.result data-result="a.b"}': "6", "[6]": "6", "6{.dose}": "6", "[6] {.dose}": "6", "[6]{dose}": "6",
    "[6\n\nof them]{.dose}": "6", r"\[6\]{.dose}": "6", r"\[a\](x6)": "x6", "[a]{.dose} 6": "6", "6 [a]{.dose}": "6", "[6]{.doses}": "6",
    "::: {.dose}\n6\n:::": "6", '[6]{title=".dose"}': "6", "[a 6] [b]{.dose}": "6",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TYPED.items())
def test_a_number_typed_by_hand_is_refused(study: Study, text: str, expected: str) -> None:
    assert held(study, text) == [expected]


ALLOWED = [
    # what is declared
    *(f"[6]{{.{kind}}} of them" for kind in typed.KINDS),
    "[4 to 18 years]{.eligibility}", "[4 to\n18 years]{.eligibility}", "[2&nbsp;million per kg]{.dose}", "[six]{.dose #a lang=en}",
    "[a **6** and [b]{.x} of 7 @cole2015]{.dose}", "[6]{.x .dose}", "[$\\alpha = 0.05$]{.method}", "| A | [7]{.instrument} |",
    "# [Phase 1b]{.protocol} {#sec-6}", "- [six]{.dose}", "[6 and {{ x }}]{.dose}", "[0 to 10 (6 \\[sic\\])]{.instrument}",
    # what is not printed, or not by the template
    "{## 6 six\nsix ##}", '{{ value("x6.n", "six", visit="week8") }}', "{% if 6 > 5 %}a{% endif %}", "{% set six = 6 %}a",
    "<!-- 6\nsix -->", "[@cole2015]", "@cole2015 said", "[-@cole2015; see @b2020_x6, p. 12; @c:2020-b]", "@tbl-1a and [-@fig-2]",
    "[text](https://a.org/6)", '[text](x6 "a title of 6")', "<https://a.org/2013/6>", "see https://a.org/2013", "doi:10.1000/6",
    "a6@b6.org", "[text]{#a6 .six data-n=6}", "# A title {#sec-6 .six}", "::: {#x-6 .six}\ntext\n:::", "::: six\ntext\n:::",
    "a&nbsp;b&#160;c&#x2009;d", "Text.[^1]\n\n[^1]: More.", '<span id="a6">text</span><br/>', "[a]: https://a.org/6 'of 6'",
    # lists count their items
    "1. the first", "1. a\n2. b\n3. c", "(1) a\n(2) b", "  1. a\n\n  2. b", "Text.\n\n1. a\n   more\n2. b",
    # words that count nothing
    "first, second and third", "someone, everyone, oneself, nonetheless", "tension, sixteenth, weight, often", "none the less",
    "one another", "two-sided and one-sided", "its half-life", "m² and kg/m²", "a single-arm, double-blind trial", "once",
    # names of the study file
    "JADAS-71", "jadas-71 and (JADAS-71)", "at week 8", "Week\n8.", "week&nbsp;8", "the ESR at week 8, as", "**Week 8**",
    "EudraCT 2012-000000-10", "registered as 2012-000000-10", "early and late", "Participants with at least one infusion",
    "JADAS-71 at {{ x }} week 8",
]  # fmt: skip


@pytest.mark.parametrize("text", ALLOWED)
def test_what_is_no_result_may_be_typed(study: Study, text: str) -> None:
    assert findings(study, text) == []


CLAIMS = {
    "was significant": "significant", "fell Significantly": "Significantly", "not significant": "significant",
    "non-significant": "significant", "nonsignificant": "nonsignificant", "statistically significant": "significant",
    "[significantly]{.method}": "significantly", "# A significant fall": "significant", "was clinically\n\nsignificant": "significant",
    "clinically significantly": "significantly", "insignificant": "insignificant", "{{ x }} significant": "significant",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CLAIMS.items())
def test_significance_is_not_typed(study: Study, text: str, expected: str) -> None:
    (found,) = findings(study, text)
    assert found.code == "typed-claim" and found.message.startswith(f"{expected} typed by hand")


@pytest.mark.parametrize(
    "text",
    [
        "clinically significant", "Clinically\nsignificant bleeding", "clinically&nbsp;significant", "the level of significance",
        '{{ moved("a.b", "c", significant="a.d") }}', "{## significant ##}", "[text](https://a.org/significant)", "signify",
    ],
)  # fmt: skip
def test_what_speaks_of_no_test_may_be_typed(study: Study, text: str) -> None:
    assert findings(study, text) == []


def test_every_fault_of_every_template_is_told_at_once(study: Study) -> None:
    first = "{## a comment\nof two lines ##}\n# Results\n\nOf 6 children enrolled,\nfour received a\nfirst infusion.\n"
    second = "{% if true %}\n{% endif %}\n\nThe score fell significantly in all 6.\n"
    told = refused(study, **{"40-results": first, "50-discussion": second, "60-more": "Nothing.\n"})
    assert told is not None and "\n".join(told.lines()) == (
        "templates/40-results.qmd.j2:5: 6 typed by hand: “Of 6 children enrolled,” [typed-number]\n"
        "templates/40-results.qmd.j2:6: four typed by hand: “6 children enrolled, four received a first” [typed-number]\n"
        "templates/50-discussion.qmd.j2:4: significantly typed by hand: “The score fell significantly in all 6.” [typed-claim]\n"
        "templates/50-discussion.qmd.j2:4: 6 typed by hand: “significantly in all 6.” [typed-number]\n"
        "4 lines say by hand what only a result can say\n"
        '-> print a number as a result, {{ value("analysis", "statistic") }}, or declare what it is: [6]{.dose}, .protocol, '
        ".eligibility, .reference, .instrument or .method; and let the planned test say it, "
        '{{ moved("endpoint.method", "statistic", significant="endpoint.test") }}; '
        'only "clinically significant" is written by hand'
    )


def test_ten_lines_are_shown_of_many(study: Study) -> None:
    told = refused(study, **{"10-text": "one more\n" * 12})
    assert told is not None and len(told.findings) == 10 and "12 lines say by hand" in told.message
    assert "the first 10 are shown" in told.message and [f.where for f in told.findings][::9] == [
        f"{NAME}:1",
        f"{NAME}:10",
    ]


def test_what_is_found_on_one_line_is_told_once(study: Study) -> None:
    text = (
        "The children were aged 4 to 18 years, and a longer part of this sentence parts them from the 6 others in it."
    )
    (found,) = findings(study, text)
    assert found.message == (
        "4, 18, 6 typed by hand: “The children were aged 4 to 18 years, and a longer”, “parts them from the 6 others in it.”"
    )


def test_a_label_that_is_a_number_names_nothing(study: Study) -> None:
    """Otherwise a level or a column called 6 would let every 6 pass."""
    visits = [
        visit.model_copy(update={"label": label}) for visit, label in zip(study.visits, ("6", "Six"), strict=True)
    ]
    assert held(study.model_copy(update={"visits": tuple(visits)}), "Of 6 children, six") == ["6, six"]


def write(folder: Path, study: Study, text: bytes) -> str:
    """Return what is said when a manuscript is written of one template; nothing of it is computed."""
    (folder / "templates").mkdir()
    (folder / "templates" / "10-text.qmd.j2").write_bytes(text)
    (folder / "templates" / "part.md").write_text("Of six children.")  # no template, and not searched
    with pytest.raises(TemplateError) as caught:
        manuscript.write(folder, study, Results({}, []), None, {}, {})  # type: ignore[arg-type]
    return "\n".join(caught.value.lines())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"Of six children.\n\n{{ nothing }}\n", f"{NAME}:1: six typed by hand: “Of six children.” [typed-number]"),
        (b"\nText {% if %}\n", f"{NAME}:2: Expected an expression"),
        (b"\xff\n", f"{NAME} is not UTF-8 text"),
        (b'\n\n{% include "part.md" %}\n', f"{NAME}:3: there is no template named part.md"),
        ("\na\u202eb\n".encode(), f"{NAME}: U+202E RIGHT-TO-LEFT OVERRIDE changes the reading order; it cannot stand"),
    ],
)
def test_templates_are_read_before_any_is_filled(study: Study, tmp_path: Path, text: bytes, told: str) -> None:
    assert write(tmp_path, study, text).startswith(told)


PLAIN = [
    "Children from 4 to 18 years received 2\u00a0million per kg in phase 1b.",
    "The scale runs from 0 to 10 (see [1]).",
    "Levels of 0.05",
    "six weeks",
]


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    build = write_build(tmp_path_factory.mktemp("declared"), "declared.qmd", title="Declared")
    made = engine.render(build, tmp_path_factory.mktemp("work"), Engine("embedded"))
    return {kind: read(path) for kind, path in made.items()}


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_what_is_declared_is_printed_plainly(declared: dict[str, Document], kind: str) -> None:
    """In a paragraph, a heading, a list and a cell: the words alone, without a class or a bracket."""
    texts = [block.text.replace("\u00a0", " ") for block in declared[kind].blocks]
    for plain in PLAIN:
        assert any(plain.replace("\u00a0", " ") in text for text in texts), (plain, texts)
    assert not any(mark in text for text in texts for mark in ("{", "}", "dose", "eligibility", "method"))
