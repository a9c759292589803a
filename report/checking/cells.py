"""The text of a cell and the value it stands for, by the column's contract and the file's declared format."""

from __future__ import annotations

import re

import pandas as pd

from report.study.data import Column, FileFormat

DATES = {
    "YYYY-MM-DD": ("%Y-%m-%d", r"\d{4}-\d{2}-\d{2}"),
    "DD-MM-YYYY": ("%d-%m-%Y", r"\d{2}-\d{2}-\d{4}"),
    "DD/MM/YYYY": ("%d/%m/%Y", r"\d{2}/\d{2}/\d{4}"),
    "MM/DD/YYYY": ("%m/%d/%Y", r"\d{2}/\d{2}/\d{4}"),
    "DD.MM.YYYY": ("%d.%m.%Y", r"\d{2}\.\d{2}\.\d{4}"),
}
NUMBERS = {
    "point": r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?",
    "comma": r"[-+]?(\d+,?\d*|,\d+)([eE][-+]?\d{1,3})?",
}


def convert(cells: pd.Series[str], column: Column, form: FileFormat) -> pd.Series:
    """Return one column of text in the type of its contract; what does not fit becomes missing."""
    if column.is_number:
        return pd.to_numeric(cells.map(lambda text: plain(text, form), na_action="ignore"), errors="coerce")
    if column.type == "date":
        return pd.to_datetime(cells, format=DATES[form.date][0], errors="coerce")
    if column.type == "category":
        known = cells.where(cells.isin(list(column.levels)))
        return pd.Series(pd.Categorical(known, categories=list(column.levels), ordered=True), index=cells.index)
    return cells.astype(object)


def plain(text: str, form: FileFormat) -> str:
    """Return a number's text with a decimal point."""
    return text.replace(",", ".") if form.decimal == "comma" else text


def well_formed(text: str, column: Column, form: FileFormat) -> bool:
    """Return whether a text is written as the contract and the file's format say; the value is not judged."""
    if column.type == "category":
        return text in column.levels
    if column.type == "text":
        return True
    forms = {"integer": r"[-+]?\d+", "number": NUMBERS[form.decimal], "date": DATES[form.date][1]}
    return re.fullmatch(forms[column.type], text, re.ASCII) is not None


def expected(column: Column, form: FileFormat) -> str:
    """Return what a cell should have held, in words."""
    if column.type == "category":
        return f"one of {', '.join(column.levels)} was expected"
    told = {
        "integer": "a whole number",
        "number": f"a number with a decimal {form.decimal}",
        "date": f"a date as {form.date}",
    }
    return f"{told[column.type]} was expected"
