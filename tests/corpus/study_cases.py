"""Broken study files: kinds of fault by section, and faults that only one place can have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.corpus import outcome_cases
from tests.corpus.changes import STUDY, Case, Change, edited, removed, whole

Which = Literal["single", "parallel"]


@dataclass(frozen=True)
class Place:
    """A key of the study file with what stands before and after it; a block's key begins a line, another is inline."""

    name: str
    before: str
    key: str
    value: str
    after: str = "\n"
    required: bool = True
    study: Which = field(default="single", kw_only=True)

    @property
    def entry(self) -> str:
        return f"{self.key}: {self.value}"

    @property
    def next(self) -> str:
        """What parts the entry from another one beside it."""
        return ", " if self.after != "\n" else "\n" + self.before.rpartition("\n")[2]

    def with_entry(self, entry: str) -> Change:
        return edited(self.before + self.entry + self.after, self.before + entry + self.after)

    def with_value(self, value: str) -> Change:
        return self.with_entry(f"{self.key}: {value}".rstrip())

    def without(self) -> Change:
        old = self.before + self.entry + self.after
        new = self.before + self.after.removeprefix(", ") if self.after != "\n" else self.before.rstrip(" ")
        return edited(old, new)


PLACES = (
    Place("study", "\n  ", "short_title", '"Infusions in JIA"'),
    Place("journal", "journal: {", "style", "rheumatology_oxford", ", ", required=False),
    Place("authors", "- {", "name", '"A. Author"', ", affil"),
    Place("design", "\n  ", "randomised", "false"),
    Place("arms", "- {id: cells, ", "label", '"Stromal cells"', ", "),
    Place("datasets", "\n    ", "file", "assessments.csv"),
    Place("columns", "      esr: {", "type", "integer", ", "),
    Place("visits", "- {id: week8, label: Week 8, ", "code", "W8", ", "),
    Place("derivations-jadas", "\n    ", "joints", "71"),
    Place("derivations-age", "label: Age, ", "birth", "born", ", "),
    Place("derivations-sum", "label: Joints, terms: [{", "column", "active_joints", "}"),
    Place("derivations-period", "periods: {early: {label: Early, ", "first", "0", ", "),
    Place("populations", "  treated:\n    ", "label", "Participants with at least one infusion"),
    Place("conditions", "where: {variable: first_infusion, ", "comparator", "NE", ", "),
    Place("disposition", "  - id: completed\n    ", "label", "Assessed at week 8"),
    Place("baseline", "baseline:\n  ", "population", "treated"),
    Place("endpoints", "    role: primary\n    ", "specified_in", "protocol"),
    Place("estimand", "    estimand:\n      ", "treatment", '"one infusion"'),
    Place("methods", "      - {", "method", "signed_rank", ", "),
    Place("safety", "safety:\n  dataset: events\n  population: treated\n  ", "term", "term"),
    Place("individual-data", "{display: true, ", "ground", '"invented rows"', "}"),
    Place("displays", "  - {id: fig-flow, kind: flow, ", "title", '"Flow of participants"', "}"),
)  # fmt: skip


def misspelled(key: str) -> str:
    """Return a key with its last two letters exchanged, as it happens in typing."""
    return key[:-2] + key[-1] + key[-2]


