"""The comparison as a spreadsheet and as a document for the supplement: who, what, how near, and who signed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from report.lock.record import Signature
from report.paper.styles import EN_DASH, MINUS
from report.paper.tables.table import Line, Table, grouped, under
from report.paper.text import Piece, Text, words
from report.publish.supplement import Heading, Notice, Part, Tabled
from report.quality import tolerances
from report.quality.compare import HIDDEN, Compared, Comparison, is_hidden, one, raw
from report.quality.theirs import NOT_ESTIMABLE, TOLD, Theirs
from report.quality.words import heading, label
from report.study.model import Study

TITLE = "Quality control by a second programmer"
DIGITS = 12  # of a value in the document; the spreadsheet has all of them
COLUMNS = (
    "result_id", "result", "ours", "theirs", "difference", "tolerance", "kind", "verdict", "level", *TOLD, "qc_by",
    "qc_role", "qc_date",
)  # fmt: skip
HEADS = ("Result", "Ours", "Theirs", "Difference", "Tolerance", "Verdict", "Check")
LEVELS = (
    "Check: double, a second program from the plan and the data alone; review, its code was read; self, by its author."
)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed the comparison, and when."""

    by: Signature
    at: str

    @property
    def words(self) -> str:
        """The signature as a sentence."""
        return f"Signed by {self.by.by}, {self.by.role}, on {self.at[:10]}: {self.by.reason}".rstrip(".") + "."


@dataclass(frozen=True, slots=True)
class Checked:
    """All that the table tells: the study, the comparison, what was compared with what, and who signed."""

    study: Study
    comparison: Comparison
    files: dict[str, str]
    lock: str
    signed: Signed | None = None

    @property
    def signature(self) -> str:
        """Who signed, or that nobody has."""
        return self.signed.words if self.signed else "Not signed."


def spreadsheet(checked: Checked) -> str:
    """Return the comparison as CSV: a line a result, all digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    signed = checked.signed
    end = (signed.by.by, signed.by.role, signed.at[:10]) if signed else ("", "", "")
    for each in checked.comparison.compared:
        said = f"{heading(checked.study, each.ours)}: {label(checked.study, each.ours)}"
        theirs = _as_written(each)
        told = [each.theirs.said(name) if each.theirs else "" for name in TOLD]
        difference = "" if each.difference is None or is_hidden(each.ours) else _digits(each.difference)
        writer.writerow([
            each.ours.result_id, said, raw(each.ours), theirs, difference, each.allowed.words, each.allowed.kind,
            each.verdict, each.theirs.level if each.theirs else "", *told, *end,
        ])  # fmt: skip
    for only in checked.comparison.only_theirs:
        told = [only.said(name) for name in TOLD]
        writer.writerow([only.named, "", "", only.stat, "", "", "", "only theirs", only.level, *told, *end])
    return out.getvalue()


def parts(checked: Checked) -> list[Part]:
    """Return the document: what came out, who did it on what, the table, the tolerances."""
    came_out = "All that is required agrees" if checked.comparison.holds else "Not all that is required agrees"
    made: list[Part] = [
        Notice(words(f"{came_out}: {checked.comparison.words}. {checked.signature}")),
        words(_who(checked)),
        words(_of_what(checked)),
        Tabled("tbl-tolerances", words("Tolerances, relative to our value"), _tolerances(checked.study)),
    ]
    if checked.comparison.only_theirs:
        named = ", ".join(each.named for each in checked.comparison.only_theirs)
        made += [Heading("Only theirs"), words(f"These have no like among our results: {named}.")]
    return [*made, Tabled("tbl-qc", words("Raw values of both programs"), table(checked), wide=True)]


def _of_what(checked: Checked) -> str:
    """Return which files were compared, and on which data."""
    files = " with ".join(f"{name} (SHA-256 {sha})" for name, sha in checked.files.items())
    return f"Compared were {files}; {checked.lock}."


def _who(checked: Checked) -> str:
    """Return who wrote the second program, by what means."""
    held = [each.theirs for each in checked.comparison.compared if each.theirs is not None]
    held += checked.comparison.only_theirs
    labels = {"programmer": "Second programmer", "program": "Program", "software": "Software", "method": "Methods"}
    told = {said: one(each.said(name) for each in held) for name, said in labels.items()}
    known = "; ".join(f"{said}: {value}" for said, value in told.items() if value)
    return f"{known}." if known else "The second program’s author and software are not named in the file."


def table(checked: Checked) -> Table:
    """Return the table of what was compared, a heading an endpoint, a line a result."""
    by_heading = grouped(checked.comparison.compared, lambda each: heading(checked.study, each.ours))
    lines = [line for head, held in by_heading.items() for line in under(words(head), _lines(checked.study, held))]
    signed = checked.signed
    by = f"QC: {signed.by.by}, {signed.by.role}, {signed.at[:10]}." if signed else "QC: not signed."
    return Table(tuple(map(words, HEADS)), tuple(lines), (words(LEVELS), words(by)))


def _lines(study: Study, held: list[Compared]) -> Iterator[Line]:
    for each in held:
        ours = raw(each.ours) if each.ours.stat is None or is_hidden(each.ours) else _shown(each.ours.stat)
        cells = (
            HIDDEN if is_hidden(each.ours) else _their_value(each.theirs),
            _difference(each),
            each.allowed.words,
            each.verdict,
            each.level,
        )
        yield Line(words(label(study, each.ours)), (Text((Piece(ours, each.ours.result_id),)), *map(words, cells)))


def _shown(value: object) -> str:
    """Return a value with as many digits as are compared, and a true minus."""
    if isinstance(value, bool | str) or not isinstance(value, int | float | Decimal):
        return str(value)
    told = str(value) if isinstance(value, int) else f"{value:.{DIGITS}g}"
    return told.replace("-", MINUS)


def _as_written(each: Compared) -> str:
    """Return their value as it stands in their file; nothing where they have none, or where it is one participant's."""
    return "" if each.theirs is None else HIDDEN if is_hidden(each.ours) else each.theirs.stat


