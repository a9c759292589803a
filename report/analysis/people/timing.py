"""Rules that count days: from the start of a participant's study days, from birth, and to the nearest visit.

Days are whole; the day of the start is 0 in windows and periods, and day 1 as CDISC's study day. A row without its date
or its participant's start is missing in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.people.conditions import Answer
from report.checking.queries import Mask
from report.study.plan import Visit
from report.study.rules_dates import Span

Vector = npt.NDArray[np.float64]
Levels = npt.NDArray[np.object_]
Positions = npt.NDArray[np.int64]
NOWHERE = -1


def days_from(starts: pd.Series, dates: pd.Series) -> Vector:
    """Return the days from the starts to the dates, one a row: 0 on the day itself, negative before it."""
    return np.asarray((dates - starts).dt.days, dtype=float)


def study_day(dates: pd.Series, starts: pd.Series) -> Vector:
    """Return the study day of each date: the start is day 1, the day before it -1 (CDISC SDTM, --DY)."""
    days = days_from(starts, dates)
    return np.where(days >= 0, days + 1, days)


def age(births: pd.Series, dates: pd.Series) -> Vector:
    """Return the completed years from birth to a date, one a row; missing on a date before birth.

    Who was born on 29 February completes a year on 1 March where the year has no such day.
    """
    years = (dates.dt.year - births.dt.year).to_numpy(dtype=float)
    months = (dates.dt.month - births.dt.month).to_numpy(dtype=float)
    days = (dates.dt.day - births.dt.day).to_numpy(dtype=float)
    is_to_come = (months < 0) | ((months == 0) & (days < 0))
    unborn = np.asarray(dates < births, dtype=bool)
    return np.where(unborn, np.nan, years - is_to_come)


def between(first: pd.Series, last: pd.Series, unit: str) -> Vector:
    """Return the completed days, weeks, months or years from one date to the other, one a row.

    A month or a year is completed on the same day of the month, or on the first day after it where there is none. Where
    the second date comes first the count is that of the way back, below zero.
    """
    days = days_from(first, last)
    if unit in ("days", "weeks"):
        return np.asarray(np.trunc(days / {"days": 1, "weeks": 7}[unit]), dtype=float)
    back = np.asarray(last < first, dtype=bool)
    early, late = first.where(~back, last), last.where(~back, first)
    months = (late.dt.year - early.dt.year) * 12 + (late.dt.month - early.dt.month) - (late.dt.day < early.dt.day)
    completed = np.floor(months.to_numpy(dtype=float) / {"months": 1, "years": 12}[unit])
    return np.where(days == days, np.where(back, -completed, completed) + 0.0, np.nan)


def period(periods: Mapping[str, Span], dates: pd.Series, starts: pd.Series) -> Levels:
    """Return the period in which each date lies, both ends included; missing outside all of them."""
    days = days_from(starts, dates)
    made: Levels = np.full(len(days), None, dtype=object)
    for name, span in periods.items():
        made[(days >= span.first) & (days <= span.last)] = name
    return made


def emergent(onsets: pd.Series, starts: pd.Series, lasts: pd.Series, within: int | None, known: Mask) -> Answer:
    """Return which events are treatment emergent: begun on or after the start, and in time where days are given.

    The days are counted from the last treatment. Where its date is missing treatment may be going on: an event so soon
    after the start is emergent all the same, and of a later one nobody knows. Who has no start was not treated, so that
    no event can be due to treatment: the answer is no, whatever the onset. It is open where the onset of a treated
    participant is missing, and where nobody knows whose the event is (``known`` is False).
    """
    began = np.asarray(onsets >= starts, dtype=bool)
    untreated, before = starts.isna().to_numpy(dtype=bool), np.asarray(onsets < starts, dtype=bool)
    if within is None:
        return Answer(began & known, (untreated | before) & known)
    days = pd.Timedelta(days=within)
    in_time = np.asarray((onsets <= lasts + days) | (onsets <= starts + days), dtype=bool)
    too_late = np.asarray(onsets > lasts + days, dtype=bool) & ~in_time
    return Answer(began & in_time & known, (untreated | before | too_late) & known)


def nearest_rows(visits: Iterable[Visit], persons: pd.Series, days: Vector, rank: Positions) -> Levels:
    """Return each row's visit by its window: one row a participant and visit, the nearest to the planned day.

    Of two equally near the later one is taken, on the same day the later in key order (``rank``). Other rows: missing.
    """
    made: Levels = np.full(len(days), None, dtype=object)
    for visit in visits:
        assert visit.window is not None
        inside = (days >= visit.window[0]) & (days <= visit.window[1])
        chosen = last_of_each(persons, inside, (rank, days, -np.abs(days - visit.day)))
        made[chosen[chosen != NOWHERE]] = visit.code
    return made


def rows_before(persons: pd.Series, dates: pd.Series, starts: pd.Series, held: Mask, rank: Positions) -> Positions:
    """Return for each row where its participant's last row with a value (``held``) up to the start stands."""
    eligible = np.asarray(dates <= starts, dtype=bool) & held
    return last_of_each(persons, eligible, (rank, dates.to_numpy()))


def last_of_each(persons: pd.Series, eligible: Mask, by: Sequence[npt.NDArray[np.generic]]) -> Positions:
    """Return for each row the position of its participant's last eligible row, -1 where there is none.

    Last in the order of the keys ``by``, the last key first as in ``numpy.lexsort``.
    """
    positions = np.flatnonzero(eligible & persons.notna().to_numpy(dtype=bool))
    positions = positions[np.lexsort([key[positions] for key in by])]
    found = pd.Series(positions, index=pd.Index(persons.iloc[positions], dtype=object), dtype=float)
    found = found[~found.index.duplicated(keep="last")]
    return found.reindex(persons.to_numpy(dtype=object)).fillna(NOWHERE).to_numpy(dtype=np.int64)


def key_rank(frame: pd.DataFrame, key: Sequence[str]) -> Positions:
    """Return the place of each row in the order of the key, counted from 0."""
    ordered = frame[list(key)].reset_index(drop=True).sort_values(list(key), kind="stable").index
    return np.argsort(ordered.to_numpy()).astype(np.int64)


def taken(values: npt.NDArray[np.float64], positions: Positions) -> Vector:
    """Return the values at these positions along the first axis; missing where the position is -1."""
    made = np.full((len(positions), *values.shape[1:]), np.nan)
    found = positions != NOWHERE
    made[found] = values[positions[found]]
    return made
