"""Every page for residents fits with its style sheet into the first round trip: 14,336 bytes, packed."""

import gzip

import pytest
from flask import Flask

from tests.support.client import ORIGIN, CheckingClient
from tests.support.journeys import FORM, Office, answer_page, begin, hand_in, walk
from tests.support.pages import words

pytestmark = pytest.mark.one_database

MOST_BYTES = 14_336
GZIP_LEVEL = 6
PUBLIC = (
    "/",
    "/?elder=1",
    "/services",
    "/services/zj-01",
    "/services/zj-01/check",
    "/preferences",
    "/region",
    "/service-points",
    "/status",
    "/sign-in",
    "/sign-in/password",
    "/accessibility",
    "/accessibility/report",
    "/privacy",
    "/sitemap",
    "/no-such-page",
)


def weight(client: CheckingClient) -> int:
    """Bytes on the wire of the current page and the style sheet that it cannot be drawn without."""
    assert client.answer is not None
    sheets = [str(link["href"]) for link in client.page.select("link[rel=stylesheet]")]
    bodies = [client.browser.get(href, base_url=ORIGIN).get_data() for href in sheets]
    page = client.answer.response.get_data()
    return sum(len(gzip.compress(body, GZIP_LEVEL, mtime=0)) for body in (page, *bodies))


def assert_light(found: dict[str, int]) -> None:
    assert {name: size for name, size in found.items() if size > MOST_BYTES} == {}


def test_public_pages_are_light(app: Flask, office: Office) -> None:
    client = CheckingClient(app)
    found = {}
    for address in PUBLIC:
        client.get(address, 404 if "no-such" in address else 200)
        found[address] = weight(client)
    assert_light(found)


@pytest.mark.parametrize("language", ["zh", "easy", "en"])
def test_every_page_of_the_journey_is_light(office: Office, language) -> None:
    client = office.browser(office.resident(), language)
    client.get("/apply/zj-01")
    found = {"start": weight(client)}
    reference = begin(client, "proxy")
    while not client.path.endswith("/check"):
        found[client.path] = weight(client)
        answer_page(client)
    found["check"] = weight(client)
    hand_in(client)
    found["receipt"] = weight(client)
    for address in (f"/account/applications/{reference}", "/account/notices", "/account"):
        client.get(address)
        found[address] = weight(client)
    client.get(f"/account/applications/{reference}")
    client.get(str(client.page.select("main a[href^='/account/notices/']")[0]["href"]))
    found["letter"] = weight(client)
    assert_light(found)


def test_page_full_of_mistakes_is_light(office: Office) -> None:
    client = office.browser(office.resident())
    begin(client)
    walk(client, until="contact-told")
    for _ in range(3):
        client.submit(words(client.one("button[name=add]")))
    names = {f"c_may_tell-{number}-c_tell_phone": "不是号码" for number in (1, 2, 3)}
    client.submit(FORM, names, expect=422)
    assert weight(client) <= MOST_BYTES
