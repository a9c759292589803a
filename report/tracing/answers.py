"""The answers of ``trialpress trace`` and ``trialpress explain``: as lines to read, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from report.lock.record import Place
from report.tracing import finding, lineage, papers, r_code, telling, words
from report.tracing.finding import Found
from report.tracing.lineage import Lineage
from report.tracing.papers import Paper
from report.tracing.words import Explained

MOST_ROWS = 8  # results of one match that are followed at once; of more it is asked which


@dataclass(frozen=True)
class Answer:
    """What was found, and the lineage of its results where it is one match."""

    found: Found
    followed: tuple[Lineage, ...]

    @property
    def is_found(self) -> bool:
        """Whether anything was."""
        return bool(self.found.matches)

    def lines(self) -> Iterator[str]:
        """Yield the answer as it is read."""
        if not self.is_found:
            yield from telling.nothing(self.found)
        elif not self.followed:
            yield from telling.listed(self.found)
        else:
            yield from telling.told(self.found.matches[0], self.followed)
            yield ""
            yield f"In words, with R code: trialpress explain {self.followed[0].result_id}"

    def as_json(self) -> str:
        """Return the answer as JSON."""
        content = {**asdict(self.found), "followed": [asdict(each) for each in self.followed]}
        return json.dumps(content, ensure_ascii=False, indent=1)


def trace(place: Place, asked: str) -> Answer:
    """Return what a text or an id is, followed back to the data where it is one; ResultsError without a paper."""
    paper = papers.read(place)
    found = finding.find(paper, asked)
    one = found.matches[0] if len(found.matches) == 1 else None
    ids = one.results if one is not None and len(one.results) <= MOST_ROWS else ()
    return Answer(found, tuple(lineage.follow(paper, result_id) for result_id in ids))


@dataclass(frozen=True)
class Explanation:
    """What was found, explained where it is one match."""

    found: Found
    explained: tuple[Explained, ...]

    @property
    def is_found(self) -> bool:
        """Whether anything was."""
        return bool(self.found.matches)

    def lines(self, *, only_code: bool = False) -> Iterator[str]:
        """Yield the explanation as it is read, or the R code alone."""
        if not self.explained:
            yield from Answer(self.found, ()).lines()
            return
        for each in self.explained:
            yield from telling.code(each) if only_code else telling.explained(each)

    def as_json(self) -> str:
        """Return the explanation as JSON."""
        content = {**asdict(self.found), "explained": [asdict(each) for each in self.explained]}
        return json.dumps(content, ensure_ascii=False, indent=1)


def explain(place: Place, asked: str) -> Explanation:
    """Return what a text or an id is, in words and in R, where it is one; ResultsError without a paper."""
    paper = papers.read(place)
    found = finding.find(paper, asked)
    one = found.matches[0] if len(found.matches) == 1 else None
    ids = one.results if one is not None and len(one.results) <= MOST_ROWS else ()
    return Explanation(found, tuple(_explained(paper, result_id) for result_id in ids))


def _explained(paper: Paper, result_id: str) -> Explained:
    followed = lineage.follow(paper, result_id)
    code = r_code.r_code(paper, paper.results.by_id(result_id))
    return Explained(
        result_id=result_id, text=followed.text, sentences=tuple(words.explain(paper, followed)), r_code=code.text,
        packages=code.packages, to_derive_first=code.to_derive_first, no_code_because=code.reason,
    )  # fmt: skip
