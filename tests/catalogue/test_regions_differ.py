"""What a region decides stands in its file and nowhere else: the same facts, other verdicts and amounts."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import portal.catalogue
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import FadingStage, Region
from portal.catalogue.reading import read_source
from portal.catalogue.resolving import resolve
from portal.catalogue.texts import Text
from portal.rules.benefits import fade
from portal.rules.eligibility import Verdict, assess
from portal.rules.journey import Journey
from portal.rules.steps import offered_outcomes

ROOT = Path(__file__).parents[2]
CATALOGUE = load_catalogue()
TODAY = date(2026, 11, 22)
PEOPLE_OF_THE_REGISTER = "portal/gateways/registers.py"
"""The simulated register says of demonstration people where they are at home: in the demo region."""
PUBLISHED_EXAMPLE = "portal/catalogue/services/gz-01.toml"
"""Says whose example it is: Beijing's, which the demo region's limit follows."""

HOLDER: Mapping[str, Any] = {
    "certificate": "valid",
    "hukou_here": "yes",
    "age_band": "18_59",
    "grade": "1",
    "components": ["limb"],
    "household_status": "dibao",
    "receives": ["none"],
    "living": "home",
    "care_long": "yes",
    "insured": "residents",
}


def verdict(region: Region, code: str, facts: Mapping[str, Any]) -> Verdict:
    def amount_of(name: str) -> int | None:
        found = region.parameter(name, TODAY)
        return found.value if found is not None and isinstance(found.value, int) else None

    benefit = next((one for one in region.benefits if one.service == code), None)
    return assess(CATALOGUE.services[code], benefit, {**HOLDER, **facts}, amount_of)


def said(region: str, code: str, facts: Mapping[str, Any]) -> tuple[str, int | None]:
    found = verdict(CATALOGUE.regions[region], code, facts)
    return found.kind, found.amount if found.kind != "no" else None


@pytest.mark.parametrize(
    ("code", "facts", "demo", "second"),
    [
        ("bt-01", {}, ("yes", 100), ("yes", 165)),
        ("bt-01", {"household_status": "margin"}, ("yes", 60), ("yes", 110)),
        ("bt-01", {"household_status": "low_income"}, ("yes", 60), ("no", None)),
        ("bt-01", {"receives": ["orphan"]}, ("no", None), ("no", None)),
        ("bt-01", {"receives": ["disability_pension"]}, ("no", None), ("yes", 165)),
        ("bt-01", {"receives": ["home_care"]}, ("we_check", 100), ("yes", 165)),
        ("bt-02", {}, ("yes", 120), ("yes", 210)),
        ("bt-02", {"grade": "2"}, ("yes", 120), ("yes", 140)),
        ("bt-02", {"grade": "3", "components": ["psychiatric"]}, ("yes", 60), ("no", None)),
        ("bt-02", {"grade": "3"}, ("no", None), ("no", None)),
        ("bt-02", {"receives": ["care_insurance"]}, ("we_check", 120), ("yes", 210)),
        ("jy-01", {"studies": "school"}, ("yes", 600), ("no", None)),
        ("jy-01", {"studies": "university"}, ("yes", 4000), ("yes", 5500)),
        ("sb-01", {}, ("yes", 200), ("yes", 300)),
        ("sb-02", {"grade": "3", "household_status": "none"}, ("yes", 200), ("no", None)),
        ("sb-02", {"grade": "3"}, ("yes", 200), ("yes", 160)),
        ("cy-01", {}, ("yes", 5000), ("yes", 8000)),
        ("ty-01", {"age_band": "16_17"}, ("yes", None), ("no", None)),
    ],
)
def test_same_facts_get_what_each_region_gives(
    code: str, facts: Mapping[str, Any], demo: tuple[str, int | None], second: tuple[str, int | None]
) -> None:
    assert said("demo", code, facts) == demo
    assert said("second", code, facts) == second


def test_choice_between_two_benefits_compares_the_amounts_of_the_region() -> None:
    def compared(region: str) -> list[tuple[int | None, int | None]]:
        found = verdict(CATALOGUE.regions[region], "bt-02", {"receives": ["old_age_care"]})
        return [(one.this, one.other) for one in found.choosing]

    assert compared("demo") == [(120, 90)]
    assert compared("second") == [(210, 150)]


def test_benefit_fades_as_the_region_says() -> None:
    stages = {code: region.fading for code, region in CATALOGUE.regions.items()}
    assert stages["demo"] == (FadingStage(months=6, percent=100), FadingStage(months=6, percent=50))
    assert stages["second"] == (FadingStage(months=36, percent=100), FadingStage(months=12, percent=50))
    ends = {code: fade(10_000, one, date(2027, 1, 1))[-1].to_month for code, one in stages.items()}
    assert ends == {"demo": date(2027, 12, 1), "second": date(2030, 12, 1)}


@pytest.mark.parametrize(("region", "days"), [("demo", 15), ("second", 10)])
def test_what_is_missing_is_handed_in_within_the_days_of_the_region(region: str, days: int) -> None:
    given = [one for (_, code), one in CATALOGUE.definitions.items() if code == region]
    assert {one.service.correction_days for one in given} == {days}


@pytest.mark.parametrize(("region", "local"), [("demo", 5), ("second", 7)])
def test_a_local_public_notice_lasts_as_the_region_says_and_one_by_law_as_the_law(
    region: str, local: int
) -> None:
    def days(code: str) -> int:
        step = CATALOGUE.definition(code, region).step("public_notice")
        assert step is not None
        return step.clock.days

    assert [days(code) for code in ("bt-01", "gz-01", "cy-01", "cy-02", "cy-03")] == [local] * 5
    assert [days(code) for code in ("zj-01", "zj-02", "zj-04", "zj-06")] == [5] * 4  # art. 9


@pytest.mark.parametrize(
    ("region", "code", "said"),
    [
        ("demo", "cy-01", "公示5个工作日"),
        ("second", "cy-01", "公示7个工作日"),
        ("demo", "zj-03", "县残联核验5个工作日，制证5个工作日。一共11个工作日"),
        ("second", "zj-03", "县残联核验3个工作日，制证7个工作日。一共11个工作日"),
        ("demo", "gz-01", "满5年可以"),
        ("second", "gz-01", "满8年可以"),
    ],
)
def test_a_guide_says_the_days_and_years_of_the_region(region: str, code: str, said: str) -> None:
    guide = CATALOGUE.definition(code, region).service.guide
    assert said in "".join(one.text.zh for part in guide for one in part.statements)


@pytest.mark.parametrize(("region", "years"), [("demo", "5年"), ("second", "8年")])
def test_questions_and_rules_about_earlier_works_name_the_years_of_the_region(
    region: str, years: str
) -> None:
    definition = CATALOGUE.definition("gz-01", region)
    asked = definition.field("hs_done_before")
    before = next(one for one in definition.service.precheck if one.means == "retrofit_before")
    rule = next(one for one in definition.service.eligibility if one.id == "not_again")
    assert asked is not None
    for choices in (asked.choices, before.choices):
        recent = next(one for one in choices if one.value == "recent")
        assert f"最近{years}" in recent.label.zh
    again = definition.service.again
    assert again is not None
    assert f"{again.years}年" == years
    assert f"最近{years}" in rule.otherwise.zh


@pytest.mark.parametrize(
    ("region", "reason", "offered"),
    [
        ("demo", "expiry", {"exchange", "reassess"}),
        ("demo", "damaged", {"exchange", "reassess"}),
        ("second", "expiry", {"reassess"}),
        ("second", "damaged", {"exchange", "reassess"}),
        ("second", "unknown", {"exchange", "reassess"}),
    ],
)
def test_an_expired_certificate_is_assessed_again_where_the_region_always_does(
    region: str, reason: str, offered: set[str]
) -> None:
    definition = CATALOGUE.definition("zj-02", region)
    step = definition.step("verify")
    assert step is not None
    facts = Journey(definition, {"hl_reason": reason}, "self", TODAY).facts | {"hl_reason": reason}
    found = {one.id for one in offered_outcomes(step, facts)}
    assert found & {"exchange", "reassess"} == offered


def test_a_region_that_never_assesses_again_does_not_offer_it() -> None:
    source, _ = read_source(Path(portal.catalogue.__file__).parent)
    region = CATALOGUE.regions["demo"]
    rules = tuple(
        one.model_copy(update={"value": "never"}) if one.name == "reassess_on_renewal" else one
        for one in region.rules
    )
    definition = resolve(CATALOGUE.services["zj-02"], region.model_copy(update={"rules": rules}), source)
    step = definition.step("verify")
    assert step is not None
    found = {one.id for one in offered_outcomes(step, Journey(definition, {}, "self", TODAY).facts)}
    assert "reassess" not in found
    assert "exchange" in found
    told = "".join(one.text.zh for part in definition.service.guide for one in part.statements)
    assert "本地换证不重新评定" in told
    assert "指定的医院重新评定" not in told


def test_a_service_that_is_switched_off_is_not_there() -> None:
    assert CATALOGUE.find_definition("jt-01", "demo") is not None
    assert CATALOGUE.find_definition("jt-01", "second") is None
    missing = set(CATALOGUE.regions["demo"].services) - set(CATALOGUE.regions["second"].services)
    assert missing == {"jt-01"}


@pytest.mark.parametrize("region", sorted(CATALOGUE.regions))
def test_every_number_of_an_example_region_says_what_it_is(region: str) -> None:
    given = CATALOGUE.regions[region]
    assert given.is_example
    money = [one for one in given.parameters if one.unit == "yuan"]
    assert money
    assert {one.status for one in money} == {"example"}
    assert all("示例" in one.source for one in money)


def test_regions_share_no_place_unit_or_service_point() -> None:
    demo, second = (_codes(CATALOGUE.regions[code]) for code in ("demo", "second"))
    assert demo
    assert not demo & second


@pytest.mark.parametrize("code", sorted(CATALOGUE.regions))
def test_nothing_of_a_region_stands_outside_its_file(code: str) -> None:
    region = CATALOGUE.regions[code]
    names = {one.name.zh for one in (*region.units, *region.service_points)}
    numbers = {one.phone for one in (*region.units, *region.service_points) if one.phone}
    longest = sorted(_codes(region) | names | numbers, key=len, reverse=True)
    wanted = re.compile(rf"(?<![0-9A-Za-z_])(?:{'|'.join(map(re.escape, longest))})(?![0-9A-Za-z_])")
    found = {place for place, words in _files() if wanted.search(words)}
    assert found <= {PEOPLE_OF_THE_REGISTER}


@pytest.mark.parametrize("code", sorted(CATALOGUE.regions))
def test_no_amount_of_a_region_stands_in_a_service(code: str) -> None:
    """A text names an amount only through the region: '每月100元' in a guide would be true of one alone."""
    region = CATALOGUE.regions[code]
    amounts = {one.value for one in region.parameters if one.unit == "yuan"}
    wanted = re.compile(rf"(?<![0-9])(?:{'|'.join(map(str, sorted(amounts)))})元(?![0-9])")
    found = {place: wanted.findall(words) for place, words in _files() if "/catalogue/" in place}
    assert {place for place, hits in found.items() if hits} <= {PUBLISHED_EXAMPLE}


def _codes(region: Region) -> set[str]:
    """Codes that nobody else would write by chance: not the two digits of a province."""
    places = {one.code for one in region.places if len(one.code) > 2}
    return places | {one.code for one in (*region.units, *region.service_points)}


def _files() -> list[tuple[str, str]]:
    """Every file of the application that says what it does, but the regions themselves."""
    folders = (ROOT / "portal", ROOT / "templates")
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    kept = [path for path in files if path.suffix in (".py", ".toml", ".html", ".txt")]
    kept = [path for path in kept if path.parent.name != "regions" and path.name != "examples.toml"]
    assert len(kept) > 100
    return [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in kept]


def legal_aid(region: Region) -> Text:
    source, _ = read_source(Path(portal.catalogue.__file__).parent)
    definition = resolve(source.services["services/zj-01.toml"], region, source)
    return next(one.text for one in definition.service.remedies if one.cite == "legal_aid")


def test_legal_aid_is_reached_without_a_telephone_and_what_is_not_known_of_it_is_said() -> None:
    said = legal_aid(CATALOGUE.regions["demo"])
    assert "请打12348。不方便打电话的，请到窗口，或者在线留言" in said.zh
    assert said.zh.endswith("网站还没有本地的资料。")
    assert said.say("easy").endswith("\n它在哪里，网站还没有资料。")
    assert said.en.endswith("does not yet hold the address of the local legal aid office.")


def test_region_that_knows_where_legal_aid_is_says_that() -> None:
    where = Text(zh="不方便打电话的，请到示例路1号。", en="If phoning is hard, go to 1 Shili Road.")
    region = CATALOGUE.regions["demo"].model_copy(update={"without_phone": {"legal_aid": where}})
    said = legal_aid(region)
    assert said.zh.endswith("请打12348。不方便打电话的，请到示例路1号。")
    assert "资料" not in said.say("easy")
    assert said.en.endswith("Call 12348. If phoning is hard, go to 1 Shili Road.")