KINDS: dict[str, Callable[[Place], Change]] = {
    "unknown-key": lambda place: place.with_entry(f"colour: blue{place.next}{place.entry}"),
    "misspelled-key": lambda place: place.with_entry(f"{misspelled(place.key)}: {place.value}"),
    "missing-key": lambda place: place.without(),
    "nothing-after-key": lambda place: place.with_value(""),
}
SOME: dict[str, tuple[Callable[[Place], Change], tuple[str, ...]]] = {
    "list-for-one": (lambda place: place.with_value("[one, other]"),
                     ("study", "authors", "design", "columns", "derivations-jadas", "derivations-period", "conditions",
                      "endpoints", "safety")),
    "section-for-one": (lambda place: place.with_value("{one: other}"),
                        ("journal", "datasets", "columns", "visits", "populations", "baseline", "endpoints")),
    "key-twice": (lambda place: place.with_entry(f"{place.entry}{place.next}{place.key}: other"),
                  ("study", "columns", "derivations-jadas", "endpoints", "displays")),
    "quote-unclosed": (lambda place: place.with_value(f'"{place.value.strip(chr(34))}'),
                       ("study", "datasets", "arms", "endpoints", "displays")),
    "tab-for-blanks": (lambda place: place.with_entry(f"\t{place.entry}"), ("study", "design", "endpoints")),
    "colon-forgotten": (lambda place: place.with_entry(f"{place.key} {place.value}"),
                        ("study", "datasets", "columns", "endpoints")),
    "blank-after-colon-forgotten": (lambda place: place.with_entry(f"{place.key}:{place.value.strip(chr(34))}"),
                                    ("study", "datasets", "columns", "endpoints")),
    "one-blank-too-many": (lambda place: place.with_entry(f" {place.entry}"), ("study", "datasets", "endpoints")),
    "reference-to-another-part": (lambda place: place.with_value("*other"), ("study", "columns", "endpoints")),
    "colon-within-text": (lambda place: place.with_value("Infusions: a study"), ("study", "populations", "disposition")),
    "reordering-character": (lambda place: place.with_value('"a\u202eb"'), ("study", "populations", "displays")),
    "number-for-text": (lambda place: place.with_value("7"), ("study", "authors", "datasets", "populations", "safety")),
}  # fmt: skip


def by_section() -> Iterator[Case]:
    """Yield the kinds that every section can have."""
    for kind, make in KINDS.items():
        for place in PLACES:
            if kind != "missing-key" or place.required:
                yield Case(f"{kind}/{place.name}", place.study, (make(place),))
    by_name = {place.name: place for place in PLACES}
    for kind, (make, names) in SOME.items():
        for name in names:
            yield Case(f"{kind}/{name}", "single", (make(by_name[name]),))


DERIVED = "\nderivations:\n"
ARM = '- {id: cells, label: "Stromal cells", short: "Cells"}'
WHERE = "where: {variable: first_infusion, comparator: NE, value: null}"
SEX = "sex: {type: category, label: Sex, levels: {F: Female, M: Male}, required: true}"
BORN = "born: {type: date, identifier: true, required: true}"
ESR = "esr: {type: integer, label: Erythrocyte sedimentation rate, unit: mm/h, range: [0, 200]}"
WEEK8 = "- {id: week8, label: Week 8, code: W8, day: 56, window: [42, 70]}"
AUTHOR = "corresponding: true, roles: [methodology]"
BLOCK_ENDPOINT = "    visit: week8\n    against: baseline\n"

