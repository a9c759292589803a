"""SAS data files as text: transport files (.xpt, versions 5 and 8) and .sas7bdat.

A cell becomes the text that a CSV of the same data would hold, so that one contract serves both: numbers as the decimal
that was meant (15 significant digits; 71, not 71.0), dates and times by their SAS format as ISO 8601, missing values
(``.``, ``.A``, blank text) as no text at all. SAS knows no small letters in names: they are read in small letters.

The bytes come before the library: a transport file says neither how many rows it has nor whether it ends too early
(SAS Technical Support TS-140: records of 80 bytes, the last one filled up with blanks), and the reader would pass over
what is cut off.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

TRANSPORT, DATA_SET = (".xpt",), (".sas7bdat",)
RECORD = 80
FIRST_DAY = datetime(1960, 1, 1)
FIRST, LAST = -138_061, 2_936_547  # the days that SAS knows: 1 January 1582 to 31 December 9999
# formats that show a number as a day (since 1960) or as a moment (seconds since then), without width and decimals
DATES = {
    "B8601DA", "DATE", "DAY", "DDMMYY", "DDMMYYB", "DDMMYYC", "DDMMYYD", "DDMMYYN", "DDMMYYP", "DDMMYYS", "E8601DA",
    "EURDFDD", "EURDFDE", "IS8601DA", "JULIAN", "MMDDYY", "MMDDYYB", "MMDDYYC", "MMDDYYD", "MMDDYYN", "MMDDYYP",
    "MMDDYYS", "NLDATE", "WEEKDATE", "WEEKDATX", "WORDDATE", "WORDDATX", "YYMMDD", "YYMMDDB", "YYMMDDC", "YYMMDDD",
    "YYMMDDN", "YYMMDDP", "YYMMDDS",
}  # fmt: skip
MOMENTS = {"B8601DT", "DATEAMPM", "DATETIME", "DTDATE", "E8601DT", "E8601DX", "IS8601DT", "MDYAMPM", "NLDATM"}
ENCODINGS = {"utf-8": "UTF-8", "windows-1252": "WINDOWS-1252", "iso-8859-1": "ISO-8859-1"}

Cells = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class SasTable:
    """A file's columns in small letters, in their order; the cells of those that were read, None where missing."""

    columns: tuple[str, ...]
    rows: int
    cells: Mapping[str, Cells]


class NotRead(Exception):
    """Why a file cannot be read: the code of a finding, what is the matter, and what to do about it."""

    def __init__(self, code: str, told: str, remedy: str = "export it again") -> None:
        super().__init__(told)
        self.code, self.told, self.remedy = code, told, remedy


def is_sas(name: str) -> bool:
    """Return whether a file's name is one of a SAS data file."""
    return name.lower().endswith((*TRANSPORT, *DATA_SET))


def read(path: Path, wanted: Collection[str] | None = None, encoding: str = "utf-8") -> SasTable:
    """Return a file's columns, and the cells of the ``wanted`` ones (all where nobody says); NotRead otherwise.

    ``encoding`` is that of a transport file, which does not say it itself.
    """
    content = path.read_bytes()
    is_transport = path.name.lower().endswith(TRANSPORT)
    if is_transport:
        _refuse_no_transport(content)
    _, known = _parsed(path, encoding, metadataonly=True)
    if is_transport:
        _refuse_cut(content, sum(known.variable_storage_width.values()))
    names = list(known.column_names)
    chosen = [name for name in names if wanted is None or name.lower() in wanted] or names[:1]
    columns, meta = _parsed(path, encoding, usecols=chosen)
    cells = {name.lower(): _texts(columns[name], meta.original_variable_types.get(name)) for name in chosen}
    return SasTable(tuple(name.lower() for name in names), len(columns[chosen[0]]) if chosen else 0, cells)


