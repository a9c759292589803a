"""What templates may call: each function gives a Text drawn from results, or a block of the manuscript.

``CONTEXT`` is the whole of it; ``docs/templates.md`` documents it, and a test holds the two together.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from report.ard import Results, Row
from report.errors import ResultsError, TemplateError
from report.paper import abbreviations, numbers, provenance, statistical_methods, typed, wording
from report.paper.made import Made
from report.paper.styles import Style
from report.paper.text import Piece, Text, fill, join, markdown, words
from report.study.displays import Display
from report.study.endpoints import Endpoint
from report.study.model import Study

ONLY_IF_CLOSED = "write it between {% if closed %} and {% endif %}"
OPEN = "Open report to the board: interim results of all participants together."
CLOSED = "Closed report to the board: confidential. It shows interim results by arm."


@dataclass(frozen=True, slots=True)
class Block:
    """A finished piece of markdown that stands as it is, the results it prints, and the display it places, if any."""

    markdown: str
    places: Made | None = None
    printed: tuple[Piece, ...] = ()


class Said:
    """The study file as templates see it: each of its texts is a Text; its numbers stay numbers, and are refused."""

    def __init__(self, part: Any) -> None:
        self._part = part

    def __getattr__(self, name: str) -> Any:
        fields = self._part if isinstance(self._part, dict) else dict(self._part)
        if name not in fields:
            near = difflib.get_close_matches(name, fields, n=1)
            told = f"did you mean {near[0]}?" if near else f"it has: {', '.join(fields)}"
            raise TemplateError(f"the study file has no {name} here", remedy=told)
        return _said(fields[name])


def _said(value: Any) -> Any:
    if isinstance(value, str):
        return words(value)
    if isinstance(value, tuple):
        return [_said(each) for each in value]
    return Said(value) if isinstance(value, BaseModel | dict) else value


class Sentences:
    """The functions of the template context, over one study's results."""

    def __init__(self, study: Study, results: Results, style: Style, made: Mapping[str, Made]) -> None:
        self._study, self._results, self._style, self._made = study, results, style, made
        self._names = typed.names(study)

    def context(self) -> dict[str, Any]:
        """Return the names that a template may use."""
        functions: list[Callable[..., Text | Block]] = [
            self.value, self.count, self.part, self.spread, self.estimate, self.interval, self.p, self.p_and_floor,
            self.moved, self.if_any, self.with_p_below, self.median_and_limit, self.multiplicity, self.methods,
            self.software, self.registrations, self.display, self.authors, self.data_notice, self.provenance,
            self.contributions, self.interests, self.arm, self.statistical_methods, self.estimands,
        ]  # fmt: skip
        closed = self._results.header.get("board") != "open"
        named = {"study": Said(self._study), "closed": closed}
        return {**named, **{function.__name__: function for function in functions}}

    def _row(self, analysis: str, stat: str, **where: str) -> Row:
        if where.get("arm"):
            self._refuse_without_arms(where["arm"])
        try:
            return self._results.one(analysis_id=analysis, stat_name=stat, **_columns(where))
        except ResultsError as fault:
            if self._results.header.get("treatment") != "pooled":
                raise
            remedy = f"{fault.remedy}; is it of arms, or hidden until the unblinding? Then {ONLY_IF_CLOSED}"
            raise ResultsError(fault.message, remedy=remedy) from fault

    def _refuse_without_arms(self, arm: str) -> None:
        if self._results.header.get("treatment") == "pooled":
            raise TemplateError(f"an open report has no arms, and {arm} is one", remedy=ONLY_IF_CLOSED)

    def arm(self, name: str) -> Text:
        """Return the label of an arm; in a dry run the name of the dummy."""
        self._refuse_without_arms(name)
        known = {arm.id: arm.label for arm in self._study.design.arms}
        if name not in known:
            raise TemplateError(f"there is no arm named {name}", remedy=f"the study file has: {', '.join(known)}")
        return words(known[name])

    def value(self, analysis: str, stat: str, **where: str) -> Text:
        """Return one result; ``arm``, ``visit`` and ``level`` choose among several."""
        row = self._row(analysis, stat, **where)
        if row.format_key.startswith("p") and not row.format_key.startswith(("percent", "points")):
            raise TemplateError(f"{row.result_id} is a p value", remedy=f'write p("{analysis}", "{stat}", ...)')
        return numbers.text(row, self._style)

    def count(self, analysis: str, **where: str) -> Text:
        """Return a count with its denominator and share, such as "27 of 295 (9.2%)"."""
        return numbers.of_total((self._row(analysis, stat, **where) for stat in ("n", "N", "p")), self._style)

    def part(self, analysis: str, stat: str, total: str, **where: str) -> Text:
        """Return a number with the number that it is part of, such as "4 of 6"; a hole stands alone."""
        n, whole = (self._row(analysis, name, **where) for name in (stat, total))
        unknown = next((row for row in (n, whole) if row.stat is None), None)
        if unknown is not None:
            return numbers.text(unknown, self._style)
        return fill("{n}\u00a0of\u00a0{whole}", n=numbers.text(n, self._style), whole=numbers.text(whole, self._style))

    def spread(self, analysis: str, middle: str, low: str, high: str, **where: str) -> Text:
        """Return a middle value with two bounds, such as "9.2 (5.4–12.3)"."""
        bounds = numbers.extent(self._row(analysis, low, **where), self._row(analysis, high, **where), self._style)
        return numbers.with_brackets(self._row(analysis, middle, **where), self._style, bounds)

    def estimate(self, analysis: str, unit: str = "", **where: str) -> Text:
        """Return an estimate with its unit and interval, such as "7.79 points (95% CI, 2.44 to 13.23)"."""
        typed.refuse_words(unit, self._names)
        named = words(f"\u00a0{unit}" if unit and unit != "%" else unit)
        limits = self.interval(analysis, **where)
        return numbers.with_brackets(self._row(analysis, "estimate", **where), self._style, limits, named)

    def interval(self, analysis: str, **where: str) -> Text:
        """Return an interval with its name, such as "95% CI: 0%, 46%"; a hole stands alone."""
        low, high = (self._row(analysis, stat, **where) for stat in ("conf.low", "conf.high"))
        level = self._results.one(analysis_id=analysis, stat_name="conf.level")
        limits = numbers.bracketed_interval(low, high, level, self._style)
        return numbers.text(low, self._style) if low.query else limits

    def p(self, analysis: str, stat: str = "p.value", **where: str) -> Text:
        """Return a p value with its symbol in the journal's style."""
        return numbers.p_value(self._row(analysis, stat, **where), self._style)

    def p_and_floor(self, analysis: str, **where: str) -> Text:
        """Return p beside the smallest p that so few differences allow, which it may be itself."""
        p, floor, n = (self._row(analysis, stat, **where) for stat in ("p.value", "p.floor", "n_used"))
        said = numbers.p_value(p, self._style)
        if any(row.stat is None for row in (p, floor, n)):
            return said
        named, allow = ("difference", "allows") if n.number() == 1 else ("differences", "allow")
        parts = {"p": said, "floor": numbers.bare_p(floor, self._style), "n": numbers.text(n, self._style)}
        if p.number() == floor.number():
            return fill(f"{{p}}, the smallest value that {{n}}\u00a0{named} {allow}", **parts)
        return fill(f"{{p}} (at the smallest {{floor}} with {{n}}\u00a0{named})", **parts)

    def moved(
        self,
        analysis: str,
        stat: str,
        fell: str = "fell",
        rose: str = "rose",
        same: str = "did not change",
        significant: str = "",
        **where: str,
    ) -> Text:
        """Return the word for the direction of a difference; it carries the id of the result that decides it.

        "significantly" stands before it where ``significant`` names a test that was planned to decide and has.
        """
        for word in (fell, rose, same):
            typed.refuse_words(word, self._names)
        row = self._row(analysis, stat, **where)
        if row.stat is None:
            return numbers.text(row, self._style)
        word = fell if row.number() < 0 else rose if row.number() > 0 else same
        decided = self._decided(analysis, significant, where) if significant and row.number() else Text()
        return decided + numbers.printed_as(word, row)

    def _decided(self, analysis: str, test: str, where: Mapping[str, str]) -> Text:
        """Return "significantly " where the test that was planned to decide on a comparison has; nothing otherwise."""
        endpoint = analysis.partition(".")[0]
        known = [f"{e.id}.{use.name}" for e in self._study.endpoints for use in e.methods if e.id == endpoint]
        if test not in known or analysis not in known or "level" in where:
            told = f"{test} does not decide on {analysis}" + (f" at level {where['level']}" if "level" in where else "")
            remedy = f"one endpoint's test decides on its comparison: {', '.join(known) or 'an endpoint has none here'}"
            raise TemplateError(told, remedy=remedy)
        arm = {"group1_level": where["arm"]} if "arm" in where else {}
        rows = self._results.select(analysis_id=test, stat_name="significant", **arm)
        if len(rows) > 1:
            raise TemplateError(f"{test} decides on several comparisons", remedy="say which, by arm")
        decided = [row for row in rows if row.stat is True]
        return numbers.printed_as("significantly", decided[0]) + words(" ") if decided else Text()

    def if_any(self, analysis: str, stat: str, none: str, some: str, **where: str) -> Text:
        """Return one of two wordings, by whether a count is zero; it carries the count's id."""
        for wording_of in (none, some):
            typed.refuse_words(wording_of, self._names)
        row = self._row(analysis, stat, **where)
        return (
            numbers.text(row, self._style)
            if row.stat is None
            else numbers.printed_as(some if row.number() else none, row)
        )

    def with_p_below(self, display: str, level: float, visit: str = "") -> Text:
        """Return which measures of a table, at a visit or at all, have p below a level, such as "VAS pain and CHAQ"."""
        listed = next((each.shown_endpoints for each in self._study.displays if each.id == display), ())
        shown = [name for name in listed if visit in ("", self._study.endpoint(name).visit)]
        if not shown:
            raise TemplateError(
                f"there is no display named {display} with endpoints", remedy="name a table of outcomes"
            )
        return wording.with_p_below(self._study, self._results, self._style, shown, level)

    def median_and_limit(self, endpoint: str, within: str = "within", above: str = "above") -> Text:
        """Return the word for a median at an endpoint's visit that is within, or above, the limit of its shift."""
        for word in (within, above):
            typed.refuse_words(word, self._names)
        visit = next((each.visit or "" for each in self._study.endpoints if each.id == endpoint), "")
        median = self._row(f"{endpoint}.change", "median", visit=visit)
        return wording.against_limit(median, self._row(f"{endpoint}.shift", "limit"), self._style, within, above)

    def multiplicity(self, analysis: str) -> Text:
        """Return the sentence that says what an adjustment for several tests could reach with so few differences."""
        return wording.multiplicity(self._results, self._style, analysis)

    def _endpoint(self, name: str) -> Endpoint:
        known = [each.id for each in self._study.endpoints]
        if name not in known:
            raise TemplateError(f"there is no endpoint named {name}", remedy=f"the study file has: {', '.join(known)}")
        return self._study.endpoint(name)

    def methods(self, endpoint: str, only: str = "") -> Text:
        """Return the sentences of an endpoint's methods, in the plan's order, or that of the one named ``only``."""
        used = self._endpoint(endpoint).methods
        chosen = [use for use in used if use.name == only] if only else _distinct(used)
        if not chosen:
            remedy = f"it has: {', '.join(use.name for use in used)}"
            raise TemplateError(f"{endpoint} has no method named {only}", remedy=remedy)
        return join(self.value(f"{endpoint}.{use.name}", "sentence") for use in chosen)

    def software(self) -> Text:
        """Return the programs and versions that computed the results, those of results that were read in among them."""
        return statistical_methods.programs(self._results)

    def statistical_methods(self) -> Block:
        """Return the whole section on statistics, drawn from the analyses: each test, its choices, levels, software."""
        return _paragraphs(statistical_methods.paragraphs(self._study, self._results, self._style))

    def estimands(self, endpoint: str = "") -> Block:
        """Return the declared estimands in words, one paragraph each; or that of one endpoint."""
        chosen = [self._endpoint(endpoint)] if endpoint else []
        told = statistical_methods.estimands(self._study, [each.id for each in chosen])
        if not told:
            remedy = "write estimand: in the study file, or leave this out"
            raise TemplateError(f"{endpoint or 'no endpoint'} has {'no' if endpoint else 'an'} estimand", remedy=remedy)
        return _paragraphs(told)

    def registrations(self) -> Text:
        """Return the registries and numbers of the trial's registration."""
        return words("; ".join(f"{entry.registry} {entry.id}" for entry in self._study.study.registrations))

    def display(self, name: str) -> Block:
        """Return the block that places a table or figure of the study file."""
        if name not in self._made:
            remedy = f"the study file has: {', '.join(self._made)}"
            if self._results.header.get("treatment") == "pooled":
                remedy += f"; is it one that compares arms? Then {ONLY_IF_CLOSED}"
            raise TemplateError(f"there is no display named {name}", remedy=remedy)
        declared = next(display for display in self._study.displays if display.id == name)
        caption = markdown(self.caption(declared))
        block = f'::: {{#{name} tree="displays/{name}.json"}}\n\n{caption}\n\n:::'
        wide = f":::: {{.wide}}\n\n{block}\n\n::::" if self._made[name].wide else block
        return Block(wide, self._made[name])

    def caption(self, display: Display) -> Text:
        """Return the title; a figure's notes and abbreviations follow it, which in a table stand in its foot."""
        title, notes = words(display.title), [words(note) for note in display.notes]
        if not display.id.startswith("fig-"):
            return title
        explained = abbreviations.note([title, *notes, words(self._made[display.id].alt)], self._study)
        below = [text for text in (*notes, explained) if text]
        return join(map(_ended, [title, *below])) if below else title

    def authors(self) -> Block:
        """Return the title block: authors with their affiliations and the corresponding author."""
        order = {key: index for index, key in enumerate(self._study.affiliations, start=1)}
        names = ", ".join(_author(author, order) for author in self._study.authors)
        places = [f"^{order[key]}^ {markdown(words(place))}" for key, place in self._study.affiliations.items()]
        contacts = [a for a in self._study.authors if a.corresponding and a.email]
        lines = [f"::: {{.authors}}\n{names}\n:::"]
        lines += [f"::: {{.affiliations}}\n{place}\n:::" for place in places]
        lines += [f"::: {{.front}}\nCorrespondence: {markdown(words(f'{a.name}, {a.email}'))}\n:::" for a in contacts]
        return Block("\n\n".join(lines))

    def contributions(self) -> Text:
        """Return who did what, by the roles of CRediT, in the order in which the first author to have it is named."""
        roles = dict.fromkeys(role for author in self._study.authors for role in author.roles)
        told = [(role, [author.name for author in self._study.authors if role in author.roles]) for role in roles]
        return words("; ".join(f"{role.replace('_', ' ')}: {', '.join(names)}" for role, names in told))

    def interests(self) -> Text:
        """Return the interests that each author declares."""
        declared = [f"{author.name}: {author.interests}" for author in self._study.authors if author.interests]
        return words("; ".join(declared))

    def data_notice(self) -> Block:
        """Return the boxed notice of what the data are not: real, locked; and how many queries are open."""
        state = self._results.header["lock"]["state"]
        notices = [words(f"{self._study.study.status}.")] if self._study.study.status else []
        notices += self._of_arms()
        if state == "live":
            notices.append(words("Draft: the data are not locked, and every number may change."))
        elif state == "soft":
            notices.append(words("Draft: the data are under a soft lock, and may still be corrected."))
        open_queries = self._results.one(analysis_id="queries.open", stat_name="n")
        if open_queries.stat:
            told = "Open queries: {n}. Where a result rests on one, the query stands in its place, as in [open query]."
            notices.append(fill(told, n=numbers.text(open_queries, self._style)))
        said = join(notices)
        return Block(f"::: {{.notice}}\n{markdown(said)}\n:::" if said else "", printed=tuple(said.results))

    def _of_arms(self) -> list[Text]:
        """Return what the first page says of arms that are not the true ones, or that few may see."""
        if self._results.header.get("treatment") == "dummy":
            return [wording.dry_run(self._results, self._style)]
        board = self._results.header.get("board")
        return [words({"open": OPEN, "closed": CLOSED}[board])] if board else []

    def provenance(self) -> Block:
        """Return what the results rest on: the data and their lock, protocol and plan, files, and every waiver."""
        said = provenance.lines(self._study, self._results, self._style)
        printed = tuple(piece for line in said for piece in line.results)
        return Block("\n".join(f"- {markdown(line)}" for line in said), printed=printed)


