"""A script in R: the files that it reads, the variables that it derives, and what it computes from them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from report.study.data import SEPARATORS, Column, Dataset, FileFormat, Filter
from report.study.derivations import leaves
from report.study.model import Study
from report.tracing import r_text as r
from report.tracing.r_rules import Rule
from report.tracing.subjects import Variable

DATES = {
    "YYYY-MM-DD": "%Y-%m-%d", "DD-MM-YYYY": "%d-%m-%Y", "DD/MM/YYYY": "%d/%m/%Y", "MM/DD/YYYY": "%m/%d/%Y",
    "DD.MM.YYYY": "%d.%m.%Y",
}  # fmt: skip


class Script:
    """A script as it grows: who needs a variable or a shared function says so, and the order is made at the end.

    Names of its own hold a dot, which no name of a study file does.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.needed: list[Variable] = []
        self.helpers: list[str] = []
        self.packages: list[str] = []
        self.body: list[str] = []
        self.to_derive_first: list[str] = []
        self.reads_reported = False

    def variable(self, dataset: str, name: str) -> str:
        """Return a variable of a data set, which will have been read or derived."""
        self._need(Variable(dataset, name))
        return r.column(dataset, name)

    def participant(self, dataset: str) -> str:
        """Return the column that names the participants of a data set."""
        return self.variable(dataset, self.study.datasets[dataset].participant)

    def condition(self, dataset: str, where: Filter | None) -> str:
        """Return the rows of a data set that fulfil a condition, as an index; empty where all do."""
        if where is None:
            return ""
        for _, leaf in leaves(where, ()):
            self._need(Variable(dataset, str(leaf.variable)))
        return f"which({r.condition(self.study, dataset, where)})"

    def use(self, helper: str) -> None:
        """Take in a shared function."""
        if helper not in self.helpers:
            self.helpers.append(helper)

    def package(self, name: str) -> None:
        """Note a package that the script needs."""
        if name not in self.packages:
            self.packages.append(name)

    def add(self, *lines: str) -> None:
        """Add lines that are not there yet."""
        self.body += [line for line in lines if line not in self.body]

    def _need(self, variable: Variable) -> None:
        if variable in self.needed:
            return
        rule = self.study.derivations.get(variable.name)
        if rule is not None and rule.dataset == variable.dataset:
            self._need_inputs(variable.name)
        self.needed.append(variable)

    def _need_inputs(self, name: str) -> None:
        rule = self.study.derivations[name]
        own = self.study.variables(rule.dataset)
        home = self.study.datasets[rule.dataset]
        for each in rule.inputs():
            self._need(Variable(rule.dataset if each.name in own else self.study.participants, each.name))
        for column in (home.participant, self.study.visit_variable(rule.dataset) or "", home.date or "", *home.key):
            if column and column != name:
                self._need(Variable(rule.dataset, column))
        start = self.study.design.start
        self._need(Variable(self.study.participants, self.study.datasets[self.study.participants].participant))
        if start is not None:
            self._need(Variable(start.dataset, start.column))

    def lines(self, result: str) -> Iterator[str]:
        """Yield the script, whose last lines compute the result and show it with all its digits."""
        self._need_to_read()
        rules = [Rule(self.study, name) for name in self.study.derivations if self._is_needed(name)]
        derived = [line for rule in rules for line in rule.lines()]
        self.to_derive_first = [rule.name for rule in rules if not rule.is_written_out]
        for rule in rules:
            for name in rule.helpers:
                self.use(name)
        if self.packages:
            yield f"# needs the package{'s' * (len(self.packages) > 1)} {', '.join(self.packages)}"
        for name in self.helpers:
            yield from r.helper(name).splitlines()
            yield ""
        yield from self._read()
        yield from derived
        yield from self.body
        yield f"result <- {result}"
        yield "print(result, digits = 15)"

    def _is_needed(self, name: str) -> bool:
        return Variable(self.study.derivations[name].dataset, name) in self.needed

    def _need_to_read(self) -> None:
        """Take in what the reading of the files needs."""
        homes = [self.study.datasets[each.dataset] for each in self.needed]
        if any(home.is_sas for home in homes):
            self.package("haven")
            self.use("sas_file")
        if any(column.computed for home in homes for column in home.columns.values()):
            self.use("to_step")

    def _read(self) -> Iterator[str]:
        for dataset in dict.fromkeys(each.dataset for each in self.needed):
            home = self.study.datasets[dataset]
            yield from _reading(r.called(dataset), home)
            for name, column in home.columns.items():
                if Variable(dataset, name) in self.needed and (
                    typed := _typed(r.column(dataset, name), column, home.format)
                ):
                    yield typed
        if self.reads_reported:
            yield f'reported.numbers <- read.csv("data/{self.study.reported}", fileEncoding = "UTF-8-BOM")'


def _reading(name: str, home: Dataset) -> Iterator[str]:
    """Yield the lines that read a file as text, an empty cell as missing, and keep the rows that its data set takes."""
    separator = SEPARATORS[home.format.separator].replace("\t", "\\t")
    given = "" if separator == "," else f', sep = "{separator}"'
    how = 'colClasses = "character", na.strings = "", check.names = FALSE, fileEncoding = "UTF-8-BOM"'
    text = f'{name} <- read.csv("data/{home.file}"{given}, {how})'
    yield f'{name} <- read_sas_file("data/{home.file}")' if home.is_sas else text
    if home.format.names == "capitals":
        yield f"names({name}) <- tolower(names({name}))"
    for column, values in home.only.items():
        yield f"{name} <- {name}[{name}${r.called(column)} %in% {r.texts(values)}, ]"


def _typed(cells: str, column: Column, form: FileFormat) -> str:
    """Return the line that makes text what the contract says; empty where it stays text."""
    if column.is_number:
        numbers = f"as.numeric({_with_point(cells) if form.decimal == 'comma' else cells})"
        steps, per = Fraction(str(column.resolution)).as_integer_ratio()
        return f"{cells} <- {f'to_step({numbers}, {steps}, {per})' if column.computed else numbers}"
    return f"{cells} <- as.Date({cells}, {r.text(DATES[form.date])})" if column.type == "date" else ""


def _with_point(cells: str) -> str:
    return f'sub(",", ".", {cells}, fixed = TRUE)'
