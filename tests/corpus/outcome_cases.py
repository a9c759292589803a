"""Broken study files: endpoints of every kind, what is compared, the displays that show them, and narratives."""

from __future__ import annotations

Table = dict[str, dict[str, tuple[str, str]]]

ACR = 'visit: week8, event: "yes"'
SHIFT = "methods: [{method: change}, {method: hodges_lehmann}, {method: shift, arguments: {above: 20}}]"
LATE = "periods: {before: early, after: late, until: left_on}"
RATE = "[{method: events_by_period}, {method: rate_ratio}]"
RESPONSES = "kind: responders, endpoints: [acr30_week8]"
BOTH = "endpoints: [jadas71_week8, esr_week8]"
VISITS = "kind: visits, population: treated, variables: [esr, acr30]"
PEOPLE = "variables: [age, sex], endpoints: [event_rate]"
VALUES = "variables: [esr, jadas71], visits: [baseline, week8]"
FEVER = 'id: fever, where: {variable: serious, comparator: EQ, value: "yes"}'
TOLD = "variables: [event_day, emergent], participant: [age]"
SHORT = "abbreviations: {JADAS-71: Juvenile Arthritis Disease Activity Score in 71 joints}"

SINGLE: Table = {
    "name-of-nothing": {
        "event-level": (ACR, "visit: week8, event: responder"),
        "event-level-label": (ACR, 'visit: week8, event: "Yes"'),
        "event-visit": (ACR, 'visit: week_8, event: "yes"'),
        "event-visit-code": (ACR, 'visit: W8, event: "yes"'),
        "periods-before": ("before: early, after: late", "before: earliest, after: late"),
        "periods-until": ("until: left_on", "until: lost_on"),
        "displays-endpoints": (BOTH, "endpoints: [jadas71_week8, esr_week_8]"),
        "displays-population": ("population: treated, variables: [esr, acr30]", "population: infused, variables: [esr, acr30]"),
        "displays-variables": (VISITS, VISITS.replace("esr", "bse")),
        "displays-visits": ("visits: [baseline, week8], title", "visits: [baseline, week12], title"),
        "displays-visits-code": ("visits: [baseline, week8], title", "visits: [W0, W8], title"),
        "narratives-where": (FEVER, FEVER.replace("serious", "seriousness")),
        "narratives-level": (FEVER, FEVER.replace('"yes"', "serious")),
        "narratives-variable": (TOLD, TOLD.replace("event_day", "day")),
        "narratives-participant": (TOLD, TOLD.replace("[age]", "[serious]")),
    },
    "wrong-type": {
        "event-of-a-number": ("variable: acr30, population", "variable: esr, population"),
        "event-number": (ACR, "visit: week8, event: 1"),
        "periods-until": ("until: left_on", "until: sex"),
        "periods-not-derived": ("variable: when, population", "variable: serious, population"),
        "periods-word": (LATE, "periods: [early, late]"),
        "displays-visits": (VISITS, VISITS.replace("acr30", "date")),
        "displays-individuals": (PEOPLE, PEOPLE.replace("sex", "remarks")),
        "displays-endpoints-word": (BOTH, "endpoints: jadas71_week8"),
        "displays-endpoints-number": (BOTH, "endpoints: [71]"),
        "narratives-text": (TOLD, TOLD.replace("event_day", "term")),
        "narratives-date": (TOLD, TOLD.replace("event_day", "onset")),
        "narratives-where": (FEVER, "id: fever, where: serious"),
        "columns-assumed": ("label: Sex, levels", "assumed: perhaps, label: Sex, levels"),
        "abbreviations-list": (SHORT, "abbreviations: [JADAS-71]"),
        "shift-argument": ("{above: 20}", "{above: 20 mm/h}"),
        "subgroups-true": (ACR, f"{ACR}, subgroups: [sex]"),
    },
    "named-a-person": {
        "narratives-participant": (TOLD, TOLD.replace("[age]", "[born]")),
        "displays-individuals": (PEOPLE, PEOPLE.replace("sex", "born")),
    },
    "name-twice": {
        "displays-endpoints": (BOTH, "endpoints: [jadas71_week8, jadas71_week8]"),
        "displays-variables": (VALUES, "variables: [esr, esr], visits: [baseline, week8]"),
        "narratives-variable": (TOLD, "variables: [event_day, event_day], participant: [age]"),
        "methods-id-of-another": ("{method: rate_ratio}", "{method: rate_ratio, id: fisher_by_period}"),
    },
    "both-of-two": {
        "event-periods": (ACR, f"{ACR}, periods: {{before: early, after: late}}"),
        "periods-the-same": (LATE, "periods: {before: late, after: late}"),
        "displays-variables": (RESPONSES, f"{RESPONSES}, variables: [esr]"),
        "displays-endpoint-for-endpoints": (RESPONSES, "kind: responders, endpoint: acr30_week8"),
    },
    "missing-key": {
        "event-visit": (ACR, 'event: "yes"'),
        "displays-endpoints": (RESPONSES, "kind: responders"),
        "displays-population": ("population: treated, variables: [esr, acr30]", "variables: [esr, acr30]"),
        "periods-after": (LATE, "periods: {before: early}"),
        "safety-period": ("  period: when\n", ""),
        "shift-above": (SHIFT, SHIFT.replace("shift, arguments: {above: 20}", "shift")),
        "left-out-reason": (', reason: "not collected"', ""),
    },
    "does-not-fit": {
        "event-without-visits": ("dataset: assessments, variable: acr30", "dataset: participants, variable: sex"),
        "event-of-rows": ("dataset: assessments, variable: acr30", "dataset: events, variable: emergent"),
        "event-method": ("[{method: proportion}]", "[{method: risk}]"),
        "event-method-of-change": ("[{method: proportion}]", "[{method: proportion}, {method: shift, arguments: {above: 1}}]"),
        "periods-dataset": ("dataset: events, variable: when", "dataset: assessments, variable: acr30"),
        "periods-turned": (LATE, "periods: {before: late, after: early, until: left_on}"),
        "periods-method": (RATE, "[{method: events_by_period}, {method: wilcoxon}]"),
        "periods-method-of-arms": (RATE, "[{method: events_by_period}, {method: risk_ratio}]"),
        "strata": (ACR, f"{ACR}, strata: responder"),
        "subgroups": (ACR, f"{ACR}, subgroups: [{{variable: responder, prespecified: true}}]"),
        "confirmatory-secondary": (ACR, f'{ACR}, confirmatory: {{method: proportion, alpha: 0.05, source: "plan"}}'),
        "confirmatory-not-randomised": ("    estimand:\n", '    confirmatory: {method: signed_rank, alpha: 0.05, source: "plan"}\n    estimand:\n'),
        "columns-assumed": ("label: Sex, levels", "assumed: true, label: Sex, levels"),
        "displays-outcomes": (BOTH, "endpoints: [jadas71_week8, acr30_week8]"),
        "displays-responders": (RESPONSES, "kind: responders, endpoints: [esr_week8]"),
        "displays-shift": ("kind: shift, endpoints: [esr_week8]", "kind: shift, endpoints: [jadas71_week8]"),
        "displays-periods": ("kind: event_periods, endpoint: event_rate", "kind: event_periods, endpoint: jadas71_week8"),
        "displays-periods-method": (RATE, "[{method: rate_ratio}]"),
        "displays-forest": ("id: tbl-periods, kind: event_periods, endpoint: event_rate", "id: fig-forest, kind: forest, endpoint: acr30_week8"),
        "displays-people": (PEOPLE, PEOPLE.replace("event_rate", "acr30_week8")),
        "displays-visits-of-none": (VISITS, VISITS.replace("acr30", "sex")),
        "displays-values-mixed": (VALUES, "variables: [esr, sex], visits: [baseline, week8]"),
        "displays-people-visits": (PEOPLE, f"{PEOPLE}, visits: [baseline]"),
        "displays-people-rows": (PEOPLE, PEOPLE.replace("sex", "emergent")),
    },
    "not-of-the-list": {
        "left-out-role": ("label: Quality of life, role: secondary", "label: Quality of life, role: other"),
        "displays-kind-forest": ("id: fig-flow, kind: flow", "id: fig-flow, kind: consort"),
        "endpoints-unknown": ('role: secondary, specified_in: analysis_plan, source: "plan 1.0, section 5"', 'role: secondary, specified_in: unknown, source: "plan 1.0, section 5"'),
    },
    "empty": {
        "left-out-reason": ('reason: "not collected"', 'reason: ""'),
        "narratives-variables": (TOLD, "variables: [], participant: [age]"),
        "abbreviations": (SHORT, 'abbreviations: {JADAS-71: ""}'),
    },
}  # fmt: skip

