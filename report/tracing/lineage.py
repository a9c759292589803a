"""A result followed back: analysis, method, in whom, from which columns of which files, under which lock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from report.ard import DESCRIPTIONS, Row, Stat
from report.lock.record import NAMES
from report.paper import numbers
from report.study.model import Study
from report.tracing import conditions, meanings, rounding, subjects
from report.tracing.finding import Place, places_of
from report.tracing.papers import Paper
from report.tracing.subjects import Subject, Variable

CALLED = {  # what a table's heading needs no words for
    "n": "Number with it", "N": "Of how many", "p": "Share of them", "p.value": "P value", "N_nonmiss": "With a value",
    "N_miss": "Without a value",
}  # fmt: skip
AGAINST = (
    "fisher", "risk_reduction", "risk_ratio", "relative_risk_reduction", "number_needed_to_treat", "mantel_haenszel",
    "risk_difference", "odds_ratio", "chi_squared", "boschloo", "non_inferiority_risk", "equivalence_risk",
    "stratified_risk_difference", "breslow_day", "logistic", "proportional_odds", "mann_whitney_levels",
    "win_probability_levels",
)  # fmt: skip
OF_LEVEL = ("n", "N", "p", "n_event", "N_level")
COUNTS = ("n", "N", "N_pairs", "N_nonmiss", "N_miss", "N_population", "N_level", "n_used", "n_event", "days")
STATUS = {"reconstruction": "a reconstruction", "dummy": "dummy data"}
COMPUTED_WITH = ("trialpress", "python", "numpy", "pandas", "scipy")
REPORTED = ("id", "arm", "value", "source")  # columns of the reported numbers


@dataclass(frozen=True)
class Number:
    """A count of the same analysis: what it counts, and how many."""

    result_id: str
    label: str
    text: str


@dataclass(frozen=True)
class Step:
    """A derived variable on the way to the columns: by which rule, from what, and where the rule is published."""

    name: str
    label: str
    rule: str
    meaning: str
    source: str
    inputs: tuple[str, ...]
    declared: str


@dataclass(frozen=True)
class File:
    """A data file with its fingerprint and the columns of it that the result rests on."""

    name: str
    sha256: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Lineage:
    """All that a result rests on; texts are empty where a result has no such thing."""

    result_id: str
    text: str
    places: tuple[Place, ...]
    statistic: str
    label: str
    value: Stat
    missing_because: str
    unit: str
    format_key: str
    rounding: str
    style: str
    analysis_id: str
    endpoint: str
    role: str
    method: str
    context: str
    variable: str
    level: str
    population: str
    population_label: str
    population_where: str
    rows_where: str
    arm: str
    visit: str
    numbers: tuple[Number, ...]
    steps: tuple[Step, ...]
    files: tuple[File, ...]
    declared: str
    lock: str
    mode: str
    treatment: str
    software: str
    notes: tuple[str, ...]


def follow(paper: Paper, result_id: str) -> Lineage:
    """Return the lineage of a result; ResultsError where there is no such one."""
    row = paper.results.by_id(result_id)
    study = paper.study
    of = subjects.subject(study, row)
    dataset, where = subjects.conditions(study, of.population) if of.population else ("", None)
    chain = Chain(paper)
    unread = _unread(paper)
    for each in _variables(study, of, row):
        if each != unread:
            chain.add(each)
    return Lineage(
        result_id=row.result_id,
        text=numbers.text(row, paper.style).plain,
        places=places_of(paper, result_id),
        statistic=row.stat_name,
        label=called(row),
        value=row.stat,
        missing_because=row.reason or (f"open query {row.query}" if row.query else ""),
        unit=row.unit,
        format_key=row.format_key,
        rounding=rounding.in_words(row, paper.style),
        style=paper.style.name,
        analysis_id=row.analysis_id,
        endpoint=of.endpoint.label if of.endpoint else "",
        role=_role(of),
        method=row.method,
        context=row.context,
        variable=_variable(study, of, row),
        level=_level(study, of, row) if row.stat_name in OF_LEVEL or of.kind == "subgroup" else "",
        population=of.population,
        population_label=study.populations[of.population].label if of.population else "",
        population_where=conditions.in_words(study, dataset, where) if of.population else "",
        rows_where=conditions.in_words(study, of.dataset, of.where) if of.where else "",
        arm=_arm(study, of, row),
        visit=_visit(study, of, row),
        numbers=tuple(_numbers(paper, row, of)),
        steps=tuple(chain.steps),
        files=_files(paper, of, chain.columns, row),
        declared=study.where(*of.declared) if of.declared else "",
        lock=lock_in_words(paper),
        mode=paper.results.header["mode"],
        treatment=paper.results.header["treatment"],
        software=software_in_words(paper),
        notes=tuple(_notes(paper, row)),
    )


def called(row: Row) -> str:
    """Return what a statistic is called where no heading stands above it."""
    return (
        row.stat_label
        if row.stat_label not in ("n", "N", "%", "p", "N non-missing", "N missing")
        else CALLED[row.stat_name]
    )


def _arm(study: Study, of: Subject, row: Row) -> str:
    """Return a row's arm by its label, and the arm that it is compared with."""
    if row.group1 != "arm":
        return ""
    compared = of.use is not None and of.use.method in AGAINST and row.variable_level not in _strata(study, of)
    compared = compared or (of.kind == "subgroup" and row.stat_name not in OF_LEVEL) or row.context == "smd_smd"
    arm = study.arm(row.group1_level).label
    return f"{arm}, compared with {study.arm(str(study.design.reference)).label}" if compared else arm


