"""One who acts for two people, in two tabs of one browser: files and what is known never pass from one to the
other."""

import pytest

from tests.support import papers
from tests.support.client import CheckingClient
from tests.support.journeys import FORM, Office, begin, go, hand_in, walk

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.one_database,
    pytest.mark.monday_morning,
]

PEOPLE = {"示例甲": "880000199001010011", "示例乙": "880000198811020073"}
PAGE = "evidence-hukou"


def files_on(client: CheckingClient) -> set[str]:
    return {str(one["href"]).split("?")[0] for one in client.page.select("main a[href^='/documents/']")}


def person_page(client: CheckingClient, name: str) -> str:
    """The way to begin for this person again."""
    client.get("/apply/bt-01")
    label = next(one for one in client.page.select("main label") if f"替{name}办" in one.get_text())
    return str(client.one(f"#{label['for']}")["value"])


def test_files_and_known_answers_of_two_people_stay_apart_in_two_tabs(office: Office) -> None:
    client, drafts = office.browser(office.resident()), {}
    for place, (name, number) in enumerate(PEOPLE.items()):
        drafts[name] = begin(client, "proxy")
        walk(client, {"p_name": name, "p_id_no": number}, until=PAGE)
        assert not files_on(client)
        photo = papers.encoded(papers.page((600 + 20 * place, 800)))
        client.submit(FORM, {"evidence_hukou": "upload"})
        client.submit(FORM, {"evidence_hukou": "upload", "documents_hukou": (f"{place}.jpg", photo)})
    shown = {}
    for name, reference in [*drafts.items(), *drafts.items()]:  # from tab to tab
        go(client, reference, PAGE)
        shown[name] = files_on(client)
        assert shown[name]
        client.get(f"/apply/zj-01/{reference}/check")
        others = next(one for one in PEOPLE if one != name)
        assert name in client.text
        assert others not in client.text
    assert shown["示例甲"].isdisjoint(shown["示例乙"])
    for reference in drafts.values():
        go(client, reference, PAGE)
        walk(client, {"evidence_hukou": "upload"})
        hand_in(client)
    again = {name: begin(client, person_page(client, name), "bt-01") for name in PEOPLE}
    for page in ("person-name", "person-identity", "person-identity"):  # a tab each, page by page
        for name, reference in again.items():
            client.get(f"/apply/bt-01/{reference}/{page}")
            assert not seen_of_others(client, name)
            client.submit(FORM, {})
            assert not seen_of_others(client, name)
    for name, reference in again.items():
        client.get(f"/apply/bt-01/{reference}/person-identity")
        assert "".join(str(client.one("input[name=p_id_no]")["value"]).split()) == PEOPLE[name]


def seen_of_others(client: CheckingClient, name: str) -> list[str]:
    """What the page says of somebody else, in its text or in a field."""
    page = "".join(str(client.page).split())
    others = [said for other, number in PEOPLE.items() if other != name for said in (other, number)]
    return [one for one in others if one in page]
