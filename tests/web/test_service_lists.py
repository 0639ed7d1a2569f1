"""The lists of a region: the catalogue, the elements of a service, units and rules, from one definition."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.catalogue.element_words import NAMES
from portal.catalogue.elements import elements_of
from portal.catalogue.loader import load_catalogue
from portal.catalogue.texts import LANGUAGES, Language
from tests.support.client import CheckingClient
from tests.web.public_support import BUDGET, open_region, weight

pytestmark = pytest.mark.one_database

CATALOGUE = load_catalogue()
GIVEN = CATALOGUE.regions["demo"].services


@pytest.fixture
def visitor(app: Flask) -> CheckingClient:
    open_region(app)
    return CheckingClient(app)


def elements(code: str, language: Language = "zh") -> dict[str, list[str]]:
    definition = CATALOGUE.definition(code, "demo")
    found = elements_of(definition, CATALOGUE.regions["demo"], language)
    return {one.code: [line.text for line in one.lines] for one in found}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", GIVEN)
def test_every_service_that_is_applied_for_has_every_element(code: str, language: Language) -> None:
    found = elements(code, language)
    if CATALOGUE.services[code].steps:
        optional = {"not_for", "special", "faq"}
        assert set(NAMES) - set(found) <= optional
    else:
        assert {"name", "code", "type", "lead", "basis"} <= set(found)
        assert "time" not in found
    assert not [text for lines in found.values() for text in lines if "{" in text]


def test_elements_say_steps_with_limits_and_which_do_not_count() -> None:
    found = elements("zj-01")
    assert found["steps"][0] == "窗口收件：乡镇（街道）窗口；1个工作日"
    assert found["special"][0] == "医院评定：评定医院；30天；不算在总时间里"
    assert found["time"] == ["最多18个工作日。特殊环节不算在内。"]
    assert found["level"] == ["县级"]
    assert found["visits"] == ["评定：1次，要和评定的人见面。交申请不用到窗口。"]


def test_catalogue_leads_to_the_elements_and_back_to_the_guide(visitor: CheckingClient) -> None:
    visitor.get("/lists")
    assert "ZJ-01" in visitor.text
    visitor.follow("新办残疾人证")
    assert visitor.path == "/services/zj-01/elements"
    assert "18个工作日" in visitor.text
    visitor.follow("看办事指南")
    assert visitor.path == "/services/zj-01"
    visitor.follow("看实施清单")
    assert visitor.path == "/services/zj-01/elements"


def test_unknown_service_has_no_elements(visitor: CheckingClient) -> None:
    visitor.get("/services/zz-99/elements", expect=404)


def test_units_say_where_when_and_how_to_reach_them(visitor: CheckingClient) -> None:
    visitor.get("/directories/units")
    assert "示例东风镇便民服务中心" in visitor.text
    assert visitor.page.select("a[href='tel:19900001101']")
    assert visitor.href("服务点").endswith("/service-points")


def test_rules_say_which_services_rest_on_them_and_whether_they_were_compared(
    visitor: CheckingClient,
) -> None:
    visitor.get("/directories/policies")
    assert "残疾人证管理办法（残联发〔2017〕34号）" in visitor.text
    assert visitor.page.select("main table a[href='/services/zj-01']")
    assert "这一条还没有核对原文" in visitor.text


def test_rule_that_no_longer_holds_stands_among_the_superseded(app: Flask) -> None:
    open_region(app)
    parts = app.extensions["portal"]
    definition = parts.catalogue.definition("zj-01", "demo")
    service = definition.service
    key, citation = next(iter(service.citations.items()))
    over = citation.model_copy(update={"title": "示例旧规定", "ended_on": clock.today() - timedelta(days=1)})
    changed = service.model_copy(update={"citations": {**service.citations, key: over}})
    anew = definition.model_copy(update={"service": changed})
    definitions = {**parts.catalogue.definitions, ("zj-01", "demo"): anew}
    app.extensions["portal"] = replace(parts, catalogue=replace(parts.catalogue, definitions=definitions))
    visitor = CheckingClient(app)
    visitor.get("/directories/policies")
    tables = [table.get_text() for table in visitor.page.select("main table")]
    assert ["示例旧规定" in table for table in tables] == [False, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_of_a_whole_region_are_light(app: Flask, visitor: CheckingClient, language: Language) -> None:
    visitor.use_language(language)
    heavy = {}
    for path in ("/lists", "/directories/policies", *(f"/services/{code}/elements" for code in GIVEN)):
        found = weight(app, visitor.get(path))
        if found > BUDGET:
            heavy[path] = found
    assert heavy == {}
