"""A result in a few plain sentences: what it is, in whom, from which columns, by which method, how it was rounded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from report.ard import Row
from report.paper import numbers
from report.study.model import Study
from report.tracing import denominators, subjects
from report.tracing.lineage import Lineage
from report.tracing.papers import Paper
from report.tracing.phrases import phrase
from report.tracing.subjects import Subject

TABLES = {
    "participants": "participants with an event and without one, by period",
    "days": "events and days without one, by period",
}


@dataclass(frozen=True)
class Explained:
    """A result in words, and the R code that gives it again; without code the reason."""

    result_id: str
    text: str
    sentences: tuple[str, ...]
    r_code: str
    packages: tuple[str, ...]
    to_derive_first: tuple[str, ...]
    no_code_because: str


def explain(paper: Paper, each: Lineage) -> list[str]:
    """Return the sentences on a result."""
    row = paper.results.by_id(each.result_id)
    of = subjects.subject(paper.study, row)
    told = [_what(paper, of, row, each), _whom(paper, of, row, each), _from(each, of), _method(paper, row, of)]
    return [sentence for sentence in (*told, _rounded(each), _standing(each)) if sentence]


def _what(paper: Paper, of: Subject, row: Row, each: Lineage) -> str:
    pattern = phrase(_kind(of), of.use.method if of.use else "", row.stat_name) or f"{each.label} of {{v}}"
    places = _Places(paper.study, of, row, paper)
    told = re.sub(r"\{(\w+)\}", lambda found: places.fill(found[1]), pattern).rstrip()
    head = (
        told if of.kind in ("individual", "narrative") and row.stat_name not in ("n_event", "days") else f"the {told}"
    )
    head = f"{head[0].upper()}{head[1:]}"
    if row.stat is None:
        return f"{head} has no value: {each.missing_because or 'it cannot be estimated'}."
    return f"{head} {'is' if row.format_key == 'text' else 'was'} {value(row, each)}."


def _kind(of: Subject) -> str:
    """Return the kind under which its phrases stand: subgroups have some for each kind of endpoint."""
    compares = of.endpoint.compares if of.kind == "subgroup" and of.endpoint is not None else "event"
    return of.kind if compares == "event" else f"{of.kind}_of_{'times' if compares == 'time' else 'numbers'}"


def value(row: Row, each: Lineage) -> str:
    """Return a result as a sentence says it, with its unit."""
    shown = re.sub(r"^=\s*", "", each.text)
    shown = re.sub(r"^<\s*", "below ", re.sub(r"^>\s*", "above ", shown))
    if row.format_key == "text":
        return {"True": "yes", "False": "no"}.get(shown, f"“{shown}”")
    if row.format_key.startswith("points"):
        return f"{shown}%" if row.unit == "%" else f"{shown} percentage points"
    if not row.unit or row.unit == "proportion":
        return shown
    return f"{shown} (on the scale {row.unit})" if re.fullmatch(r"[\d–-]+", row.unit) else f"{shown} {row.unit}"


class _Places:
    """What fills the open places of a phrase."""

    def __init__(self, study: Study, of: Subject, row: Row, paper: Paper) -> None:
        self.study, self.of, self.row, self.paper = study, of, row, paper

    def fill(self, name: str) -> str:
        """Return the words for a place of a phrase."""
        return str(getattr(self, f"_{name}")())

    def _v(self) -> str:
        reads = self.of.reads
        named = next((each for each in reads if each.name == self.row.variable), reads[0] if reads else None)
        column = self.study.variables(named.dataset).get(named.name) if named else None
        return column.label or self.row.variable if column else self.row.variable

    def _at(self) -> str:
        return f" at {self._visit(self.row.visit)}" if self.row.visit else ""

    def _visit(self, visit: str | None) -> str:
        return self.study.visit(str(visit)).label

    def _earlier(self) -> str:
        return self._visit(self.of.endpoint.against) if self.of.endpoint else ""

    def _later(self) -> str:
        return self._visit(self.of.endpoint.visit) if self.of.endpoint else ""

    def _arm(self) -> str:
        return f" in the arm {self.study.arm(self.row.group1_level).label}" if self.row.group1 == "arm" else ""

    def _versus(self) -> str:
        if self.row.group1 != "arm":
            return "arm against reference"
        ids = [arm.id for arm in self.study.design.arms]  # a pair without the reference has its second arm as a level
        other = self.row.variable_level if self.row.variable_level in ids else str(self.study.design.reference)
        arms = (self.row.group1_level, other)
        return " against ".join(self.study.arm(name).label for name in arms)

    def _level(self) -> str:
        held = [self.study.variables(each.dataset).get(each.name) for each in self.of.reads]
        known = (
            column.levels[self.row.variable_level]
            for column in held
            if column and self.row.variable_level in column.levels
        )
        return next(known, self.row.variable_level)

    def _event(self) -> str:
        endpoint = self.of.endpoint
        if endpoint is None:
            return ""
        column = self.study.column(endpoint.dataset, endpoint.variable)
        level = column.levels.get(str(endpoint.event), str(endpoint.event))
        told = column.label or endpoint.variable
        return told if level.casefold() == "yes" else f"{told}: “{level}”"

    def _outcome(self) -> str:
        return self.of.endpoint.label if self.of.endpoint is not None else ""

    def _conf(self) -> str:
        levels = self.paper.results.select(analysis_id=self.row.analysis_id, stat_name="conf.level")
        return numbers.text(levels[0], self.paper.style).plain if levels else ""

    def _raised(self) -> str:
        return "not raised" if self.row.variable_level == "not_raised" else "raised"

    def _measure(self) -> str:
        measure = str(self.of.use.arguments.get("measure")) if self.of.use is not None else ""
        return {"ratio": "risk ratio", "odds_ratio": "odds ratio"}.get(measure, "risk difference")

    def _period(self) -> str:
        name = self.row.variable_level if self.of.endpoint else self.row.group1_level
        reads = [self.study.variables(each.dataset).get(each.name) for each in self.of.reads]
        return next((column.levels[name] for column in reads if column and name in column.levels), name)

    def _in_period(self) -> str:
        return (
            f" observed in the period “{self._period()}”" if self.row.variable_level else " whose events were counted"
        )

    def _period_of(self) -> str:
        return f" in the period “{self._period()}”" if self.row.group1 == "period" else ""

    def _of_level(self) -> str:
        return f" ({self._v()}: {self._level()})" if self.row.variable_level else ""

    def _table(self) -> str:
        return TABLES[str(self.of.use.arguments["table"])] if self.of.use else ""

    def _population(self) -> str:
        return self.study.populations[self.of.population].label

    def _box(self) -> str:
        return self.row.stat_label

    def _having(self) -> str:
        if self.row.variable_level:
            return f" with a value of {self._v()}"
        return " who should have been assessed" if self.row.analysis_id == "visits.assessed" else ""

    def _counted(self) -> str:
        return (
            "who were assessed" if self.row.analysis_id == "visits.assessed" else f"with {self._v()}: “{self._level()}”"
        )

    def _who(self) -> str:
        return self.row.group1_level


def _whom(paper: Paper, of: Subject, row: Row, each: Lineage) -> str:
    if not of.population or of.kind == "population":
        return ""
    size = paper.results.select(analysis_id=f"population.{of.population}", group1_level="")
    n = f"{numbers.text(size[0], paper.style).plain} participants" if size else "all its participants"
    where = "" if each.population_where == "all rows" else f", those for whom {each.population_where}"
    counted = denominators.in_words(paper, of, row)
    told = f"It is about the population “{each.population_label}” ({n}{where})."
    return f"{told} {counted}" if counted else told


def _from(each: Lineage, of: Subject) -> str:
    if of.kind == "check" or not each.files:
        return ""
    if each.context == "read_in":
        return f"It was read in from {each.files[0].name}, which rests on {' and '.join(_names(each)[1:])}."
    columns = [f"{', '.join(file.columns)} of {file.name}" for file in each.files]
    read = f"It was computed from the column{'s' * (len(each.files[0].columns) > 1)} {' and '.join(columns)}"
    rules = [f"{step.name} is {step.meaning}{_published(step.source)}" for step in each.steps]
    where = f", in rows in which {each.rows_where}" if each.rows_where else ""
    return f"{read}{where}{'; ' if rules else ''}{'; '.join(rules)}."


def _names(each: Lineage) -> list[str]:
    return [file.name for file in each.files]


def _published(source: str) -> str:
    return f" ({source})" if source else ""


def _method(paper: Paper, row: Row, of: Subject) -> str:
    if of.kind == "subgroup" and of.endpoint is not None:
        said = paper.results.select(analysis_id=f"{of.endpoint.id}.subgroups", stat_name="sentence")
    else:
        said = paper.results.select(analysis_id=row.analysis_id, stat_name="sentence")
    if said and row.stat_name != "sentence":
        return str(said[0].stat)
    if of.kind == "difference":
        item = next(each for each in paper.study.disposition if f"disposition.{each.id}" == row.analysis_id)
        labels: dict[str, str] = {each.id: each.label for each in paper.study.disposition}
        whole, part = (labels.get(name, name) for name in item.difference or ("", ""))
        return f"It was not counted: it is the number of “{whole}” minus that of “{part}”."
    if of.kind == "reported":
        return f"It was not counted in the data but taken from a source: {row.method.removeprefix('reported: ')}."
    return "It was counted in the data." if of.kind in ("flow", "population") and row.stat is not None else ""


def _rounded(each: Lineage) -> str:
    if not each.rounding or isinstance(each.value, bool) or not isinstance(each.value, int | float):
        return ""
    if each.format_key == "count":
        return ""
    return f"Computed to all digits it is {each.value!r}; it is printed as “{each.text.strip()}”: {each.rounding}."


def _standing(each: Lineage) -> str:
    return " ".join([f"The data are {each.lock}.", *each.notes])