GENDER = "{variable: gender, prespecified: true, levels: [1_female, 2_male]}"
RISK = "{variable: risk_group, prespecified: false}"
TEST = 'confirmatory: {method: fisher, alpha: 0.04, source: "protocol 1.0, section 9"}'

PARALLEL: Table = {
    "name-of-nothing": {
        "strata": ("strata: gender", "strata: sex"),
        "subgroups-variable": (RISK, RISK.replace("risk_group", "risk_groups")),
        "subgroups-level": (GENDER, GENDER.replace("2_male", "male")),
        "confirmatory-method": (TEST, TEST.replace("fisher", "chi_squared")),
    },
    "wrong-type": {
        "strata": ("strata: gender", "strata: age"),
        "subgroups-variable": (RISK, RISK.replace("risk_group", "risk")),
        "subgroups-prespecified": (RISK, RISK.replace("false", "perhaps")),
        "confirmatory-alpha": (TEST, TEST.replace("0.04", "4%")),
    },
    "out-of-bounds": {
        "confirmatory-alpha": (TEST, TEST.replace("0.04", "4")),
    },
    "missing-key": {
        "subgroups-prespecified": (RISK, "{variable: risk_group}"),
        "strata": ("    strata: gender\n", ""),
    },
    "name-twice": {
        "subgroups-variable": (RISK, RISK.replace("risk_group", "gender")),
        "subgroups-level": (GENDER, GENDER.replace("2_male", "1_female")),
    },
    "named-a-person": {
        "strata": ("gender: {type: category, ", "gender: {type: category, identifier: true, "),
    },
    "does-not-fit": {
        "event-visit": ("    event: 1_yes\n", "    event: 1_yes\n    visit: week8\n"),
        "methods-one-arm": ("- {method: fisher}", "- {method: proportion}\n      - {method: fisher}"),
        "methods-periods": ("- {method: fisher}", "- {method: fisher}\n      - {method: fisher_by_period, arguments: {table: days}}"),
        "endpoints-periods": ("    event: 1_yes\n", "    periods: {before: a, after: b}\n"),
        "strata-of-the-arms": ("strata: gender", "strata: rx"),
        "subgroups-of-the-outcome": (RISK, RISK.replace("risk_group", "outcome")),
        "subgroups-one-level": (GENDER, GENDER.replace("1_female, 2_male", "1_female")),
        "confirmatory-not-randomised": ("randomised: true", "randomised: false"),
        "confirmatory-no-test": (TEST, TEST.replace("fisher", "risk_ratio")),
        "confirmatory-secondary": ("role: primary", "role: secondary"),
        "confirmatory-after-the-data": ("specified_in: protocol", "specified_in: data_driven"),
        "displays-subgroups": (f"    subgroups:\n      - {GENDER}\n      - {RISK}\n", ""),
        "displays-forest-method": ("      - {method: risk_ratio, arguments: {interval: koopman}}\n", ""),
        "displays-change": ("kind: outcome_binary", "kind: outcome_change"),
        "displays-events": ("kind: outcome_binary, endpoint: pancreatitis", "kind: adverse_events"),
    },
}  # fmt: skip

ELSEWHERE = {  # what the message must name, where that is not the changed line or its section
    "missing-key/safety-period": "displays.tbl-events.kind",
    "missing-key/parallel-strata": "endpoints.pancreatitis.methods.mantel_haenszel.method",
    "named-a-person/parallel-strata": "endpoints.pancreatitis.strata",
    "does-not-fit/displays-periods-method": "displays.tbl-periods.endpoint",
    "does-not-fit/event-without-visits": "endpoints.acr30_week8.visit",
    "does-not-fit/parallel-confirmatory-not-randomised": "endpoints.pancreatitis.confirmatory",
    "does-not-fit/parallel-confirmatory-secondary": "endpoints.pancreatitis.confirmatory",
    "does-not-fit/parallel-confirmatory-after-the-data": "endpoints.pancreatitis.confirmatory",
    "does-not-fit/parallel-displays-subgroups": "displays.tbl-subgroups.endpoint",
    "does-not-fit/parallel-displays-forest-method": "displays.fig-subgroups.endpoint",
}
