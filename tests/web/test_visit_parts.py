"""A part of a service at the counter as it is heard: what stands above the questions, where links lead."""

import pytest
from flask import Flask

from tests.support.people import furnish
from tests.support.visits import visitor_at

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("acting", ["self", "proxy"])
def test_question_that_is_called_as_its_page_is_said_once_and_links_still_lead_there(
    app: Flask, acting: str
) -> None:
    furnish(app)
    counter = visitor_at(app)
    counter.begin(acting=acting)
    client = counter.client
    client.get(client.path.rsplit("/", 1)[0] + "/contact")
    titles = {one.get_text(strip=True) for one in client.page.select("main section > h2")}
    questions = {one.get_text(strip=True) for one in client.page.select("main legend")}
    assert questions
    assert titles.isdisjoint(questions)
    assert client.page.select("main legend > h2")
    places = {one["id"] for one in client.page.select("main [id]")}
    assert {str(one["href"])[1:] for one in client.page.select("main nav a")} <= places
