"""The table of an outcome that participants have or have not, compared between arms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import arms, cells, labels
from report.paper.tables.table import Line, Table
from report.paper.text import Text, fill, join, words
from report.study.endpoints import Endpoint, MethodUse
from report.study.model import Study

MEASURES = {
    "risk_reduction": "Absolute risk reduction, percentage points",
    "relative_risk_reduction": "Relative risk reduction, %",
    "risk_ratio": "Risk ratio",
    "number_needed_to_treat": "Number needed to treat",
    "risk_difference": "Risk difference, percentage points",
    "odds_ratio": "Odds ratio",
}
INTERVALS = {"miettinen_nurminen": "Miettinen-Nurminen", "newcombe": "Newcombe", "koopman": "Koopman", "exact": "exact",
    "wald": "Wald",
}  # fmt: skip
DESCRIBING = ("risk", "proportion")
STRATIFIED = {
    "difference": "Risk reduction over strata of {of}, percentage points",
    "ratio": "Risk ratio over strata of {of}",
    "odds_ratio": "Odds ratio over strata of {of}",
}
OVER_STRATA = {"stratified_risk_difference": ", Mantel-Haenszel weights", "breslow_day": ""}
AS_LABELLED = (  # those whose rows say what they are: a line for an estimate, a conclusion and P
    "chi_squared", "boschloo", "non_inferiority_risk", "equivalence_risk", "stratified_risk_difference", "breslow_day",
    "trend", "logistic", "standardised_risks",
)  # fmt: skip


class Outcome:
    """The results of one outcome by arm as cells; it looks rows up and calculates nothing."""

    def __init__(self, endpoint: Endpoint, study: Study, results: Results, style: Style) -> None:
        self.endpoint, self.study, self.results, self.style = endpoint, study, results, style
        self.arms = arms.columns(study)
        self.others = [arm for arm in self.arms if arm != study.design.reference]

    def row(self, used: str, name: str, arm: str = "") -> Row:
        """Return a row of a method by the name of its use: of an arm, or of none."""
        where = {"analysis_id": f"{self.endpoint.id}.{used}", "group1_level": arm, "stat_name": name}
        return self.results.one(**where)

    def risk(self, arm: str) -> Text:
        """Return the participants of an arm with the outcome, of all with a recorded one, and their share."""
        return numbers.of_total((self.row("risk", name, arm) for name in ("n", "N", "p")), self.style)

    def estimate(self, used: str, arm: str) -> Text:
        """Return what a method estimates of an arm against the reference, with its interval."""
        estimate, low, high = (self.row(used, name, arm) for name in ("estimate", "conf.low", "conf.high"))
        return cells.bracketed(estimate, numbers.interval(low, high, self.style), self.style)

    def p(self, used: str, arm: str) -> Text:
        """Return p of a test, under a stub that says P."""
        return numbers.bare_p(self.row(used, "p.value", arm), self.style)

    def level(self, used: str) -> Text:
        """Return the name of a method's interval with its level."""
        return numbers.interval_name(self.row(used, "conf.level"), self.style)

    @property
    def strata(self) -> str:
        """The label of the variable that stratified the allocation."""
        name = str(self.endpoint.strata)
        return self.study.column(self.study.home_of(self.endpoint, name), name).label or name


