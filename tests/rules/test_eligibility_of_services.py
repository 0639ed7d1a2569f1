"""What the rules of services say of people: devices, children, school, travel, insurance, work."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from portal.catalogue.loader import load_catalogue
from portal.rules.eligibility import Verdict, assess

CATALOGUE = load_catalogue()
REGION = CATALOGUE.regions["demo"]
TODAY = date(2026, 11, 22)
HERE = {"certificate": "valid", "hukou_here": "yes"}
ADULT = {**HERE, "age_band": "18_59", "grade": "3", "components": ["hearing"], "receives": ["none"]}
CHILD = {"hukou_here": "yes", "age_band": "7_15"}
INSURED = {**ADULT, "insured": "residents", "household_status": "none"}


def verdict(code: str, facts: Mapping[str, Any]) -> Verdict:
    def amount_of(name: str) -> int | None:
        parameter = REGION.parameter(name, TODAY)
        return parameter.value if parameter is not None and isinstance(parameter.value, int) else None

    service = CATALOGUE.services[code]
    return assess(service, REGION.benefit(service.benefit or ""), facts, amount_of)


@pytest.mark.parametrize(
    ("code", "facts", "kind"),
    [
        ("kf-01", ADULT, "yes"),
        ("kf-01", {**ADULT, "certificate": "none"}, "no"),
        ("kf-01", {**CHILD, "certificate": "none"}, "we_check"),
        ("kf-01", {**CHILD, "certificate": "none", "@diagnosis": "valid"}, "yes"),
        ("kf-01", {**CHILD, "certificate": "valid"}, "yes"),
        ("kf-01", {**ADULT, "certificate": "expired"}, "no"),
        ("kf-01", {"hukou_here": "no", "living_permit": "yes", "certificate": "valid"}, "yes"),
        ("kf-01", {"hukou_here": "no", "living_permit": "no", "certificate": "valid"}, "no"),
        ("kf-02", {"hukou_here": "yes", "age_band": "0_6"}, "we_check"),
        ("kf-02", {"hukou_here": "yes", "age_band": "0_6", "certificate": "none"}, "we_check"),
        ("kf-02", {"hukou_here": "yes", "age_band": "0_6", "certificate": "valid"}, "yes"),
        ("kf-02", {"hukou_here": "yes", "age_band": "0_6", "@diagnosis": "valid"}, "yes"),
        ("kf-02", {"hukou_here": "yes", "age_band": "7_15"}, "no"),
        ("kf-03", {"hukou_here": "yes", "age_band": "0_6"}, "yes"),
        ("kf-04", {}, "yes"),
        ("jy-01", {**HERE, "studies": "none"}, "no"),
        ("sb-01", {**INSURED, "grade": "1"}, "yes"),
        ("sb-01", {**INSURED, "insured": "employees", "grade": "1"}, "no"),
        ("sb-01", {**INSURED, "receives": ["pension"], "grade": "1"}, "no"),
        ("sb-01", {**INSURED, "age_band": "7_15", "grade": "1"}, "no"),
        ("sb-01", INSURED, "no"),
        ("sb-02", {**INSURED, "age_band": "7_15"}, "yes"),
        ("cy-01", ADULT, "yes"),
        ("cy-01", {**ADULT, "age_band": "60_up"}, "no"),
        ("cy-02", {**ADULT, "work": "flexible"}, "yes"),
        ("cy-02", {**ADULT, "work": "employed"}, "no"),
        ("cy-03", {**ADULT, "certificate": "frozen"}, "no"),
    ],
)
def test_rules_decide_where_everything_is_known(code: str, facts: Mapping[str, Any], kind: str) -> None:
    assert verdict(code, facts).kind == kind


@pytest.mark.parametrize(
    "code", ["kf-01", "kf-02", "kf-03", "jy-01", "jt-01", "sb-01", "sb-02", "cy-01", "cy-02"]
)
def test_whoever_knows_nothing_is_never_refused(code: str) -> None:
    known = {"certificate", "hukou_here", "living_permit", "age_band", "grade", "studies", "work", "insured"}
    found = verdict(
        code, dict.fromkeys(known, "unknown") | {"components": ["unknown"], "receives": ["unknown"]}
    )
    assert (found.kind, found.against) == ("we_check", ())
    assert found.to_check


@pytest.mark.parametrize(
    ("code", "facts", "parameter"),
    [
        ("jy-01", {**HERE, "studies": "high_school"}, "school_aid_high_school"),
        ("jy-01", {**HERE, "studies": "university"}, "school_aid_university"),
        ("jt-01", {**HERE, "grade": "2", "components": ["limb"]}, "travel_subsidy_severe"),
        ("jt-01", {**HERE, "grade": "4", "components": ["visual"]}, "travel_subsidy_other"),
        ("sb-01", {**INSURED, "grade": "2"}, "pension_premium_full"),
        ("sb-01", {**INSURED, "components": ["intellectual"]}, "pension_premium_full"),
        ("sb-01", {**INSURED, "household_status": "dibao"}, "pension_premium_part"),
        ("sb-02", INSURED, "medical_premium_part"),
        ("cy-01", ADULT, "business_start_once"),
    ],
)
def test_the_amount_is_that_of_the_group(code: str, facts: Mapping[str, Any], parameter: str) -> None:
    found = REGION.parameter(parameter, TODAY)
    assert found is not None
    assert verdict(code, facts).amount == found.value
