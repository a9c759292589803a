"""Each rule of a derivation in R, exactly as it computes here; a rule that is not written out says so."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from report.study.derivations import (
    AcrPedi,
    AnyDerivation,
    BaselineValue,
    Category,
    Change,
    Condition,
    Jadas,
    PercentChange,
    Sum,
    Term,
)  # fmt: skip
from report.study.model import Study, Where
from report.study.rules_dates import Age, Period, StudyDay, TimeBetween, TreatmentEmergent, VisitWindow
from report.tracing import r_text as r

NOT_WRITTEN_OUT = (VisitWindow,)


class Rule:
    """One derived variable in R: its lines, and the shared functions that they call."""

    def __init__(self, study: Study, name: str) -> None:
        self.study = study
        self.name = name
        self.rule: AnyDerivation = study.derivations[name]
        self.frame = self.rule.dataset
        self.made = r.column(self.frame, name)
        self.helpers: list[str] = []

    @property
    def is_written_out(self) -> bool:
        """Whether R code for it is given."""
        return not isinstance(self.rule, NOT_WRITTEN_OUT)

    def lines(self) -> Iterator[str]:
        """Yield the lines that make the variable."""
        if not self.is_written_out:
            rule = self.rule.rule
            yield f"# derive the column {self.name} of {self.frame} first, by the rule {rule} (docs/derivations.md)"
            yield f"stopifnot({r.text(self.name)} %in% names({r.called(self.frame)}))"
            return
        yield f"# {self.rule.label}, by the rule {self.rule.rule}{f' ({self.rule.source})' if self.rule.source else ''}"
        yield from self._lines()

    def of(self, name: str) -> str:
        """Return a variable that the rule reads: of its own data set, or each row's of the participants' own."""
        if name in self.study.variables(self.frame):
            return r.column(self.frame, name)
        return self.each(Where(dataset=self.study.participants, column=name))

    def each(self, where: Where) -> str:
        """Return the value of each row's participant in a data set with one row each."""
        if where.dataset == self.frame:
            return r.column(self.frame, where.column)
        theirs = r.column(where.dataset, self.study.datasets[where.dataset].participant)
        return f"{r.column(where.dataset, where.column)}[match({self.whose}, {theirs})]"

    @property
    def whose(self) -> str:
        """Return the participant of each row."""
        return r.column(self.frame, self.study.datasets[self.frame].participant)

    @property
    def start(self) -> str:
        """Return the start of each row's participant."""
        assert self.study.design.start is not None
        return self.each(self.study.design.start)

    def to_step(self, value: str, resolution: float) -> str:
        """Return a value rounded to the resolution of its variable."""
        self.helpers.append("to_step")
        steps, per = Fraction(str(resolution)).as_integer_ratio()
        return f"to_step({value}, {steps}, {per})"

    def _lines(self) -> Iterator[str]:
        rule = self.rule
        match rule:
            case Sum():
                yield from self._sum(rule)
            case Jadas():
                yield f"{self.made} <- {self.to_step(self._jadas(rule), rule.resolution)}"
            case AcrPedi():
                yield from self._acr(rule)
            case BaselineValue():
                yield from self._baseline(rule)
            case Change():
                moved = f"{self.of(rule.variable)} - {self.of(rule.baseline)}"
                yield f"{self.made} <- {self.to_step(moved, rule.resolution)}"
            case PercentChange():
                before = self.of(rule.baseline)
                part = f"ifelse({before} == 0, NA, 100 * ({self.of(rule.variable)} - {before}) / {before})"
                yield f"{self.made} <- {self.to_step(part, rule.resolution)}"
            case Category():
                breaks = ", ".join(r.number(each) for each in rule.breaks)
                place = f"findInterval({self.of(rule.variable)}, c({breaks})) + 1"
                yield f"{self.made} <- {r.texts(list(rule.levels))}[{place}]"
            case Condition():
                yield f'{self.made} <- ifelse({self._condition(rule)}, "yes", "no")'
            case _:
                yield from self._timed()

    def _condition(self, rule: Condition) -> str:
        return r.condition(self.study, self.frame, rule.where)

    def _timed(self) -> Iterator[str]:
        match self.rule:
            case StudyDay() as rule:
                yield f"days.from <- as.numeric({self.of(rule.date)} - {self.start})"
                yield f"{self.made} <- ifelse(days.from >= 0, days.from + 1, days.from)"
            case Age() as rule:
                self.helpers.append("age")
                yield f"{self.made} <- age_on({self.of(rule.birth)}, {self.of(rule.on)})"
            case TimeBetween() as rule:
                self.helpers.append("completed")
                yield f"{self.made} <- completed({self.of(rule.first)}, {self.of(rule.last)}, {r.text(rule.unit)})"
            case TreatmentEmergent() as rule:
                self.helpers.append("emergent")
                last, within = (self.of(rule.last) if rule.last else self.start), rule.within_days
                days = "NULL" if within is None else str(within)
                yield f"{self.made} <- emergent({self.of(rule.onset)}, {self.start}, {last}, {days})"
            case Period() as rule:
                yield f"days.from <- as.numeric({self.of(rule.date)} - {self.start})"
                yield f"{self.made} <- NA_character_"
                for name, span in rule.periods.items():
                    chosen = f"days.from >= {span.first} & days.from <= {span.last}"
                    yield f"{self.made}[which({chosen})] <- {r.text(name)}"

    def _sum(self, rule: Sum) -> Iterator[str]:
        terms = [self._term(term) for term in rule.terms]
        if rule.prorate_from is None:
            yield f"{self.made} <- {self.to_step(' + '.join(terms), rule.resolution)}"
            return
        yield f"of.terms <- cbind({', '.join(terms)})"
        whole = f"rowMeans(of.terms, na.rm = TRUE) * {len(terms)}"
        enough = f"ifelse(rowSums(!is.na(of.terms)) >= {rule.prorate_from}, {whole}, NA)"
        yield f"{self.made} <- {self.to_step(enough, rule.resolution)}"

    def _term(self, term: Term) -> str:
        made = self.of(term.column)
        made = f"({made} - {r.number(term.subtract)})" if term.subtract else made
        made = f"{made} / {r.number(term.divide)}" if term.divide != 1 else made
        made = f"pmax({made}, {r.number(term.at_least)})" if term.at_least is not None else made
        return f"pmin({made}, {r.number(term.at_most)})" if term.at_most is not None else made

    def _jadas(self, rule: Jadas) -> str:
        parts = [_divided(self.of(rule.physician_global), rule.divide_physician_global)]
        parts.append(_divided(self.of(rule.patient_global), rule.divide_patient_global))
        parts.append(f"pmin({self.of(rule.active_joints)}, {rule.joints})")
        for marker, least in ((rule.esr, 20), (rule.crp, 10)):
            if marker:
                parts.append(f"pmin(pmax(({self.of(marker)} - {least}) / 10, 0), 10)")
        return " + ".join(parts)

    def _acr(self, rule: AcrPedi) -> Iterator[str]:
        self.helpers.append("acr_pedi")
        frame, visit = r.called(self.frame), r.column(self.frame, str(self.study.visit_variable(self.frame)))
        is_first = f"{visit} %in% {r.text(self.study.visit(rule.against).code)}"
        participant = self.study.datasets[self.frame].participant
        yield f"core.set <- {r.texts(list(rule.core))}"
        yield f"at.first <- {frame}[{is_first}, ]"
        yield f"at.first <- at.first[match({self.whose}, at.first${r.called(participant)}), core.set]"
        yield f"{self.made} <- acr_pedi({frame}[core.set], at.first, {rule.improvement})"
        yield f"{self.made}[{is_first} | is.na({visit})] <- NA  # none is defined at the visit compared with"

    def _baseline(self, rule: BaselineValue) -> Iterator[str]:
        frame, dataset = r.called(self.frame), self.study.datasets[self.frame]
        participant, value = r.called(dataset.participant), r.called(rule.variable)
        if rule.at is not None:
            visit = r.column(self.frame, str(self.study.visit_variable(self.frame)))
            yield f"at.first <- {frame}[{visit} %in% {r.text(self.study.visit(rule.at).code)}, ]"
        else:
            date = r.column(self.frame, str(dataset.date))
            keys = ", ".join(f"at.first${r.called(name)}" for name in (str(dataset.date), *dataset.key))
            yield f"at.first <- {frame}[which({date} <= {self.start} & !is.na({self.of(rule.variable)})), ]"
            yield f'at.first <- at.first[order({keys}, method = "radix"), ]'
            yield f"at.first <- at.first[!duplicated(at.first${participant}, fromLast = TRUE), ]"
        found = f"at.first${value}[match({self.whose}, at.first${participant})]"
        yield f"{self.made} <- {self.to_step(found, rule.resolution)}"


def _divided(value: str, by: int) -> str:
    return value if by == 1 else f"{value} / {by}"
