"""A section that is asked only of some: its condition holds for every page, beside the page's own."""

from typing import Any

import pytest

from portal.catalogue.model import Page, Section
from portal.catalogue.resolving import in_section

OF_THE_LIVING = {"field": "zx_reason", "any_of": ["own_wish"]}
OF_WHO_ACTS = {"field": "@acting", "is": "proxy"}


def page(when: Any = None) -> Page:
    title = {"zh": "想要什么？", "en": "What is wanted?"}
    return Page.model_validate({"id": "wish", "title": title, "fields": [], "when": when})


def section(when: Any = None) -> Section:
    title = {"zh": "想法", "en": "Wishes"}
    return Section.model_validate({"id": "wishes", "title": title, "pages": ["wish"], "when": when})


@pytest.mark.parametrize(
    ("of_section", "of_page", "asked_of"),
    [
        (None, None, {("own_wish", "proxy"), ("own_wish", "self"), ("death", "proxy"), ("death", "self")}),
        (OF_THE_LIVING, None, {("own_wish", "proxy"), ("own_wish", "self")}),
        (None, OF_WHO_ACTS, {("own_wish", "proxy"), ("death", "proxy")}),
        (OF_THE_LIVING, OF_WHO_ACTS, {("own_wish", "proxy")}),
    ],
    ids=["nobody says", "the section", "the page", "both"],
)
def test_a_page_is_asked_where_it_and_its_section_say_so(
    of_section: Any, of_page: Any, asked_of: set[tuple[str, str]]
) -> None:
    standing = in_section(page(of_page), section(of_section))
    everybody = [(reason, acting) for reason in ("own_wish", "death") for acting in ("proxy", "self")]
    found = {
        (reason, acting)
        for reason, acting in everybody
        if standing.when is None or standing.when.holds({"zx_reason": reason, "@acting": acting})
    }
    assert (standing.section, found) == ("wishes", asked_of)
