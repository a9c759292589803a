"""What of a trial is not read under dummy or pooled treatments: sealed files, and columns that reveal the arms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from report.modes import Treatment
from report.study.data import Count, Dataset, Filter
from report.study.derivations import AnyDerivation, BaselineValue, leaves
from report.study.model import Study


@dataclass(frozen=True)
class Hidden:
    """Data sets that are not read, and variables of others, as (data set, variable)."""

    datasets: frozenset[str] = frozenset()
    variables: frozenset[tuple[str, str]] = frozenset()

    def has(self, dataset: str, variable: str) -> bool:
        """Return whether a variable of a data set is hidden."""
        return dataset in self.datasets or (dataset, variable) in self.variables

    def decides(self, dataset: str, where: Filter | None) -> bool:
        """Return whether a condition on the rows of a data set rests on something hidden."""
        named = [str(leaf.variable) for _, leaf in leaves(where, ())] if where is not None else []
        return dataset in self.datasets or any(self.has(dataset, name) for name in named)

    def counted(self, count: Count | None) -> bool:
        """Return whether a count rests on something hidden."""
        return count is not None and self.decides(count.dataset, count.where)


def hidden(study: Study, treatment: Treatment) -> Hidden:
    """Return what is not read: nothing under the true treatment; otherwise what is sealed or reveals the arms."""
    if treatment == "real":
        return Hidden()
    sealed = frozenset(name for name, dataset in study.datasets.items() if dataset.sealed)
    return Hidden(sealed, frozenset(_revealing(study)))


def _revealing(study: Study) -> Iterator[tuple[str, str]]:
    for name, dataset in study.datasets.items():
        yield from ((name, column) for column, contract in dataset.columns.items() if contract.reveals_arm)
    if study.design.allocation is not None:
        yield study.design.allocation.dataset, study.design.allocation.column


def with_derived(study: Study, unread: Hidden) -> Hidden:
    """Return what is hidden together with every derived variable that rests on it."""
    found = set(unread.variables)
    for name, rule in study.derivations.items():  # a rule reads what is derived above it
        above = Hidden(unread.datasets, frozenset(found))
        known = rule.dataset in study.datasets
        if known and any(above.has(dataset, variable) for dataset, variable in _inputs(study, rule)):
            found.add((rule.dataset, name))
    return Hidden(unread.datasets, frozenset(found))


def _inputs(study: Study, rule: AnyDerivation) -> Iterator[tuple[str, str]]:
    own = study.variables(rule.dataset)
    for needed in rule.inputs():
        yield (rule.dataset if needed.name in own else study.participants), needed.name
    if isinstance(rule, BaselineValue) and rule.at is None:
        yield rule.dataset, str(study.datasets[rule.dataset].date)


def readable(study: Study, treatment: Treatment) -> Study:
    """Return the study with those files and columns alone that are read: the contract that the data must fulfil."""
    unread = hidden(study, treatment)
    kept = {name: _without(each, name, unread) for name, each in study.datasets.items() if name not in unread.datasets}
    design, where = study.design, study.design.allocation
    if where is not None and unread.has(where.dataset, where.column):
        design = design.model_copy(update={"allocation": None})
    return study.model_copy(update={"datasets": kept, "design": design})


def _without(dataset: Dataset, name: str, unread: Hidden) -> Dataset:
    columns = {column: contract for column, contract in dataset.columns.items() if not unread.has(name, column)}
    date = None if dataset.date is not None and unread.has(name, dataset.date) else dataset.date
    return dataset.model_copy(update={"columns": columns, "date": date})