def _strata(study: Study, of: Subject) -> tuple[str, ...]:
    endpoint = of.endpoint
    if endpoint is None or not endpoint.strata:
        return ()
    return tuple(study.column(study.home_of(endpoint, endpoint.strata), endpoint.strata).levels)


def _role(of: Subject) -> str:
    if of.endpoint is None:
        return ""
    planned = {"data_driven": "chosen after the data were seen", "not_known": "not known whether it was planned"}
    said = planned.get(of.endpoint.specified_in, f"specified in the {of.endpoint.specified_in.replace('_', ' ')}")
    return f"{of.endpoint.role} endpoint, {said}"


def _variable(study: Study, of: Subject, row: Row) -> str:
    if of.kind in ("population", "flow", "reported", "difference", "check"):
        return ""
    if not of.reads:
        return ""
    named = next((each for each in of.reads if each.name == row.variable), of.reads[0])
    return conditions.called(study.variables(named.dataset).get(named.name), named.name)


def _level(study: Study, of: Subject, row: Row) -> str:
    """Return the level of a category that a row counts, by its label."""
    held = [study.variables(each.dataset).get(each.name) for each in of.reads]
    labels = [column.levels[row.variable_level] for column in held if column and row.variable_level in column.levels]
    return labels[0] if labels else row.variable_level


def _visit(study: Study, of: Subject, row: Row) -> str:
    if of.endpoint is not None and of.endpoint.against and row.visit == of.endpoint.visit and of.kind == "endpoint":
        visits = [study.visit(name) for name in (of.endpoint.against, str(of.endpoint.visit))]
        if f".{row.visit}." not in row.result_id.removeprefix(row.analysis_id) + ".":
            return " and ".join(f"{visit.label} ({visit.code})" for visit in visits)
    visit = study.visit(row.visit) if row.visit else None
    return f"{visit.label} ({visit.code})" if visit else ""


def _numbers(paper: Paper, row: Row, of: Subject) -> Iterator[Number]:
    """Yield the counts of a row's analysis; where it has none, those of the endpoint's analyses that count."""
    counts = list(_counts(paper, row, row.analysis_id))
    if not counts and of.endpoint is not None:
        counts = [each for use in of.endpoint.methods for each in _counts(paper, row, f"{of.endpoint.id}.{use.name}")]
    yield from counts


def _counts(paper: Paper, row: Row, analysis: str) -> Iterator[Number]:
    """Yield the counts of an analysis: of a row's arm and level, or of all where the row compares them."""
    for other in paper.results.select(analysis_id=analysis):
        is_whole = analysis != row.analysis_id or row.group1 != "arm"
        of_same = is_whole or other.group1_level in ("", row.group1_level)
        of_level = other.variable_level in ("", row.variable_level) or not row.variable_level
        of_visit = analysis != row.analysis_id or other.visit in ("", row.visit) or row.context != "summary"
        if other.stat_name in COUNTS and of_same and of_level and of_visit and other.result_id != row.result_id:
            arm = f", {paper.study.arm(other.group1_level).label}" if other.group1 == "arm" and is_whole else ""
            yield Number(other.result_id, f"{called(other)}{arm}", numbers.text(other, paper.style).plain)


def _variables(study: Study, of: Subject, row: Row) -> Iterator[Variable]:
    """Yield every variable that decides a result: its own, those of its population, of its arm and of its visit."""
    for part in of.parts:
        yield from _variables(study, part, row)
    yield from of.reads
    yield from subjects.read_by(of.dataset, of.where)
    if of.population:
        yield from subjects.read_by(*subjects.conditions(study, of.population))
    if study.design.allocation is not None and _is_by_arm(of, row):
        yield Variable(study.design.allocation.dataset, study.design.allocation.column)
    for each in {*of.reads, Variable(of.dataset, "")}:
        at = study.visit_variable(each.dataset) if each.dataset and row.visit else None
        if at:
            yield Variable(each.dataset, at)


