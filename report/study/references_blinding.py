"""A study file by which the arms could be read too early, or by which no dummy arms could be drawn."""

from __future__ import annotations

from collections.abc import Iterator

from report.study.faults import Fault, missing
from report.study.hidden import Hidden, hidden, with_derived
from report.study.model import Blinding, Study, Where
from report.study.places import Place

BLINDING = "write below design: blinding: {seed: 20260331}, with a seed of your own"
SEAL = "write sealed: true for its data set, or reveals_arm: true for the column"


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault of the blinding, in the order of the study file; names are checked where they stand."""
    if study.design.blinding is not None:
        yield from _allocation(study)
        yield from _blinding(study, study.design.blinding)
    yield from _sealed(study)
    if any(not dataset.sealed for dataset in study.datasets.values()):
        yield from _needed(study)


def _allocation(study: Study) -> Iterator[Fault]:
    """Yield a fault where a blinded study's arms stand in a column that is read."""
    where = study.design.allocation
    if where is None or where.dataset not in study.datasets:
        return
    dataset = study.datasets[where.dataset]
    if where.column in dataset.columns and not (dataset.sealed or dataset.columns[where.column].reveals_arm):
        told = f"the arms could be read before the unblinding: {where.column} is an open column of {where.dataset}"
        yield Fault(("design", "allocation"), told, f"{SEAL}; or take blinding out, if the trial is open")


def _blinding(study: Study, plan: Blinding) -> Iterator[Fault]:
    place: Place = ("design", "blinding")
    unread = with_derived(study, hidden(study, "dummy"))
    for number, where in enumerate(plan.strata):
        yield from _stratum(study, (*place, "strata", number), where, unread)
    if plan.population is not None:
        yield from missing((*place, "population"), plan.population, study.populations, "population")
        named = study.populations.get(plan.population)
        if named is not None and unread.decides(named.dataset, named.where):
            told = f"{plan.population} rests on what is hidden until the unblinding"
            yield Fault((*place, "population"), told, "name a population whose members are known before it")


def _stratum(study: Study, place: Place, where: Where, unread: Hidden) -> Iterator[Fault]:
    yield from missing((*place, "dataset"), where.dataset, study.datasets, "data set")
    if where.dataset not in study.datasets:
        return
    dataset, columns = study.datasets[where.dataset], study.datasets[where.dataset].columns
    fitting = [name for name, column in columns.items() if column.type == "category"]
    yield from missing((*place, "column"), where.column, fitting, f"category of {where.dataset}")
    if where.column in fitting and unread.has(where.dataset, where.column):
        told = f"{where.column} is hidden until the unblinding"
        yield Fault((*place, "column"), told, "name a category that is known before it, or take the stratum out")
    if not dataset.is_one_row_each:
        told = f"{where.dataset} has several rows a participant"
        yield Fault((*place, "dataset"), told, "name a data set with one row a participant")


def _sealed(study: Study) -> Iterator[Fault]:
    """Yield sealed data sets of a study that is not blinded, or that leave nobody who takes part."""
    sealed = [name for name, dataset in study.datasets.items() if dataset.sealed]
    for name in sealed:
        place: Place = ("datasets", name, "sealed")
        if study.design.kind == "single_arm":
            yield Fault(place, "a single arm has nothing to blind", "take sealed out")
        elif study.design.blinding is None:
            told = f"{name} is sealed, and nothing says how dummy arms are drawn until it is opened"
            yield Fault(place, told, BLINDING)
    seen = [dataset for dataset in study.datasets.values() if not dataset.sealed]
    if sealed and not any(dataset.is_one_row_each for dataset in seen):
        told = "before the unblinding no data set says who takes part, with a row each"
        remedy = "declare one that is not sealed; a sealed file holds what reveals the arms, and nothing else"
        yield Fault(("datasets", sealed[0], "sealed"), told, remedy)


def _needed(study: Study) -> Iterator[Fault]:
    """Yield dates from which days are counted, or on which participation ended, that nobody could read."""
    unread = hidden(study, "dummy")
    for key in ("start", "end"):
        where = getattr(study.design, key)
        if where is not None and where.dataset in study.datasets and unread.has(where.dataset, where.column):
            told = f"{where.column} is hidden until the unblinding, and days are counted from it"
            yield Fault(("design", key), told, "name a date of a file that is not sealed, in a column that is seen")
