"""SAS data files as frames of text, like those of a CSV, and what is said where one cannot be read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from report import sas_files
from report.errors import Finding
from report.sas_files import NotRead, SasTable
from report.study.data import Dataset


def read(path: Path, dataset: Dataset, findings: list[Finding], named_by: str) -> pd.DataFrame | None:
    """Return the declared columns of a SAS file, indexed by the number of each record; None when it cannot be read.

    Columns that are not declared are there without a value, so that a missing one can be looked for among them.
    ``named_by`` is the place of the study file that names the file.
    """
    shown = f"data/{dataset.file}"
    try:
        return _frame(sas_files.read(path, set(dataset.columns), dataset.format.encoding), dataset)
    except FileNotFoundError:
        remedy = f"put it there, or correct its name at {named_by}"
        findings.append(Finding("data-missing-file", shown, "there is no such file", remedy))
    except OSError as fault:
        told = f"it cannot be opened: {fault.strerror or fault}"
        findings.append(Finding("data-missing-file", shown, told, "a file of SAS was expected here"))
    except NotRead as fault:
        findings.append(Finding(fault.code, shown, fault.told, fault.remedy))
    return None


def _frame(read: SasTable, dataset: Dataset) -> pd.DataFrame:
    records = pd.RangeIndex(1, read.rows + 1)
    cells = {name: read.cells.get(name) if name in dataset.columns else None for name in read.columns}
    made = pd.DataFrame(cells, columns=list(read.columns), index=records, dtype=object)
    for name, column in dataset.columns.items():
        if column.type == "date" and name in made.columns:
            made[name] = made[name].map(_day, na_action="ignore")
    return made


def _day(text: str) -> str:
    """Return the day of a date and time as ISO 8601 writes it; any other text as it is."""
    day, divided, _ = text.partition("T")
    return day if divided and len(day) == len("2014-07-02") else text