def _unread(paper: Paper) -> Variable | None:
    """Return the column of the true arms where it was not read: dummies are drawn without it."""
    where = paper.study.design.allocation
    is_dummy = paper.results.header["treatment"] == "dummy"
    return Variable(where.dataset, where.column) if is_dummy and where is not None else None


def _is_by_arm(of: Subject, row: Row) -> bool:
    is_compared = of.kind in ("endpoint", "subgroup") or (of.kind == "baseline" and row.context not in DESCRIPTIONS)
    return (row.group1 == "arm" and of.kind != "reported") or is_compared


class Chain:
    """From variables to the columns that they are made of, through every derivation on the way."""

    def __init__(self, paper: Paper) -> None:
        self.study = paper.study
        self.made = paper.results.header["derivations"]
        self.steps: list[Step] = []
        self.columns: list[Variable] = []

    def add(self, variable: Variable) -> None:
        """Take in a variable: a column as it is, a derived one with all that it is made of."""
        rule = self.study.derivations.get(variable.name)
        if rule is None or rule.dataset != variable.dataset:
            if variable not in self.columns:
                self.columns.append(variable)
            return
        if variable.name in {step.name for step in self.steps}:
            return
        inputs = [Variable(*name.split(".", 1)) for name in self.made.get(variable.name, {}).get("inputs", ())]
        declared = self.study.where("derivations", variable.name)
        told, said = tuple(each.name for each in inputs), meanings.meaning(self.study, variable.name)
        self.steps.append(Step(variable.name, rule.label, rule.rule, said, rule.source, told, declared))
        for each in inputs:
            self.add(each)


def _files(paper: Paper, of: Subject, columns: list[Variable], row: Row) -> tuple[File, ...]:
    """Return the files of these columns, each with the column that names its participants."""
    study, inputs = paper.study, paper.results.header["inputs"]
    named: dict[str, tuple[str, ...]] = {}
    for dataset in dict.fromkeys([each.dataset for each in columns] + ([of.dataset] if of.dataset else [])):
        held = [each.name for each in columns if each.dataset == dataset]
        named[study.datasets[dataset].file] = tuple(dict.fromkeys([*held, study.datasets[dataset].participant]))
    if study.reported and any(each.kind == "reported" for each in (of, *of.parts)):
        named[study.reported] = REPORTED
    named = {name: () for name in _read_in(paper, row)} or named
    return tuple(File(f"data/{name}", inputs.get(f"data/{name}", ""), held) for name, held in named.items())


def _read_in(paper: Paper, row: Row) -> Iterator[str]:
    """Yield the file from which a row was read in, and the data files on which it rests."""
    for name, file in paper.results.header.get("read_in", {}).items():
        if row.context == "read_in" and row.analysis_id in file["analyses"]:
            yield from (each.removeprefix("data/") for each in (name, *file["inputs"]))


def lock_in_words(paper: Paper) -> str:
    """Return under which lock the results were computed."""
    lock = paper.results.header["lock"]
    if lock["state"] == "live":
        return f"live, not locked (fingerprint {lock['fingerprint'][:7]})"
    name = NAMES.get(lock["state"], lock["state"])
    return (
        f"under the {lock.get('name', name)} {lock.get('id', '')}, set by {lock.get('by', '')}, {lock.get('role', '')}"
    )


def software_in_words(paper: Paper) -> str:
    """Return the software that computed, with the fingerprint of its code."""
    held = paper.results.header["software"]
    code = paper.record.get("software", {}).get("code", "")
    versions = ", ".join(
        f"{name} {held[name]}" for name in ("trialpress", "python", "numpy", "pandas", "scipy") if name in held
    )
    return f"{versions}{f'; code {code[:7]}' if code else ''}"


def _notes(paper: Paper, row: Row) -> Iterator[str]:
    header = paper.results.header
    if header["data_status"] != "real":
        note = paper.study.study.status_note
        yield f"The data are {STATUS[header['data_status']]}{f': {note}' if note else ''}."
    if header["treatment"] == "dummy":
        yield "Treatments are dummies, drawn at random: nothing by arm is a result of the trial."
    if header["treatment"] == "pooled":
        yield "Arms are pooled: the report knows none."
    if row.warning:
        yield row.warning
    if not paper.is_of_this_file:
        yield "The study file has changed since these results were computed: run `make report`."
