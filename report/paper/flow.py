"""The flow of participants: CONSORT 2025's boxes, laid out by the measured width of their text.

Layout is in points, from the top left; nothing here draws. A box's height follows from its wrapped text, a row's from
its tallest box, so no text can leave its box and no two boxes can meet, whatever the number of arms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from report.ard import Results
from report.errors import DisplayError
from report.paper import numbers
from report.paper.styles import Style
from report.paper.text import Text, fill, join, words
from report.study.model import Study
from report.study.plan import DispositionItem

Measure = Callable[[str], float]

LINE, PAD, GAP, ROW_GAP = 12.0, 7.0, 16.0, 17.0
SPINE_WIDTH, SIDE_WIDTH, LEAST_COLUMN, MOST_COLUMN = 210.0, 190.0, 128.0, 220.0
MARGIN = 2.0

BEFORE = ("assessed", "randomised")
CHAIN = ("assessed", "enrolled", "treated", "completed", "analysed")
SIDE = {"assessed": ("excluded",), "treated": ("discontinued", "lost"), "completed": ("not_analysed",)}
COLUMN = (("allocated", "received", "not_received"), ("lost", "discontinued"), ("analysed", "not_analysed"))


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its text, its wrapped lines as drawn, and its place."""

    texts: tuple[Text, ...]
    lines: tuple[str, ...]
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The horizontal middle."""
        return self.left + self.width / 2

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line through points; the last one carries the head."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes and arrows of a flow and the size of the canvas."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float
    alt: Text


def layout(study: Study, results: Results, style: Style, measure: Measure) -> Layout:
    """Return the flow of a study; ``measure`` gives a string's width in points in the font that will draw it."""
    tell = _Teller(study, results, style)
    if study.design.kind == "single_arm":
        boxes, arrows, _, _ = _chain(tell, CHAIN, MARGIN, measure)
    else:
        boxes, arrows = _columns(tell, measure)
    right = max(box.left + box.width for box in boxes) + MARGIN
    return Layout(tuple(boxes), tuple(arrows), right, max(box.bottom for box in boxes) + MARGIN, tell.alt())


class _Teller:
    """Says each number of the disposition in the words of the study file."""

    def __init__(self, study: Study, results: Results, style: Style) -> None:
        self.study, self.results, self.style = study, results, style
        self.items = {item.id: item for item in study.disposition}

    def box(self, ids: Sequence[str], arm: str = "") -> tuple[Text, ...]:
        """Return the lines of a box: its items that are declared, each with its reasons."""
        declared = [self.items[name] for name in ids if name in self.items]
        return tuple(line for item in declared for line in self._item(item, arm))

    def _item(self, item: DispositionItem, arm: str) -> list[Text]:
        label = f"{item.label} to {self.study.arm(arm).label}" if item.id == "allocated" and arm else item.label
        row = self.results.one(analysis_id=f"disposition.{item.id}", group1_level=arm)
        if row.stat is None and not row.query:
            return [fill("{label} ({note})", label=words(label), note=words(item.note))]
        note = [words(item.note[:1].upper() + item.note[1:])] if item.note else []
        count = fill("{label} (n\u00a0=\u00a0{n})", label=words(label), n=numbers.text(row, self.style))
        return [count, *(self._reason(item, r.code, r.label, arm) for r in item.reasons), *note]

    def _reason(self, item: DispositionItem, code: str, label: str, arm: str) -> Text:
        row = self.results.one(analysis_id=f"disposition.{item.id}.{code}", group1_level=arm)
        return fill("{label} (n\u00a0=\u00a0{n})", label=words(label), n=numbers.text(row, self.style))

    def alt(self) -> Text:
        """Return the flow as sentences that give every number of every box."""
        whole = self.box([item.id for item in self.study.disposition if not item.by_arm])
        told = fill("Flow diagram. {boxes}.", boxes=join(whole, "; "))
        for arm in self.study.design.arms if self.study.design.kind == "parallel" else ():
            lines = self.box([item.id for item in self.study.disposition if item.by_arm], arm.id)
            told = fill("{told} {arm}: {lines}.", told=told, arm=words(arm.short or arm.label), lines=join(lines, "; "))
        return told