# kind: place: what stands there, what is written instead
OTHER: dict[str, dict[str, tuple[str, str]]] = {
    "not-of-the-list": {
        "study-data-status": ("data_status: dummy", "data_status: dumy"),
        "journal-paper": ("paper: a4", "paper: A4"),
        "journal-style": ("style: rheumatology_oxford", "style: rheumatology"),
        "authors-roles": ("roles: [methodology]", "roles: [writing]"),
        "design-kind": ("  kind: single_arm", "  kind: single-arm"),
        "design-randomised": ("randomised: false", "randomised: partly"),
        "datasets-separator": ("    file: laboratory.csv\n", "    file: laboratory.csv\n    format: {separator: ;}\n"),
        "datasets-date-format": ("    file: laboratory.csv\n", "    file: laboratory.csv\n    format: {date: dd.mm.yyyy}\n"),
        "columns-type": ("      esr: {type: integer", "      esr: {type: float"),
        "derivations-rule": ("    rule: jadas\n", "    rule: jadass\n"),
        "derivations-joints": ("joints: 71\n", "joints: 72\n"),
        "derivations-improvement": ("improvement: 30", "improvement: 40"),
        "derivations-divide": ("divide_patient_global: 10", "divide_patient_global: 100"),
        "conditions-comparator": ("comparator: NE", "comparator: '>='"),
        "disposition-id": ("  - id: completed\n", "  - id: finished\n"),
        "baseline-summary": ("{variable: age, summary: [median_range]}", "{variable: age, summary: [median_iqr]}"),
        "baseline-show": ("show: [F]", "show: [Female]"),
        "endpoints-role": ("role: primary", "role: main"),
        "endpoints-specified-in": ("specified_in: protocol", "specified_in: SAP"),
        "endpoints-direction": ("    direction: lower_is_better\n", "    direction: lower is better\n"),
        "estimand-strategy": ("strategy: treatment_policy", "strategy: treatment policy"),
        "methods-method": ("method: signed_rank", "method: wilcoxon"),
        "methods-zeros": ("zeros: drop", "zeros: keep"),
        "displays-kind": ("kind: courses", "kind: spaghetti"),
        "language": ("language: en-GB", "language: English"),
        "format": ("format: 2", "format: 3"),
    },
    "name-of-nothing": {
        "authors-affiliation": ("affiliations: [site]", "affiliations: [sight]"),
        "design-start-dataset": ("start: {dataset: participants", "start: {dataset: participant"),
        "design-start-column": ("column: first_infusion", "column: first_infusoin"),
        "datasets-participant": ("    file: events.csv\n    participant: participant", "    file: events.csv\n    participant: patient"),
        "datasets-visit": ("    visit: visit\n", "    visit: week\n"),
        "datasets-record": ("record: drawn", "record: drawn_on"),
        "datasets-date": ("    date: date\n", "    date: day\n"),
        "columns-not-before": ("not_before: consented", "not_before: consent"),
        "visits-code": ("code: W8", "code: W9"),
        "derivations-age": ("birth: born", "birth: birth_date"),
        "derivations-jadas": ("    esr: esr\n", "    esr: ers\n"),
        "derivations-baseline-at": ("at: baseline}", "at: basline}"),
        "derivations-change": ("baseline: jadas71_before}\n  jadas71_percent", "baseline: jadas71_base}\n  jadas71_percent"),
        "derivations-category": ("label: Activity, variable: jadas71,", "label: Activity, variable: jadas17,"),
        "derivations-sum": ("{column: active_joints}", "{column: actve_joints}"),
        "derivations-condition": ("{variable: jadas71_change, comparator", "{variable: jadas_change, comparator"),
        "derivations-acr": ("    inflammation: esr", "    inflammation: crp"),
        "derivations-window": ("label: Visit, date: drawn", "label: Visit, date: date"),
        "derivations-emergent": ("label: Emergent, onset: onset", "label: Emergent, onset: began"),
        "derivations-dataset": ("study_day, dataset: events", "study_day, dataset: event"),
        "populations-dataset": ("    dataset: participants\n    where", "    dataset: patients\n    where"),
        "conditions-variable": (WHERE, WHERE.replace("first_infusion", "infusion")),
        "conditions-level": ("comparator: EQ, value: W8", "comparator: EQ, value: week8"),
        "disposition-population": ("infusion, population: treated", "infusion, population: safety"),
        "disposition-dataset": ("count: {dataset: participants}", "count: {dataset: people}"),
        "baseline-population": ("baseline:\n  population: treated", "baseline:\n  population: all"),
        "baseline-visit": ("  visit: baseline\n  variables", "  visit: screening\n  variables"),
        "baseline-variable": ("{variable: disease_duration, summary", "{variable: duration, summary"),
        "endpoints-variable": ("    variable: jadas71\n", "    variable: jadas_71\n"),
        "endpoints-visit": ("    visit: week8\n", "    visit: W8\n"),
        "endpoints-population": ("    population: treated\n    visit", "    population: itt\n    visit"),
        "safety-dataset": ("safety:\n  dataset: events", "safety:\n  dataset: adverse_events"),
        "safety-column": ("  onset: onset", "  onset: start"),
        "displays-endpoint": ("    endpoint: jadas71_week8\n    title", "    endpoint: jadas71\n    title"),
    },
    "name-that-is-none": {
        "datasets": ("  laboratory:\n", "  Laboratory results:\n"),
        "columns": ("      esr: {type", "      ESR: {type"),
        "visits": ("- {id: week8", "- {id: 8weeks"),
        "displays": ("id: fig-flow", "id: flow"),
        "displays-table": ("id: tbl-jadas71", "id: table-jadas71"),
    },
    "wrong-type": {
        "columns-not-before": ("number: {type: integer", "number: {type: integer, not_before: onset"),
        "datasets-participant": ("      participant: {type: text, required: true}\n      screening", "      participant: {type: integer, required: true}\n      screening"),
        "datasets-date": ("    date: date\n", "    date: esr\n"),
        "design-start": ("column: first_infusion", "column: sex"),
        "derivations-age": ("birth: born", "birth: sex"),
        "derivations-sum": ("{column: active_joints}", "{column: visit}"),
        "conditions-value": (WHERE, "where: {variable: disease_duration, comparator: GE, value: long}"),
        "conditions-comparator": (WHERE, "where: {variable: sex, comparator: GT, value: F}"),
        "conditions-date": (WHERE, "where: {variable: consented, comparator: GT, value: 1-2-2013}"),
        "baseline-variable": ("{variable: sex, show: [F]}", "{variable: consented}"),
        "baseline-summary": ("{variable: sex, show: [F]}", "{variable: sex, summary: [mean_sd]}"),
        "endpoints-variable": ("    variable: jadas71\n", "    variable: visit\n"),
        "safety-onset": ("  onset: onset", "  onset: term"),
        "methods-confidence": ("confidence: 0.95", "confidence: 95%"),
        "visits-day": ("day: 56", "day: week 8"),
        "visits-day-fraction": ("day: 56", "day: 56.5"),
        "visits-window": ("window: [42, 70]", "window: 42-70"),
        "visits-window-one": ("window: [42, 70]", "window: [42]"),
        "columns-range": ("range: [0, 200]", "range: 0-200"),
        "columns-range-three": ("range: [0, 200]", "range: [0, 100, 200]"),
        "columns-levels-list": ("levels: {F: Female, M: Male}", "levels: [F, M]"),
        "study-data-cutoff": ("data_cutoff: 2016-12-31", "data_cutoff: 31-12-2016"),
        "study-protocol-date": ("date: 2012-11-05", "date: 2012-13-05"),
        "study-keywords": ("keywords: [juvenile idiopathic arthritis]", "keywords: juvenile idiopathic arthritis"),
        "authors-orcid": ("0000-0002-1825-0097", "0000-0002-1825-0098"),
        "authors-not-a-list": (f"  - {{name: \"A. Author\", affiliations: [site], orcid: 0000-0002-1825-0097, {AUTHOR}}}", "  A. Author"),
        "derivations-where": ("where: {variable: jadas71_change, comparator: LE, value: -5}", "where: jadas71_change <= -5"),
    },
    "out-of-bounds": {
        "study-data-cutoff": ("data_cutoff: 2016-12-31", "data_cutoff: 1916-12-31"),
        "columns-resolution-zero": ("range: [0, 18], resolution: 0.1", "range: [0, 18], resolution: 0"),
        "columns-resolution-fine": ("range: [0, 18], resolution: 0.1", "range: [0, 18], resolution: 0.00000001"),
        "columns-resolution-integer": (ESR, ESR.replace("range", "resolution: 0.5, range")),
        "columns-range": ("range: [0, 200]", "range: [200, 0]"),
        "visits-window": ("window: [42, 70]", "window: [57, 70]"),
        "visits-window-turned": ("window: [42, 70]", "window: [70, 42]"),
        "derivations-breaks": ("breaks: [4.5, 10.5]", "breaks: [10.5, 4.5]"),
        "derivations-levels": ("levels: {low: Low, some: Moderate, high: High}", "levels: {low: Low, high: High}"),
        "derivations-within-days": ("within_days: 90", "within_days: -1"),
        "derivations-periods": ("late: {label: Late, first: 28", "late: {label: Late, first: 27"),
        "derivations-prorate": ("label: Joints, terms", "label: Joints, prorate_from: 3, terms"),
        "derivations-divide": ("divide: 2}", "divide: 0}"),
        "methods-confidence": ("confidence: 0.95", "confidence: 95"),
        "methods-decimals": ("- {method: change}\n", "- {method: change, decimals: 9}\n"),
        "endpoints-visits-turned": (BLOCK_ENDPOINT, "    visit: baseline\n    against: week8\n"),
    },
    "empty": {
        "authors": (f"authors:\n  - {{name: \"A. Author\", affiliations: [site], orcid: 0000-0002-1825-0097, {AUTHOR}}}", "authors: []"),
        "arms": (f"arms:\n    {ARM}", "arms: []"),
        "methods": ("    methods:\n      - {method: change}\n      - {method: hodges_lehmann, arguments: {confidence: 0.95}}\n      - {method: signed_rank, arguments: {zeros: drop}}", "    methods: []"),
        "levels": ("levels: {F: Female, M: Male}", "levels: {}"),
        "source": ('source: "protocol 2.0, section 8"', 'source: ""'),
        "ground": ('ground: "invented rows"', 'ground: ""'),
        "status-note": ('status_note: "invented rows"', 'status_note: ""'),
        "terms": ("terms: [{column: active_joints}, {column: limited_joints, divide: 2}]", "terms: []"),
        "reason": (', note: "number not given"', ""),
        "label": ("label: Sex", 'label: ""'),
        "title": ('title: "Infusions in juvenile idiopathic arthritis: an invented single-arm study"', 'title: ""'),
        "file": ("file: laboratory.csv", 'file: ""'),
        "condition": (WHERE, "where: {}"),
        "condition-value": (WHERE, "where: {variable: first_infusion, comparator: NE}"),
    },
    "both-of-two": {
        "derivations-esr-crp": ("    esr: esr\n", "    esr: esr\n    crp: esr\n"),
        "datasets-visit-record": ("    visit: visit\n", "    visit: visit\n    record: date\n"),
        "columns-levels-in-number": (ESR, ESR.replace("range", "levels: {a: A}, range")),
        "columns-range-in-category": (SEX, SEX.replace("levels", "range: [0, 1], levels")),
        "disposition-sources": ("infusion, population: treated", "infusion, reported: treated, population: treated"),
        "endpoints-event-visit": (BLOCK_ENDPOINT, BLOCK_ENDPOINT + "    event: W8\n"),
        "endpoints-neither": (BLOCK_ENDPOINT, ""),
        "design-allocation": ("  randomised: false\n", "  randomised: false\n  allocation: {dataset: participants, column: sex}\n"),
        "design-arms": (ARM, f"{ARM}\n    - {{id: other, label: Other}}"),
        "displays-endpoint": ("kind: flow, title", "kind: flow, endpoint: jadas71_week8, title"),
        "conditions-and-not": (WHERE, WHERE.replace("value: null", "value: null, not: {variable: sex, comparator: EQ, value: F}")),
        "individual-data": ("{display: true,", "{display: false,"),
    },
    "name-twice": {
        "visits-id": ("- {id: week8", "- {id: baseline"),
        "visits-code": ("code: W8", "code: W0"),
        "disposition-id": ("  - id: completed\n", "  - id: enrolled\n"),
        "displays-id": ("id: fig-jadas71", "id: fig-flow"),
        "baseline-variable": ("{variable: disease_duration, summary", "{variable: age, summary"),
        "methods": ("- {method: change}\n", "- {method: change}\n      - {method: change}\n"),
        "derivations-column": ("  counts: {rule: sum", "  esr: {rule: sum"),
        "datasets-file": ("file: laboratory.csv", "file: events.csv"),
    },
    "named-a-person": {
        "baseline-variable": ("{variable: sex, show: [F]}", "{variable: born}"),
        "conditions-variable": (WHERE, WHERE.replace("first_infusion", "born")),
        "derivations-input": ("on: first_infusion}", "on: born}"),
        "design-start": ("column: first_infusion", "column: born"),
    },
    "does-not-fit": {
        "derivations-jadas-scale": ("divide_patient_global: 10\n", "divide_patient_global: 1\n"),
        "derivations-order": ("variable: jadas71, at: baseline", "variable: jadas71_change, at: baseline"),
        "derivations-window": ("rule: visit_window, dataset: laboratory, label: Visit, date: drawn", "rule: visit_window, dataset: assessments, label: Visit, date: date"),
        "derivations-no-start": ("  start: {dataset: participants, column: first_infusion}\n", ""),
        "disposition-by-arm": ("infusion, population: treated", "infusion, by_arm: true, population: treated"),
        "disposition-box": ("  - id: completed\n", "  - id: randomised\n"),
        "baseline-without-visit": ("  visit: baseline\n  variables", "  variables"),
        "baseline-many-rows": ("{variable: sex, show: [F]}", "{variable: serious}"),
        "displays-kind": ("    kind: outcome_change\n", "    kind: outcome_binary\n"),
        "displays-method": ("      - {method: signed_rank, arguments: {zeros: drop}}\n", ""),
        "methods-kind": ("method: signed_rank, arguments: {zeros: drop}", "method: fisher"),
        "methods-argument": ("zeros: drop", "ties: drop"),
        "design-kind": ("  kind: single_arm", "  kind: parallel"),
        "displays-id": ("id: fig-jadas71", "id: tbl-courses"),
    },
    "number-that-is-none": {
        "visits-day-many-digits": ("day: 56", f"day: {'9' * 30}"),
        "visits-window-far": ("window: [42, 70]", "window: [42, 99999999]"),
        "derivations-term-nan": ("divide: 2}", "divide: .nan}"),
        "conditions-many-digits": (WHERE, f"where: {{variable: disease_duration, comparator: GE, value: {'9' * 400}}}"),
    },
    "word-for-a-list": {
        "authors-affiliations": ("affiliations: [site]", "affiliations: site"),
        "baseline-summary": ("{variable: age, summary: [median_range]}", "{variable: age, summary: median_range}"),
        "baseline-show": ("show: [F]", "show: F"),
        "derivations-breaks": ("breaks: [4.5, 10.5]", "breaks: 4.5"),
        "methods-word": ("- {method: change}\n", "- change\n"),
        "methods-arguments": ("arguments: {confidence: 0.95}", "arguments: 0.95"),
        "methods-argument-outside": ("arguments: {confidence: 0.95}", "confidence: 0.95"),
        "registrations": ("    - {registry: EudraCT, id: 2012-000000-10}", "    - EudraCT 2012-000000-10"),
        "conditions-in": (WHERE, "where: {variable: sex, comparator: IN, value: F}"),
        "conditions-list": (WHERE, "where: [first_infusion, NE, null]"),
    },
    "outside-the-folder": {
        "datasets-file-above": ("file: laboratory.csv", "file: ../secret.csv"),
        "datasets-file-absolute": ("file: laboratory.csv", "file: /etc/hostname"),
    },
}  # fmt: skip
ELSEWHERE = {  # what the message must name, where that is not the changed line or its section
    "outside-the-folder/datasets-file-above": "data/study.yaml",
    "outside-the-folder/datasets-file-absolute": "data/study.yaml",
    "name-twice/datasets-file": "data/study.yaml",
    "does-not-fit/derivations-no-start": "derivations.drawn_at",
    "does-not-fit/displays-method": "displays.tbl-jadas71.endpoint",
    "does-not-fit/parallel-arms-level-without-arm": "design.arms",
    "does-not-fit/parallel-allocation-not-required": "design.allocation.column",
}

