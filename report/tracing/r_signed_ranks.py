"""The signed-rank test of ``change.of`` in R: by a package where it is exact, by R itself where it is approximated."""

from __future__ import annotations

from collections.abc import Mapping

from report.tracing import r_text as r
from report.tracing.r_gathering import Asked

Expressions = Mapping[str, str]
SIDES = {"two_sided": "two.sided", "greater": "greater", "less": "less"}


def side(asked: Asked) -> str:
    """Return the alternative as R writes it."""
    return SIDES[str(asked.use.arguments.get("alternative", "two_sided"))]


def ranked(asked: Asked) -> Expressions:
    """Return the signed-rank test of ``change.of``, by the arguments of the method."""
    is_pratt = asked.use.arguments.get("zeros") == "pratt"
    of_all, of_rest = "rank(abs(change.of))[change.of != 0]", "rank(abs(change.of[change.of != 0]))"
    asked.script.add(f"ranks.of <- {of_all if is_pratt else of_rest}")
    is_exact = asked.use.arguments.get("distribution", "exact") == "exact"
    tested = (_pratt(asked) if is_pratt else _dropped(asked)) if is_exact else _approximated(asked, is_pratt)
    floor = f"min(1, {2 if side(asked) == 'two.sided' else 1} * 0.5^sum(change.of != 0))"
    return {
        "p.floor": floor, "p.floor_adjusted": f"min(1, 2 * {floor})",
        "n_used": "sum(change.of != 0)", "n_zero": "sum(change.of == 0)",
        "n_tied": "sum(ranks.of %in% ranks.of[duplicated(ranks.of)])", **tested,
    }  # fmt: skip


def _asks_for_test(asked: Asked) -> bool:
    return asked.row.stat_name in ("p.value", "statistic", "z")


def _pratt(asked: Asked) -> Expressions:
    if _asks_for_test(asked):
        asked.script.package("coin")
        asked.script.add(
            "of.test <- coin::wilcoxsign_test(change.of ~ rep(0, length(change.of)), "
            f'distribution = "exact", zero.method = "Pratt"{_beside(asked)})'
        )
    linear = 'as.numeric(coin::statistic(of.test, "linear"))'
    return {"statistic": linear, "p.value": "as.numeric(coin::pvalue(of.test))"}


def _dropped(asked: Asked) -> Expressions:
    if _asks_for_test(asked):
        asked.script.package("exactRankTests")
        asked.script.add(
            f"of.test <- exactRankTests::wilcox.exact(change.of[change.of != 0], exact = TRUE{_beside(asked)})"
        )
    return {"statistic": "as.numeric(of.test$statistic)", "p.value": "of.test$p.value"}


def _beside(asked: Asked) -> str:
    return "" if side(asked) == "two.sided" else f", alternative = {r.text(side(asked))}"


def _approximated(asked: Asked, is_pratt: bool) -> Expressions:
    """Return V, its standardised value and p by the normal distribution; for zeros that are dropped R has a call."""
    is_corrected = asked.use.arguments.get("correction", "continuity") == "continuity"
    towards = {"two.sided": "sign(gap.of) / 2", "greater": "1 / 2", "less": "-1 / 2"}[side(asked)]
    asked.script.add(
        "v.of <- sum(ranks.of[change.of[change.of != 0] > 0])",
        "gap.of <- v.of - sum(ranks.of) / 2",
        f"z.of <- (gap.of - {towards if is_corrected else '0'}) / sqrt(sum(ranks.of^2) / 4)",
    )
    by_hand = {"two.sided": "2 * pnorm(-abs(z.of))", "greater": "pnorm(-z.of)", "less": "pnorm(z.of)"}[side(asked)]
    chosen = f"exact = FALSE, correct = {str(is_corrected).upper()}{_beside(asked)}"
    called = f"wilcox.test(change.of, {chosen})$p.value"
    return {"statistic": "v.of", "z": "z.of", "p.value": f"min(1, {by_hand})" if is_pratt else called}
