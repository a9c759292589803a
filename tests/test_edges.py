"""Every method at every edge: a value or a reason, never NaN, a library's warning or a crash."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from report.analysis.all_methods import METHOD_FAMILIES
from report.analysis.basis.methods import REGISTRY, Answer, Statistic
from tests import edges

MODULES: list[ModuleType] = [
    importlib.import_module(f"tests.edges.{found.name}") for found in pkgutil.iter_modules(edges.__path__)
]
HOME = {name: module for module in MODULES for name in module.CELLS}
SAID = 11  # a reason shorter than "not reached" says nothing


def data_at(method: str, edge: str) -> Any:
    return HOME[method].DATA[REGISTRY[method].needs][edge]


def cells() -> Iterator[tuple[str, str]]:
    for method in HOME:
        for edge in edges.EDGES:
            if method in REGISTRY and not isinstance(data_at(method, edge), str):
                yield method, edge


def answer(method: str, edge: str) -> Answer:
    arguments = getattr(HOME[method], "ARGUMENTS", {}).get(method, {})
    return REGISTRY[method].compute(data_at(method, edge), 1, "", **arguments)


def key(statistic: Statistic) -> str:
    """Return such as "estimate[treated]", or "median[high,week8,yes]" with visit and level."""
    where = [part for part in (statistic.arm, statistic.visit, statistic.level) if part]
    return f"{statistic.name}[{','.join(where)}]" if where else statistic.name


def test_every_method_of_the_registry_is_in_the_matrix() -> None:
    assert METHOD_FAMILIES  # importing them fills the registry
    assert sorted(HOME) == sorted(REGISTRY)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_every_edge_is_declared(module: ModuleType) -> None:
    for kind, data in module.DATA.items():
        assert set(data) == set(edges.EDGES), kind
        assert all(len(given) >= SAID for given in data.values() if isinstance(given, str)), kind
    for method, declared in module.CELLS.items():
        with_data = {edge for edge in edges.EDGES if not isinstance(data_at(method, edge), str)}
        assert set(declared) == with_data, method
        assert all(declared.values()), f"{method}: a cell that asserts nothing"


@pytest.mark.parametrize(("method", "edge"), list(cells()))
def test_a_cell(method: str, edge: str) -> None:
    given = {key(each): each for each in answer(method, edge).statistics}
    for name, expected in HOME[method].CELLS[method][edge].items():
        assert name in given, f"{name} is not among {sorted(given)}"
        statistic = given[name]
        if isinstance(expected, str):
            assert statistic.reason == expected or statistic.stat == expected, (name, statistic.stat, statistic.reason)
        else:
            assert statistic.stat is not None, (name, statistic.reason)
            assert statistic.stat == pytest.approx(expected, rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize(("method", "edge"), list(cells()))
def test_a_value_or_a_reason(method: str, edge: str) -> None:
    statistics = answer(method, edge).statistics
    names = [key(each) for each in statistics]
    assert len(set(names)) == len(names), "two statistics have the same key"
    for each in statistics:
        if each.stat is None:
            assert len(each.reason) >= SAID, (key(each), each.reason)
            continue
        assert each.reason == "", key(each)
        if isinstance(each.stat, float | int):
            assert math.isfinite(each.stat), key(each)
            assert type(each.stat) in (float, int, bool), f"{key(each)} is a {type(each.stat)}"
        if each.name.startswith("p.value"):
            assert 0 < float(each.stat) <= 1, key(each)
