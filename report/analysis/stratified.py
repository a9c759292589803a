"""A binary outcome by arm within strata: Mantel-Haenszel estimates and the Cochran-Mantel-Haenszel test."""

from __future__ import annotations

from dataclasses import dataclass

from report.analysis.two_by_two import EventCounts


@dataclass(frozen=True)
class Stratum:
    """The counts of every arm in one stratum, under the stratum's level."""

    level: str
    counts: EventCounts


@dataclass(frozen=True)
class StratifiedCounts:
    """The counts of every stratum in declared order."""

    strata: tuple[Stratum, ...]
