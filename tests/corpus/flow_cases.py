"""Broken numbers of the flow, broken reported numbers, and broken waivers."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.changes import Case, Change, cell, edited, whole

REPORTED, PATIENTS, WAIVERS, SINGLE = "reported.csv", "patients.csv", "waivers.csv", "assessments.csv"
LAST = "lost,placebo,0,Nursing record\n"


def reported(old: str, new: str) -> Change:
    return edited(old, new, REPORTED)


# case: the change, what the message must name
FLOW: dict[str, tuple[Change, str]] = {
    "does-not-balance/assessed": (reported("assessed,,20", "assessed,,21"), "flow"),
    "does-not-balance/reasons": (reported("declined,,7", "declined,,6"), "flow"),
    "does-not-balance/below-zero": (reported("not_received,indomethacin,1", "not_received,indomethacin,9"), "arm indomethacin"),
    "does-not-balance/lost-exceed": (reported("lost,placebo,0", "lost,placebo,40"), "arm placebo"),
    "does-not-balance/silent-loss": (cell(PATIENTS, 5, "outcome", ""), "arm placebo"),
    "does-not-balance/patient-missing": (edited("1008,29,2.0,1_female,1_yes,0_placebo\n", "", PATIENTS), "flow"),
    "missing/arm": (reported("lost,placebo,0,Nursing record\n", ""), "lost"),
    "missing/number": (reported("excluded,,12,Screening log\n", ""), "excluded"),
    "missing/reason": (reported("declined,,7,Screening log\n", ""), "declined"),
    "unused/id": (reported(LAST, LAST + "screened,,30,Screening log\n"), "screened"),
    "unused/arm": (reported("lost,placebo,0", "lost,sham,0"), "sham"),
    "unused/arm-where-none": (reported("assessed,,20", "assessed,placebo,20"), "assessed"),
    "unused/id-misspelled": (reported("not_received,placebo,0", "not_recieved,placebo,0"), "not_recieved"),
    "twice/number": (reported(LAST, LAST + LAST), "data/reported.csv:10"),
    "text-for-number/words": (reported("excluded,,12", "excluded,,twelve"), "data/reported.csv:3"),
    "text-for-number/about": (reported("excluded,,12", "excluded,,~12"), "data/reported.csv:3"),
    "without-a-source/blank": (reported("excluded,,12,Screening log", "excluded,,12, "), "data/reported.csv:3"),
    "columns/other-order": (reported("id,arm,value,source", "id,value,arm,source"), "data/reported.csv"),
    "columns/one-more": (whole(REPORTED, "id,arm,value,source,note\nassessed,,20,Log,\n"), "data/reported.csv"),
    "arm-label/label-for-id": (reported("lost,placebo,0", "lost,Placebo,0"), "Placebo"),
}  # fmt: skip


def of_the_flow() -> Iterator[Case]:
    """Yield the faults of the reported numbers and of the flow."""
    for name, (change, place) in FLOW.items():
        yield Case(f"flow-{name}", "parallel", (change,), place=place)
    difference = edited("difference: [allocated, not_received]", "difference: [allocated, lost]")
    yield Case("flow-declared/difference-of-one-below", "parallel", (difference,), place="data/study.yaml:55:")
    condition = edited(
        "where: {variable: visit, comparator: EQ, value: W8}", "where: {variable: esr, comparator: GT, value: 20}"
    )
    yield Case("flow-declared/fewer-along-the-flow", "single", (condition, cell(SINGLE, 3, "esr", "9")), place="flow")


HEAD = "code,file,record,visit,field,value,name,role,reason\n"
OPEN = cell(SINGLE, 5, "esr", "999")  # the finding that is waived
WHAT = "data-range,data/assessments.csv,J02,W8,esr,999"
SIGNED = f"{WHAT},A. Author,Investigator,confirmed at the site\n"


def waived(content: str | bytes, told: str = "") -> tuple[Change, ...]:
    """Return an open finding and a file of waivers."""
    return (OPEN, whole(WAIVERS, content, told))


WAIVED: dict[str, tuple[tuple[Change, ...], str]] = {
    "unsigned/name": (waived(f"{HEAD}{WHAT},,Investigator,confirmed\n"), "line 2"),
    "unsigned/role": (waived(f"{HEAD}{WHAT},A. Author, ,confirmed\n"), "line 2"),
    "unsigned/reason": (waived(f"{HEAD}{WHAT},A. Author,Investigator,\n"), "line 2"),
    "unsigned/all": (waived(f"{HEAD}{WHAT},,,\n"), "line 2"),
    "unknown-finding/value": (waived(HEAD + SIGNED.replace("999", "998")), "line 2"),
    "unknown-finding/record": (waived(HEAD + SIGNED.replace("J02", "J03")), "line 2"),
    "unknown-finding/code": (waived(HEAD + SIGNED.replace("data-range", "data-rang")), "line 2"),
    "unknown-finding/file": (waived(HEAD + SIGNED.replace("data/assessments.csv", "assessments.csv")), "line 2"),
    "unknown-finding/query-number": (waived(HEAD + "Q1,,,,,,A. Author,Investigator,confirmed\n"), "line 2"),
    "unknown-finding/data-have-been-corrected": ((whole(WAIVERS, HEAD + SIGNED),), "line 2"),
    "twice/same": (waived(HEAD + SIGNED + SIGNED), "line 3"),
    "columns/missing": (waived("code,file,record,name,role,reason\ndata-range,data/assessments.csv,J02,A,B,C\n"), "data/waivers.csv"),
    "columns/with-query-number": (waived(f"Query,{HEAD}Q1,{SIGNED}"), "data/waivers.csv"),
    "columns/other-order": (waived(HEAD.replace("name,role", "role,name") + SIGNED), "data/waivers.csv"),
    "file/empty": (waived("", "the file is empty"), "data/waivers.csv"),
    "file/header-only": (waived(HEAD), "line 5"),
    "file/semicolons": (waived((HEAD + SIGNED).replace(",", ";")), "data/waivers.csv"),
    "file/not-utf-8": (waived((HEAD + SIGNED.replace("A.", "É.")).encode("latin-1")), "data/waivers.csv"),
    "file/uneven": (waived(HEAD + SIGNED.replace("confirmed", "yes, confirmed")), "line 2"),
    "file/quote-unclosed": (waived(HEAD + SIGNED.replace("confirmed", '"confirmed')), "data/waivers.csv"),
    "character/name": (waived(HEAD + SIGNED.replace("A. Author", "A.\u202e Author")), "line 2"),
    "impossible/required-key": ((cell(SINGLE, 5, "participant", ""), whole(WAIVERS, f"{HEAD}data-key-missing,data/assessments.csv,,W8,participant,,A. Author,Investigator,lost\n")), "line 2"),
    "impossible/unprintable": ((cell("events.csv", 3, "term", "a\u202eb"), whole(WAIVERS, f"{HEAD}data-character,data/events.csv,J01,,term,,A. Author,Investigator,as written\n")), "line 2"),
    "impossible/orphan": ((cell("events.csv", 3, "participant", "J99"), whole(WAIVERS, f"{HEAD}data-orphan,data/events.csv,J99,,participant,J99,A. Author,Investigator,screened only\n")), "line 2"),
    "impossible/key-twice": ((cell(SINGLE, 5, "visit", "W0"), whole(WAIVERS, f"{HEAD}data-key-twice,data/assessments.csv,J02,W0,,W0,A. Author,Investigator,both hold\n")), "line 2"),
    "impossible/question": ((cell(SINGLE, 5, "date", "2013-09-30"), whole(WAIVERS, f"{HEAD}visit-window,data/assessments.csv,J02,W8,date,2013-09-30,A. Author,Investigator,holidays\n")), "line 2"),
}  # fmt: skip


def of_waivers() -> Iterator[Case]:
    """Yield the faults of data/waivers.csv."""
    for name, (changes, place) in WAIVED.items():
        yield Case(f"waiver-{name}", "single", changes, place=place)


def cases() -> list[Case]:
    """Return all cases of the flow, the reported numbers and the waivers."""
    return [*of_the_flow(), *of_waivers()]