def _box(texts: tuple[Text, ...], left: float, top: float, width: float, measure: Measure) -> Box:
    lines = tuple(line for text in texts for line in wrap(text.plain, width - 2 * PAD, measure))
    return Box(texts, lines, left, top, width, len(lines) * LINE + 2 * PAD)


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Return text broken into lines no wider than ``width``; a word that is wider is broken within."""
    lines: list[str] = [""]
    for word in text.split(" "):  # not at a no-break space, as in "n = 6"
        candidate = f"{lines[-1]} {word}".strip()
        if measure(candidate) <= width:
            lines[-1] = candidate
            continue
        lines += [word] if lines[-1] else []
        lines[-1] = word
        while measure(lines[-1]) > width and len(lines[-1]) > 1:
            fits = next(n for n in range(len(lines[-1]) - 1, 0, -1) if n == 1 or measure(lines[-1][:n]) <= width)
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return lines


def _chain(
    tell: _Teller, names: Sequence[str], left: float, measure: Measure
) -> tuple[list[Box], list[Arrow], Box, float]:
    """Lay out boxes one under the other, those who left at the side; also return the last one and where to go on."""
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    spine: Box | None = None
    top = MARGIN
    for name in names:
        if not (texts := tell.box([name])):
            continue
        box = _box(texts, left, top, SPINE_WIDTH, measure)
        arrows += [_down(spine, box)] if spine else []
        spine, top = box, box.bottom + ROW_GAP
        boxes.append(box)
        if side := tell.box(SIDE.get(name, ())):
            made, arrow = _side(box, side, measure)
            boxes, arrows, top = [*boxes, made], [*arrows, arrow], made.bottom + ROW_GAP / 2
    if spine is None:
        raise DisplayError("the flow has no box", remedy=f"declare one of {', '.join(names)} under disposition")
    return boxes, arrows, spine, top


def _side(box: Box, texts: tuple[Text, ...], measure: Measure) -> tuple[Box, Arrow]:
    """Lay out a box at the side, below the box that its participants left, met by an arrow from the spine."""
    side = _box(texts, box.left + box.width / 2 + GAP * 2, box.bottom + ROW_GAP / 2, SIDE_WIDTH, measure)
    middle = side.top + side.height / 2
    return side, Arrow(((box.middle, middle), (side.left, middle)))


def _down(above: Box, below: Box) -> Arrow:
    return Arrow(((above.middle, above.bottom), (above.middle, below.top)))


def _columns(tell: _Teller, measure: Measure) -> tuple[list[Box], list[Arrow]]:
    """Lay out parallel arms: enrolment in the middle, then a column an arm, a row a stage."""
    arms = [arm.id for arm in tell.study.design.arms]
    width = min(MOST_COLUMN, max(LEAST_COLUMN, 460.0 / len(arms) - GAP))
    total = len(arms) * (width + GAP) - GAP
    middle = MARGIN + max(total / 2, SPINE_WIDTH / 2)
    boxes, arrows, spine, top = _chain(tell, BEFORE, middle - SPINE_WIDTH / 2, measure)
    left = middle - total / 2
    last: list[Box] = []
    for ids in COLUMN:
        row = [_box(tell.box(ids, arm), left + i * (width + GAP), top, width, measure) for i, arm in enumerate(arms)]
        if not all(box.texts for box in row):
            continue
        row = _level(row)
        arrows += [_down(a, b) for a, b in zip(last, row, strict=True)] if last else _split(spine, row)
        boxes, last, top = boxes + row, row, row[0].bottom + ROW_GAP
    return boxes, arrows


def _level(row: list[Box]) -> list[Box]:
    tallest = max(box.height for box in row)
    return [Box(b.texts, b.lines, b.left, b.top, b.width, tallest) for b in row]


def _split(spine: Box, row: list[Box]) -> list[Arrow]:
    """Return the arrows from randomisation to every arm: down, along, and down again."""
    turn = row[0].top - ROW_GAP / 2
    return [
        Arrow(((spine.middle, spine.bottom), (spine.middle, turn), (box.middle, turn), (box.middle, box.top)))
        for box in row
    ]