def outcome_binary(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return a table of a binary outcome: a column an arm, a line each for risk, differences, ratios and tests."""
    told = Outcome(endpoint, study, results, style)
    lines = [line for use in endpoint.methods if use.method not in DESCRIBING for line in _compared(told, use)]
    lines += [line for use in endpoint.methods if use.method == "proportion" for line in _pooled(told, use)]
    notes = [note for use in endpoint.methods if use.method == "mantel_haenszel" for note in _strata(told, use)]
    sizes = [arms.heading(study, arm, told.row("risk", "N_population", arm), style) for arm in told.arms]
    return Table((words("Outcome"), *sizes), (*_risks(told), *lines), tuple(notes))


def _pooled(told: Outcome, use: MethodUse) -> Iterator[Line]:
    """Yield the interval of the one risk that there is where all arms are pooled."""
    low, high = (told.row(use.name, name) for name in ("conf.low", "conf.high"))
    stub = fill("{ci} (Clopper-Pearson)", ci=told.level(use.name))
    yield Line(stub, (numbers.interval(low, high, told.style),))


def _risks(told: Outcome) -> Iterator[Line]:
    column = told.study.column(told.endpoint.dataset, told.endpoint.variable)
    stub = labels.marked(words(f"{told.endpoint.label}, n of N\u00a0(%)"), column)
    yield Line(stub, tuple(map(told.risk, told.arms)))
    missing = [told.row("risk", "N_miss", arm) for arm in told.arms]
    if any(each.stat for each in missing):
        yield Line(words("Outcome missing"), tuple(numbers.text(each, told.style) for each in missing))


def _compared(told: Outcome, use: MethodUse) -> Iterator[Line]:
    if use.method == "fisher":
        stub = words(f"Fisher\u2019s exact two-sided test, {told.style.p.symbol}")
        yield Line(stub, _beside(told, [told.p(use.name, arm) for arm in told.others]))
    elif use.method == "mantel_haenszel":
        yield from _over_strata(told, use)
    elif use.method in AS_LABELLED:
        yield from _as_labelled(told, use)
    else:
        estimate = _needed if use.method == "number_needed_to_treat" else Outcome.estimate
        named = {"ci": told.level(use.name), "named": words(INTERVALS[str(use.arguments["interval"])])}
        stub = fill("{measure} ({ci}, {named})", measure=words(MEASURES[use.method]), **named)
        yield Line(stub, _beside(told, [estimate(told, use.name, arm) for arm in told.others]))


def _as_labelled(told: Outcome, use: MethodUse) -> Iterator[Line]:
    """Yield the lines of a method under the labels of its rows: what it estimates, what it concludes, and P."""
    held = told.results.select(analysis_id=f"{told.endpoint.id}.{use.name}")
    labels_of = {row.stat_name: row.stat_label for row in held}
    over = f" over strata of {told.strata}" if use.method in OVER_STRATA else ""
    if "risk" in labels_of:
        risks = tuple(numbers.text(told.row(use.name, "risk", arm), told.style) for arm in told.arms)
        yield Line(words(f"{labels_of['risk']}, %"), risks)
    if "estimate" in labels_of:
        points = any(row.stat_name == "estimate" and row.format_key.startswith("points") for row in held)
        measure = f"{labels_of['estimate'].removesuffix(' over strata')}{over}{', percentage points' * points}"
        stub = fill("{measure} ({ci}{how})", measure=words(measure), ci=told.level(use.name), how=words(_how(use)))
        yield Line(stub, _beside(told, [told.estimate(use.name, arm) for arm in told.others]))
    if "conclusion" in labels_of:
        conclusions = [told.row(use.name, "conclusion", arm) for arm in told.others]
        yield Line(_against_margin(told, use), _beside(told, [numbers.text(row, told.style) for row in conclusions]))
    if "p.value" in labels_of:
        over = "" if "estimate" in labels_of else over
        yield Line(words(f"{labels_of['p.value']}{over}, {told.style.p.symbol}"), _tested(told, use))


def _how(use: MethodUse) -> str:
    """Return what an interval is named after, behind its level."""
    interval = INTERVALS.get(str(use.arguments.get("interval")), "")
    return f", {interval}{OVER_STRATA.get(use.method, '')}" if interval else OVER_STRATA.get(use.method, "")


def _against_margin(told: Outcome, use: MethodUse) -> Text:
    margin = numbers.text(told.row(use.name, "margin"), told.style)
    return fill("Conclusion, margin {margin} percentage points", margin=margin)


def _tested(told: Outcome, use: MethodUse) -> tuple[Text, ...]:
    """Return P of each compared arm, or the one P of all arms."""
    if use.method == "trend":
        return (told.p(use.name, ""),)
    return _beside(told, [told.p(use.name, arm) for arm in told.others])


def _needed(told: Outcome, used: str, arm: str) -> Text:
    """Return a number needed to treat with its interval, and whether it is for benefit or for harm."""
    estimate, direction = told.estimate(used, arm), told.row(used, "direction", arm)
    if direction.stat is None:
        return estimate
    return fill("{estimate}, {direction}", estimate=estimate, direction=numbers.text(direction, told.style))


def _over_strata(told: Outcome, use: MethodUse) -> Iterator[Line]:
    measure = fill(STRATIFIED[str(use.arguments["measure"])], of=words(told.strata))
    stub = fill("{measure} ({ci}, Mantel-Haenszel)", measure=measure, ci=told.level(use.name))
    yield Line(stub, _beside(told, [told.estimate(use.name, arm) for arm in told.others]))
    test = words(f"Cochran-Mantel-Haenszel test over strata of {told.strata}, {told.style.p.symbol}")
    yield Line(test, _beside(told, [told.p(use.name, arm) for arm in told.others]))


def _strata(told: Outcome, use: MethodUse) -> Iterator[Text]:
    """Yield how many strata contribute to the test, and how many participants are in none."""
    counts = [
        cells.of(told.row(use.name, "n_informative", arm), told.row(use.name, "n_strata", arm), told.style)
        for arm in told.others
    ]
    pattern = "Strata that contribute to the Cochran-Mantel-Haenszel test: {counts}."
    yield fill(pattern, counts=join(_named(told, counts), "; "))
    missing = told.row(use.name, "N_miss")
    if cells.some([missing]):
        pattern = "Participants with a known outcome who are in no stratum: {n}."
        yield fill(pattern, n=numbers.text(missing, told.style))


def _named(told: Outcome, counts: Sequence[Text]) -> Sequence[Text]:
    """Return what is said of each compared arm, after the arm's name where there are several."""
    if len(counts) == 1:
        return counts
    names = (told.study.arm(arm).short or told.study.arm(arm).label for arm in told.others)
    return [fill("{name}, {count}", name=words(name), count=count) for name, count in zip(names, counts, strict=True)]


def _beside(told: Outcome, compared: Sequence[Text]) -> tuple[Text, ...]:
    """Return a comparison's cells: one across both arms, or with more arms each under its own, the reference named."""
    if len(compared) == 1:
        return tuple(compared)
    cell_of = dict(zip(told.others, compared, strict=True))
    return tuple(cell_of.get(arm, words("reference")) for arm in told.arms)