def _their_value(theirs: Theirs | None) -> str:
    if theirs is None or not theirs.stat:
        return EN_DASH
    if theirs.is_not_estimable and theirs.number is None:
        return NOT_ESTIMABLE[-1]
    return theirs.stat if theirs.number is None else _shown(float(theirs.number))


def _difference(each: Compared) -> str:
    if each.difference is None or is_hidden(each.ours):
        return EN_DASH
    return "0" if each.difference == 0 else f"{each.difference:.2g}".replace("-", MINUS)


def _digits(difference: Decimal) -> str:
    return "0" if difference == 0 else f"{difference:.6g}"


def _tolerances(study: Study) -> Table:
    """Return the table of the tolerances that were used, with the reason of each."""
    own = study.quality.tolerances
    lines = []
    for rule in tolerances.RULES:
        allowed = own.get(rule.kind, rule.tolerance)
        reason = rule.reason if rule.kind not in own else "set in the study file"
        lines.append(
            Line(words(rule.kind.replace("_", " ")), (words(f"{allowed:g}" if allowed else "exact"), words(reason)))
        )
    return Table(tuple(map(words, ("Kind of statistic", "Tolerance", "Why"))), tuple(lines), ())


def on_the_screen(checked: Checked) -> Iterator[str]:
    """Yield each difference with both raw values and the tolerance, and all that is missing or only theirs."""
    for each in checked.comparison.of("differs"):
        theirs = _as_written(each)
        line = f", line {each.theirs.line}" if each.theirs else ""
        both = f"ours {raw(each.ours)}, theirs {theirs}{line}"
        yield f"differs: {each.ours.result_id}: {both}; tolerance {each.allowed.words}"
    for each in checked.comparison.of("missing"):
        yield f"missing: {each.ours.result_id}: required, and not theirs"
    for each in checked.comparison.of("open query"):
        yield f"open query: {each.ours.result_id}: ours rests on {each.ours.query}"
    for only in checked.comparison.only_theirs:
        yield f"only theirs: {only.named}, line {only.line}"
    yield checked.signature
