"""The statistical methods in words, drawn from the analyses: each test and choice, its level, and by what software.

The sentences are rows of the results, written where the method is; here they are only put together. Endpoints that
were analysed alike are named once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.text import Text, fill, join, words
from report.paper.wording import listed
from report.study.data import within_a_sentence
from report.study.endpoints import Boundaries, Endpoint, Estimand
from report.study.model import Study

STRATEGIES = {
    "treatment_policy": "treatment policy",
    "hypothetical": "hypothetical",
    "composite": "composite",
    "while_on_treatment": "while on treatment",
    "principal_stratum": "principal stratum",
}


def paragraphs(study: Study, results: Results, style: Style) -> list[Text]:
    """Return the paragraphs of the section on statistics: the description, each kind of endpoint, levels, software."""
    told = [*_described(results, style), *_of_endpoints(study, results, style)]
    last = join([*_decided(study, results, style), *_levels(results, style), software(results)])
    return [*told, last]


def _described(results: Results, style: Style) -> Iterator[Text]:
    """Yield how the participants were described, where the analysis says it."""
    for row in results.select(analysis_id="baseline", stat_name="sentence"):
        yield numbers.text(row, style)


def _of_endpoints(study: Study, results: Results, style: Style) -> Iterator[Text]:
    """Yield a paragraph for the endpoints that were analysed by the same sentences, named where there are others."""
    alike: dict[tuple[str, ...], list[Endpoint]] = {}
    for endpoint in study.endpoints:
        said = tuple(str(row.stat) for row in sentences(endpoint, results))
        alike.setdefault(said, []).append(endpoint)
    for endpoints in alike.values():
        told = join(numbers.text(row, style) for row in sentences(endpoints[0], results))
        named = fill("{labels}: ", labels=listed([words(each.label) for each in endpoints]))
        yield named + told if len(alike) > 1 else told


def sentences(endpoint: Endpoint, results: Results) -> list[Row]:
    """Return the rows of an endpoint's sentences, each once, in the plan's order; that of its subgroups last."""
    analyses = [f"{endpoint.id}.{use.name}" for use in endpoint.methods] + [f"{endpoint.id}.subgroups"]
    rows = [row for name in analyses for row in results.select(analysis_id=name, stat_name="sentence")]
    return list({row.stat: row for row in reversed(rows)}.values())[::-1]


def _decided(study: Study, results: Results, style: Style) -> Iterator[Text]:
    """Yield which test was planned to decide, at which level, and how several are taken together."""
    for plan in study.multiplicity:
        yield numbers.text(results.one(analysis_id=f"multiplicity.{plan.id}", stat_name="sentence"), style)
    for endpoint in study.endpoints:
        if endpoint.confirmatory is not None:
            alpha = f"{endpoint.confirmatory.alpha:g}"
            yield words(
                f"The confirmatory test of {within_a_sentence(endpoint.label)} has a two-sided level of {alpha} "
                f"({endpoint.confirmatory.source})."
            )
            yield from _boundaries(endpoint.confirmatory.boundaries)


def _boundaries(plan: Boundaries | None) -> Iterator[Text]:
    """Yield the looks of a group-sequential plan, at which share of the information, and their boundaries."""
    if plan is not None:
        looks = "; ".join(f"{100 * look.information:g}% of the information, P = {look.p:g}" for look in plan.looks)
        yield words(
            f"The trial has {len(plan.looks)} looks with boundaries of {plan.spending} ({plan.software}; two-sided): "
            f"{looks}. This is look {plan.look}."
        )


def _levels(results: Results, style: Style) -> Iterator[Text]:
    """Yield the level of the intervals, where one holds for all; each endpoint's table tells it anyway."""
    rows = [row for row in results if row.stat_name == "conf.level" and row.stat is not None]
    shown = {numbers.text(row, style).plain: row for row in rows}
    if len(shown) == 1:
        yield fill("Confidence intervals are at the {level} level.", level=numbers.text(rows[0], style))


NAMED = {"trialpress": "trialpress", "python": "Python", "numpy": "NumPy", "pandas": "pandas", "scipy": "SciPy",
         "pyreadstat": "pyreadstat"}  # fmt: skip


def programs(results: Results) -> Text:
    """Return the programs and versions that computed the results, those of results that were read in among them."""
    used = results.header["software"]
    read_in = (each["software"] for each in results.header.get("read_in", {}).values())
    others = {name: version for software in read_in for name, version in software.items()}
    shown = {**{said: used[name] for name, said in NAMED.items() if name in used}, **others}
    return words(", ".join(f"{name}\u00a0{version}" for name, version in shown.items()))


def software(results: Results) -> Text:
    """Return the sentence that names the programs and their versions."""
    return fill("Results were computed with {programs}.", programs=programs(results))


def estimand(study: Study, endpoint: Endpoint) -> Text:
    """Return an endpoint's estimand in ICH E9(R1)'s five attributes, as a sentence; nothing where none is declared."""
    declared = endpoint.estimand
    if declared is None:
        return Text()
    pattern = (
        "The estimand for {label} is the {summary} of {variable}, comparing {treatment}, in {population}. {events}"
    )
    parts = {
        "label": words(within_a_sentence(endpoint.label)),
        "summary": words(within_a_sentence(declared.summary)),
        "variable": words(within_a_sentence(declared.variable)),
        "treatment": words(within_a_sentence(declared.treatment)),
        "population": words(within_a_sentence(study.populations[endpoint.population].label)),
    }
    return fill(pattern, events=words(_events(declared)), **parts)


def _events(declared: Estimand) -> str:
    told = [f"{each.event} ({STRATEGIES[each.strategy]})" for each in declared.intercurrent_events]
    return f"Intercurrent events: {'; '.join(told)}." if told else "No intercurrent events were declared."


def estimands(study: Study, only: Sequence[str] = ()) -> list[Text]:
    """Return the sentence of every declared estimand, or of those of some endpoints."""
    chosen = [each for each in study.endpoints if not only or each.id in only]
    return [told for each in chosen if (told := estimand(study, each))]
