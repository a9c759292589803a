"""Time Table 1 of a million participants, from typed frames to rows, against the Python package tableone.

Two arms, three numbers of which one is skewed and compared by ranks, four categories, one value in fifty missing; p
values and standardised differences of all. Ours and theirs alternate on the same columns, and medians are compared.
Memory is what Python and numpy hold at the most while ours runs, beyond what they held before (tracemalloc, in a run
of its own), as a multiple of the frame's own size. It ends with 1 when a bound is broken; without tableone (a
development dependency) it says so, and shows ours alone.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd

from report.analysis.described import baseline
from report.analysis.people.populations import Trial
from report.study.model import Study
from tests.invented import parallel

PARTICIPANTS = 1_000_000
RUNS = 3
MOST_TIME, MOST_MEMORY = 0.1, 3.0
NUMBERS = ("age", "bmi", "crp")
LEVELS = {
    "sex": ["F", "M"], "stage": ["I", "II", "III", "IV"], "site": list("abcdefgh"), "smoker": ["never", "past", "now"],
}  # fmt: skip


def people(n: int) -> pd.DataFrame:
    """Return participants as the check leaves them: typed, sorted by identifier."""
    chance = np.random.default_rng(20)
    ids = np.array([f"P{number:07d}" for number in range(n)], dtype=object)
    numbers = {
        "age": np.round(chance.normal(60, 10, n)),
        "bmi": np.round(chance.normal(27, 4, n), 1),
        "crp": np.round(chance.lognormal(1, 1, n), 1),
    }
    made = pd.DataFrame({"id": pd.Series(ids, dtype=object), **numbers})
    for name, levels in {"arm": ["A", "B"], **LEVELS}.items():
        made[name] = pd.Categorical.from_codes(chance.integers(0, len(levels), n), categories=levels, ordered=True)
    for name in (*NUMBERS, *LEVELS):
        made.loc[chance.random(n) < 0.02, name] = np.nan
    return made


def study() -> Study:
    arms = {"A": "Arm a", "B": "Arm b"}
    columns = {
        "id": {"type": "text", "required": True},
        "arm": {"type": "category", "required": True, "levels": arms},
        **{name: {"type": "number", "resolution": 0.1} for name in NUMBERS},
        **{name: {"type": "category", "levels": {each: f"Level {each}" for each in of}} for name, of in LEVELS.items()},
    }
    lines = [{"variable": name, "summary": ["mean_sd"]} for name in NUMBERS[:2]]
    lines += [{"variable": "crp"}, *({"variable": name} for name in LEVELS)]
    plan = {"population": "everyone", "variables": lines, "standardised_differences": True}
    asked = {"tests": True, "why_tests": "to be timed"}
    data = {"people": {"file": "people.csv", "participant": "id", "columns": columns}}
    return Study.model_validate(parallel(datasets=data, baseline={**plan, **asked}))


def ours(frame: pd.DataFrame, plan: Study) -> int:
    return len(list(baseline.rows(Trial(plan, {"people": frame}))))


def is_installed() -> bool:
    return importlib.util.find_spec("tableone") is not None


def theirs(frame: pd.DataFrame) -> None:
    from tableone import TableOne  # type: ignore[import-not-found]

    columns = [*NUMBERS, *LEVELS]
    told = {"categorical": list(LEVELS), "nonnormal": ["crp"], "groupby": "arm", "pval": True, "smd": True}
    TableOne(frame[["arm", *columns]], columns=columns, **told)


def timed(made: Callable[[], object]) -> float:
    begun = time.perf_counter()
    made()
    return time.perf_counter() - begun


def memory(frame: pd.DataFrame, plan: Study) -> float:
    """Return the bytes held at the most while the rows are made, beyond those held before."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    ours(frame, plan)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - before


def told(name: str, seconds: list[float]) -> str:
    return f"{name} {statistics.median(seconds):.3f} s (from {min(seconds):.3f} to {max(seconds):.3f})"


def compared(frame: pd.DataFrame, plan: Study, runs: int) -> bool:
    """Print how long ours and theirs take; return whether the bound is broken."""
    has_theirs = is_installed()
    mine: list[float] = []
    other: list[float] = []
    ours(frame, plan)
    for _ in range(runs):
        mine.append(timed(lambda: ours(frame, plan)))
        if has_theirs:
            other.append(timed(lambda: theirs(frame)))
    if not other:
        print(f"{told('table one', mine)}; tableone is not installed, and nothing is compared", flush=True)
        return False
    ratio = statistics.median(mine) / statistics.median(other)
    end = "" if ratio <= MOST_TIME else "  BROKEN"
    print(
        f"{told('table one', mine)}; {told('tableone', other)}; ratio {ratio:.3f}, at most {MOST_TIME}{end}", flush=True
    )
    return ratio > MOST_TIME


def main(participants: int = PARTICIPANTS, runs: int = RUNS) -> int:
    frame, plan = people(participants), study()
    broken = compared(frame, plan, runs)
    size = float(frame.memory_usage(deep=True).sum())
    share = memory(frame, plan) / size
    end = "" if share <= MOST_MEMORY else "  BROKEN"
    print(f"table one memory {share:.2f} times the frame's {size / 1e6:.0f} MB, at most {MOST_MEMORY}{end}", flush=True)
    return int(broken or share > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