def _paragraphs(told: Sequence[Text]) -> Block:
    """Return texts as paragraphs of the manuscript."""
    printed = tuple(piece for text in told for piece in text.results)
    return Block("\n\n".join(map(markdown, told)), printed=printed)


def _columns(where: Mapping[str, str]) -> dict[str, str]:
    """Return by which columns a template chooses among results; no result is of an arm and of a period."""
    names = {"arm": "group1_level", "period": "group1_level", "visit": "visit", "level": "variable_level"}
    if unknown := set(where) - set(names):
        told = f"{', '.join(sorted(unknown))} is not a way to choose a result"
        raise TemplateError(told, remedy=f"use {', '.join(names)}")
    if {"arm", "period"} <= set(where):
        raise TemplateError("no result is of an arm and of a period", remedy="choose by one of the two")
    return {names[key]: value for key, value in where.items()}


def _ended(text: Text) -> Text:
    return text if text.plain.rstrip().endswith((".", "?", "!")) else text + words(".")


def _distinct(uses: tuple[Any, ...]) -> list[Any]:
    """Return the uses of methods whose sentences differ: the description first, each method with each interval once."""
    return list({(use.method, str(use.arguments)): use for use in uses}.values())


def _author(author: Any, order: Mapping[str, int]) -> str:
    marks = ",".join(str(order[key]) for key in author.affiliations)
    return markdown(words(author.name)) + (f"^{marks}^" if marks else "")
