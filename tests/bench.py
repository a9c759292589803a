"""Time the builds of both studies, as multiples of importing the libraries that they rest on.

    python -c "import pandas, scipy.stats, matplotlib.pyplot"

is the measure: what any script with these libraries costs before it does anything. Builds and measure alternate, and
medians are compared, because a machine's speed drifts. Then Table 1 of a million participants is timed
(``bench_table_one.py``). It ends with 1 when a bound is broken.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
STUDIES = {"jia": ROOT, "indomethacin": ROOT / "examples" / "indomethacin"}
MEASURE = [sys.executable, "-c", "import pandas, scipy.stats, matplotlib.pyplot"]
BOUNDS = {"full build": 2.5, "prose edit": 0.8, "no-op": 0.05}
RUNS = 7


def timed(command: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return time.perf_counter() - begun


def study(name: str, folder: Path) -> Path:
    for part in ("data", "templates"):
        shutil.copytree(STUDIES[name] / part, folder / name / part)
    (folder / name / "Makefile").write_text(f"include {ROOT}/Makefile\n", encoding="utf-8")
    return folder / name


def forget(folder: Path) -> None:
    shutil.rmtree(folder / "build", ignore_errors=True)


def edit_prose(folder: Path) -> None:
    with (folder / "templates" / "50-discussion.qmd.j2").open("a", encoding="utf-8") as file:
        file.write("\nA sentence more.\n")


def leave(folder: Path) -> None:
    pass


BEFORE: dict[str, Callable[[Path], None]] = {"full build": forget, "prose edit": edit_prose, "no-op": leave}


def main() -> int:
    os.environ["MAKEFLAGS"] = ""
    make = ["make", "--no-print-directory", "report", "ENGINE=embedded"]
    broken = False
    with tempfile.TemporaryDirectory() as folder:
        places = {name: study(name, Path(folder)) for name in STUDIES}
        for place in places.values():
            timed(make, place)
        timed(MEASURE, Path(folder))
        for name, place in places.items():
            for kind, prepare in BEFORE.items():
                measures, times = [], []
                for _ in range(RUNS):
                    measures.append(timed(MEASURE, place))
                    prepare(place)
                    times.append(timed(make, place))
                ratio = statistics.median(times) / statistics.median(measures)
                kept = ratio <= BOUNDS[kind]
                broken |= not kept
                print(
                    f"{name:<13} {kind:<11} {statistics.median(times):6.3f} s (from {min(times):.3f} to {max(times):.3f}); "
                    f"libraries {statistics.median(measures):.3f} s; ratio {ratio:.3f}, at most {BOUNDS[kind]}"
                    f"{'' if kept else '  BROKEN'}",
                    flush=True,
                )
    table_one = subprocess.run([sys.executable, "-m", "tests.bench_table_one"], cwd=ROOT, check=False)
    return int(broken or table_one.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