def read_bytes(content: bytes, name: str, encoding: str = "utf-8") -> SasTable:
    """Return the table of a file whose bytes are at hand; the library reads files only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{Path(name).suffix.lower()}"
        path.write_bytes(content)
        return read(path, encoding=encoding)


def _parsed(path: Path, encoding: str, **how: Any) -> tuple[Mapping[str, Sequence[Any]], Any]:
    """Return the values of a file's columns, by name, and the library's description of the file."""
    import pyreadstat  # start-up time: wanted only where there is such a file

    is_transport = path.name.lower().endswith(TRANSPORT)
    reader: Any = pyreadstat.read_xport if is_transport else pyreadstat.read_sas7bdat
    given = {"encoding": ENCODINGS[encoding]} if is_transport else {}
    try:
        columns, meta = reader(str(path), output_format="dict", disable_datetime_conversion=True, **given, **how)
    except (UnicodeDecodeError, pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as fault:
        raise _refused(fault, encoding, is_transport=is_transport) from None
    return columns, meta


def _refused(fault: Exception, encoding: str, *, is_transport: bool) -> NotRead:
    """Return what the library's refusal means."""
    if isinstance(fault, UnicodeDecodeError) or "encoding" in str(fault):
        others = " or ".join(name for name in ENCODINGS if name != encoding)
        remedy = f"declare format: {{encoding: {others}}} in its data set, whichever the file was written in"
        told = f"its text is not written in {encoding.upper()}"
        return NotRead("data-encoding", told, remedy if is_transport else "export it again in UTF-8")
    what = "transport file" if is_transport else "data set (.sas7bdat)"
    return NotRead("data-not-sas", f"this is not a whole SAS {what}, or it was cut short", "export it again")


def _refuse_no_transport(content: bytes) -> None:
    """Raise NotRead unless the bytes begin as a transport file of one data set and have the length of one."""
    if not content.strip():
        raise NotRead("data-not-sas", "the file is empty")
    if not content.startswith((b"HEADER RECORD*******LIBRARY HEADER RECORD", b"HEADER RECORD*******LIBV8")):
        told = "this is not a SAS transport file: its first record is another"
        raise NotRead("data-not-sas", told, _instead(content))
    members = len(re.findall(rb"HEADER RECORD\*{7}MEMB(?:ER  |V8   ) ?HEADER RECORD", content))
    if members > 1:
        told = f"it holds {members} data sets, and a file is expected to hold one"
        raise NotRead("data-not-sas", told, "export each data set into a file of its own")
    if len(content) % RECORD:
        raise NotRead("data-cut", "it is cut short: its last record is not whole", "copy or export it again")


def _instead(content: bytes) -> str:
    """Return what to do about a file that is something else."""
    if content.startswith(b"**COMPRESSED**"):
        return "PROC CPORT wrote it; write it by the XPORT engine: libname out xport 'file.xpt'"
    if content.startswith(b"PK"):
        return "this is a workbook or an archive; export the data as a transport file"
    return "export the data as a transport file, or name the file by what it is (.csv, .sas7bdat)"


def _refuse_cut(content: bytes, width: int) -> None:
    """Raise NotRead where something else than blanks stands behind the last whole row."""
    begins = re.search(rb"HEADER RECORD\*{7}OBS(?:V8)?\s+HEADER RECORD!{7}", content)
    rows = content[begins.start() + RECORD :] if begins else b""
    if width and rows[len(rows) - len(rows) % width :].strip(b" "):
        raise NotRead("data-cut", "it is cut short: its last row is not whole", "copy or export it again")


def _texts(values: Sequence[Any], form: str | None) -> Cells:
    """Return the values of a column as text, by its SAS format."""
    said = _kind(form)
    return tuple(None if value is None or value == "" else said(value) for value in values)


def _kind(form: str | None) -> Callable[[Any], str]:
    """Return how a column's values are written: dates and moments by their format, everything else as it is."""
    name = re.sub(r"[\d.]+$", "", (form or "").upper())
    return _date if name in DATES else _moment if name in MOMENTS else _plain


def _plain(value: Any) -> str:
    """Return a text as it is, and a number as the decimal that was meant: 15 digits, without an exponent if whole."""
    if isinstance(value, str):
        return value
    shown = format(float(value), ".15g")
    whole = format(float(value), ".0f") if float(value).is_integer() and abs(value) < 1e15 else shown
    return "0" if whole == "-0" else whole


def _date(value: Any) -> str:
    if isinstance(value, str) or not FIRST <= value <= LAST:
        return _plain(value)
    return (FIRST_DAY + timedelta(days=int(value // 1))).date().isoformat()


def _moment(value: Any) -> str:
    if isinstance(value, str) or not FIRST <= value / 86_400 <= LAST:
        return _plain(value)
    return (FIRST_DAY + timedelta(seconds=int(value // 1))).isoformat(timespec="seconds")
