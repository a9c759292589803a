"""What templates may call: each function gives a Text drawn from results, or a block of the manuscript.

``CONTEXT`` is the whole of it; ``docs/templates.md`` documents it, and a test holds the two together.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from report.ard import Results, Row
from report.errors import TemplateError
from report.paper import numbers, provenance
from report.paper.made import Made
from report.paper.styles import Style
from report.paper.text import Piece, Text, fill, join, markdown, words
from report.study.model import Study


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

    def context(self) -> dict[str, Any]:
        """Return the names that a template may use."""
        functions: list[Callable[..., Text | Block]] = [
            self.value, self.count, self.spread, self.estimate, self.p, self.moved, self.methods, self.software,
            self.registrations, self.display, self.authors, self.data_notice,
            self.provenance, self.contributions, self.interests,
        ]  # fmt: skip
        return {"study": Said(self._study), **{function.__name__: function for function in functions}}

    def _row(self, analysis: str, stat: str, **where: str) -> Row:
        names = {"arm": "group1_level", "visit": "visit", "level": "variable_level"}
        unknown = set(where) - set(names)
        if unknown:
            raise TemplateError(
                f"{', '.join(unknown)} is not a way to choose a result", remedy=f"use {', '.join(names)}"
            )
        return self._results.one(analysis_id=analysis, stat_name=stat, **{names[k]: v for k, v in where.items()})

    def value(self, analysis: str, stat: str, **where: str) -> Text:
        """Return one result; ``arm``, ``visit`` and ``level`` choose among several."""
        row = self._row(analysis, stat, **where)
        if row.format_key.startswith("p") and not row.format_key.startswith(("percent", "points")):
            raise TemplateError(f"{row.result_id} is a p value", remedy=f'write p("{analysis}", "{stat}", ...)')
        return numbers.text(row, self._style)

    def count(self, analysis: str, **where: str) -> Text:
        """Return a count with its denominator and share, such as "27 of 295 (9.2%)"."""
        return numbers.of_total((self._row(analysis, stat, **where) for stat in ("n", "N", "p")), self._style)

    def spread(self, analysis: str, middle: str, low: str, high: str, **where: str) -> Text:
        """Return a middle value with two bounds, such as "9.2 (5.4–12.3)"."""
        bounds = numbers.extent(self._row(analysis, low, **where), self._row(analysis, high, **where), self._style)
        return numbers.with_brackets(self._row(analysis, middle, **where), self._style, bounds)

    def estimate(self, analysis: str, unit: str = "", **where: str) -> Text:
        """Return an estimate with its unit and interval, such as "7.79 points (95% CI, 2.44 to 13.23)"."""
        low, high = (self._row(analysis, stat, **where) for stat in ("conf.low", "conf.high"))
        level = self._results.one(analysis_id=analysis, stat_name="conf.level")
        limits = numbers.bracketed_interval(low, high, level, self._style)
        named = words(f" {unit}" if unit else "")
        return numbers.with_brackets(self._row(analysis, "estimate", **where), self._style, limits, named)

    def p(self, analysis: str, stat: str = "p.value", **where: str) -> Text:
        """Return a p value with its symbol in the journal's style."""
        return numbers.p_value(self._row(analysis, stat, **where), self._style)

    def moved(
        self,
        analysis: str,
        stat: str,
        fell: str = "fell",
        rose: str = "rose",
        same: str = "did not change",
        **where: str,
    ) -> Text:
        """Return the word for the direction of a difference; it carries the id of the result that decides it."""
        row = self._row(analysis, stat, **where)
        if row.stat is None:
            return numbers.text(row, self._style)
        word = fell if row.number() < 0 else rose if row.number() > 0 else same
        return numbers.printed_as(word, row)

    def methods(self, endpoint: str) -> Text:
        """Return the sentences of an endpoint's methods, in the plan's order."""
        known = [each.id for each in self._study.endpoints]
        if endpoint not in known:
            raise TemplateError(
                f"there is no endpoint named {endpoint}", remedy=f"the study file has: {', '.join(known)}"
            )
        declared = self._study.endpoint(endpoint)
        return join(self.value(f"{endpoint}.{use.name}", "sentence") for use in _distinct(declared.methods))

    def software(self) -> Text:
        """Return the programs and versions that computed the results."""
        named = {"trialpress": "trialpress", "python": "Python", "numpy": "NumPy", "pandas": "pandas", "scipy": "SciPy"}
        used = self._results.header["software"]
        return words(", ".join(f"{shown}\u00a0{used[name]}" for name, shown in named.items() if name in used))

    def registrations(self) -> Text:
        """Return the registries and numbers of the trial's registration."""
        return words("; ".join(f"{entry.registry} {entry.id}" for entry in self._study.study.registrations))

    def display(self, name: str) -> Block:
        """Return the block that places a table or figure of the study file."""
        if name not in self._made:
            raise TemplateError(
                f"there is no display named {name}", remedy=f"the study file has: {', '.join(self._made)}"
            )
        title = next(display.title for display in self._study.displays if display.id == name)
        block = f'::: {{#{name} tree="displays/{name}.json"}}\n\n{markdown(words(title))}\n\n:::'
        wide = f":::: {{.wide}}\n\n{block}\n\n::::" if self._made[name].wide else block
        return Block(wide, self._made[name])

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

    def provenance(self) -> Block:
        """Return what the results rest on: the data and their lock, protocol and plan, files, and every waiver."""
        said = provenance.lines(self._study, self._results, self._style)
        printed = tuple(piece for line in said for piece in line.results)
        return Block("\n".join(f"- {markdown(line)}" for line in said), printed=printed)


def _distinct(uses: tuple[Any, ...]) -> list[Any]:
    """Return the uses of methods whose sentences differ: the description first, each method with each interval once."""
    return list({(use.method, str(use.arguments)): use for use in uses}.values())


def _author(author: Any, order: Mapping[str, int]) -> str:
    marks = ",".join(str(order[key]) for key in author.affiliations)
    return markdown(words(author.name)) + (f"^{marks}^" if marks else "")
