"""The text of a cell and the value it stands for, by the column's contract and the file's declared format."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

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


SHORT = 4  # letters that an abbreviation such as "n/a" or "five" has, and hardly a name
LARGEST = 1e12  # beyond what any measurement needs and well within what a float holds exactly to six decimals


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


def rounded(text: str, column: Column, form: FileFormat) -> str:
    """Return a number's text rounded to the column's resolution, half away from zero; any other text as it is.

    Half is half of the decimal number that is written: 0.25 is 0.3 in steps of 0.1.
    """
    if not well_formed(text, column, form) or abs(Decimal(plain(text, form))) > LARGEST:
        return text
    step = Decimal(repr(column.resolution))
    made = (Decimal(plain(text, form)) / step).to_integral_value(ROUND_HALF_UP) * step
    shown = f"{made if made else abs(made):f}"
    return shown.replace(".", ",") if form.decimal == "comma" else shown


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


def misread(cells: list[str], column: Column, form: FileFormat) -> tuple[str, str]:
    """Return what is wrong with cells that cannot be read, as far as all of them share it, and the remedy."""
    told = expected(column, form)
    at_source = "correct it at the source and export again"
    if all(well_formed(cell.strip(), column, form) and cell != cell.strip() for cell in cells):
        return f"{told}, without blanks around it", at_source
    if column.type == "date" and all(re.fullmatch(DATES[form.date][1], cell, re.ASCII) for cell in cells):
        return "there is no such day", at_source
    if column.type == "date" and all(re.fullmatch(r"\d{5}", cell, re.ASCII) for cell in cells):
        return f"{told}; this is how a spreadsheet numbers days", "export the column as text or as dates"
    if other := _other_form(cells, column, form):
        return told, f"{at_source}; or, if the whole file is written so, declare format: {{{other}}} in its data set"
    return told, at_source


def _other_form(cells: list[str], column: Column, form: FileFormat) -> str:
    """Return the declaration under which all these cells could be read, empty where there is none."""
    if column.type == "number":
        other = "comma" if form.decimal == "point" else "point"
        fits = all(well_formed(cell, column, FileFormat(decimal=other)) for cell in cells)
        return f"decimal: {other}" if fits else ""
    for other_date, (_, pattern) in DATES.items() if column.type == "date" else ():
        if all(re.fullmatch(pattern, cell, re.ASCII) for cell in cells):
            return f"date: {other_date}"
    return ""


def may_be_shown(cell: str, column: Column) -> bool:
    """Return whether a cell's text can stand in a message: not free text or an identifier, and nothing like a name.

    Somebody may have typed a name where a number or a code belongs: words of several letters are not shown there.
    """
    if column.type == "text" or column.identifier:
        return False
    if column.type == "category":
        return " " not in cell.strip() or any(" " in level for level in column.levels)
    return any(c.isdigit() for c in cell) or len(cell) <= SHORT


def is_record(text: str) -> bool:
    """Return whether a participant's text looks like a code: a digit in it and no blank, so that it is no name."""
    return any(c.isdigit() for c in text) and not any(c.isspace() for c in text)