PARALLEL: dict[str, dict[str, tuple[str, str]]] = {
    "name-of-nothing": {
        "arms-code": ("code: 0_placebo", "code: placebo"),
        "arms-reference": ("reference: placebo", "reference: sham"),
        "allocation-column": ("column: rx}", "column: arm}"),
        "endpoints-event": ("event: 1_yes", 'event: "yes"'),
        "disposition-reported": ("not_received, label: Did not receive, by_arm: true, reported: not_received", "not_received, label: Did not receive, by_arm: true, reported: not_given"),
        "disposition-difference": ("difference: [allocated, not_received]", "difference: [allocated, notreceived]"),
        "reported-file": ("reported: reported.csv", "reported: report.csv"),
        "methods-interval": ("interval: miettinen_nurminen", "interval: wald"),
    },
    "name-twice": {
        "arms-code": ("code: 0_placebo", "code: 1_indomethacin"),
        "arms-id": ("- {id: placebo, label", "- {id: indomethacin, label"),
        "reasons-code": ("code: ineligible", "code: declined"),
    },
    "missing-key": {
        "design-allocation": ("  allocation: {dataset: patients, column: rx}\n", ""),
        "design-reference": ("  reference: placebo\n", ""),
        "methods-interval": (", arguments: {interval: miettinen_nurminen}", ""),
    },
    "does-not-fit": {
        "arms-level-without-arm": ("0_placebo: Placebo}", "0_placebo: Placebo, 2_other: Other}"),
        "allocation-not-required": ("0_placebo: Placebo}, required: true}", "0_placebo: Placebo}}"),
        "disposition-not-by-arm": ("label: Allocated, by_arm: true", "label: Allocated"),
        "design-single": ("  kind: parallel", "  kind: single_arm"),
        "endpoints-change": ("    event: 1_yes\n", "    visit: a\n    against: b\n"),
    },
}  # fmt: skip


def by_fault() -> Iterator[Case]:
    """Yield the faults that each have places of their own."""
    yield from _of_table("single", OTHER, "")
    yield from _of_table("parallel", PARALLEL, "parallel-")
    yield from _of_table("single", outcome_cases.SINGLE, "")
    yield from _of_table("parallel", outcome_cases.PARALLEL, "parallel-")


def _of_table(study: Which, table: dict[str, dict[str, tuple[str, str]]], prefix: str) -> Iterator[Case]:
    for kind, places in table.items():
        for name, (old, new) in places.items():
            case = f"{kind}/{prefix}{name}"
            yield Case(
                case, study, (edited(old, new),), place={**ELSEWHERE, **outcome_cases.ELSEWHERE}.get(case, "line")
            )


LATIN = '  short_title: "Étude"\n'.encode("latin-1")


def _with(old: bytes, new: bytes, told: str = "") -> Change:
    def make(content: bytes) -> bytes:
        assert content.count(old) == 1
        return content.replace(old, new)

    return Change(STUDY, make, told)


TITLE = b'  short_title: "Infusions in JIA"\n'
WHOLE: dict[str, Change] = {
    "missing": removed(STUDY),
    "empty": whole(STUDY, "", "the file is empty"),
    "comment-only": whole(STUDY, "# to be written\n"),
    "list": whole(STUDY, "- format: 2\n- study: x\n"),
    "words": whole(STUDY, "the study of infusions\n"),
    "latin-1": _with(TITLE, LATIN),
    "utf-16": Change(STUDY, lambda content: content.decode().encode("utf-16"), "saved as UTF-16"),
    "nul": _with(TITLE, b'  short_title: "a\x00b"\n'),
    "word-document": whole(STUDY, b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xff\xfe", "saved by a word processor"),
    "no-data-sets": Change(STUDY, lambda content: content[: content.index(b"  start: {dataset")] + b"datasets: {}\npopulations: {}\n", "all that comes after the arms is taken out, and there stands: datasets: {}, populations: {}"),
    "two-documents": _with(b"\nvisits:\n", b"\n---\nvisits:\n"),
    "bracket-unclosed": _with(b"window: [42, 70]}", b"window: [42, 70}"),
    "brace-unclosed": _with(b"day: 56, window: [42, 70]}", b"day: 56, window: [42, 70]"),
    "section-outdented": _with(b"\nvisits:\n", b"\n visits:\n"),
    "tag": _with(TITLE, b"  short_title: !!python/object:os.system x\n"),
    "deep": _with(TITLE, b"  short_title: " + b"[" * 3000 + b"]" * 3000 + b"\n", "short_title is a list in a list, 3000 deep"),
    "digits": _with(b"day: 56", b"day: " + b"9" * 5000, "day: 56 has become a number of 5000 digits"),
    "key-is-a-list": _with(TITLE, TITLE + b"  ? [a, b]\n  : c\n"),
    "merge-key": _with(TITLE, TITLE + b"  <<: {title: x}\n"),
    "typographic-quotes": _with(b'ground: "invented rows"}', "ground: “invented rows, all of them”}".encode()),
    "non-breaking-blank": _with(b"  randomised: false\n", "\u00a0\u00a0randomised: false\n".encode()),
    "percent-begins": _with(b'"Flow of participants"', b"%flow"),
    "section-is-text": _with(b"\njournal: {style: rheumatology_oxford, paper: a4}\n", b"\njournal: rheumatology_oxford\n"),
    "visits-are-a-section": _with(b"  - {id: baseline, label: Baseline, code: W0, day: 0, window: [-14, 0]}\n  - {id: week8, ", b"  baseline: {label: Baseline, code: W0, day: 0}\n  week8: {"),
}  # fmt: skip
OF_FILE = {
    "no-data-sets",
    "missing",
    "empty",
    "comment-only",
    "list",
    "words",
    "utf-16",
    "word-document",
    "latin-1",
    "nul",
}


def of_the_file() -> Iterator[Case]:
    """Yield study files that are no study files, or no YAML."""
    for name, change in WHOLE.items():
        yield Case(f"study-file/{name}", "single", (change,), place="data/study.yaml" if name in OF_FILE else "line")


def cases() -> list[Case]:
    """Return all cases of the study file."""
    return [*of_the_file(), *by_section(), *by_fault()]
