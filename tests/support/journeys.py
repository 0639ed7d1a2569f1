"""Walking a service page by page the way a person does, over HTTP without script."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.support.client import CheckingClient
from tests.support.forms import Filling

PAGE_PATH = re.compile(r"/apply/[a-z-]+\d+/\d{12}/([a-z][a-z0-9_-]*)$")
MOST_PAGES = 80

GOOD_ANSWERS: Mapping[str, Filling] = {
    "cs_notice_read": "yes",
    "g_kind": "parent",
    "g_is_guardian": "yes",
    "g_name": "示例王母",
    "g_phone": "19900000009",
    "g_person_informed": "yes",
    "p_name": "示例王小明",
    "p_id_type": "resident",
    "p_id_no": "880000199001010011",
    "h_place": "示例东风镇",
    "h_place-place": "880001001",
    "a_same_as_hukou": "yes",
    "zj_kind": ["visual"],
    "zj_since": "2019",
    "zj_home_visit": "hospital",
    "c_has_phone": "own",
    "c_phone": "19900000001",
    "dl_way": "desk",
}
"""What a made-up adult answers; what is not named here takes the first choice, or stays empty."""


def walk(client: CheckingClient, answers: Mapping[str, Filling] | None = None) -> list[str]:
    """Answer page after page until the check page; the pages that were met, in order."""
    wanted = {**GOOD_ANSWERS, **(answers or {})}
    met: list[str] = []
    for _ in range(MOST_PAGES):
        found = PAGE_PATH.search(client.path)
        assert found, f"left the journey at {client.path}"
        if found[1] == "check":
            return met
        met.append(found[1])
        if client.page.select("button[name=find]"):
            client.submit("查找这个地方", _fillings(client, wanted))
        client.submit("保存并继续", _fillings(client, wanted))
    raise AssertionError(f"no end after {MOST_PAGES} pages: {met}")


def _fillings(client: CheckingClient, wanted: Mapping[str, Filling]) -> dict[str, Filling]:
    """Answers for the questions of this page."""
    filled: dict[str, Filling] = {}
    for control in client.page.select("main input, main textarea"):
        name = str(control.get("name", ""))
        if not name or name in filled or control.get("type") in ("hidden", "submit"):
            continue
        if name in wanted:
            filled[name] = wanted[name]
        elif control.get("type") in ("radio", "checkbox") and not name.endswith("-place"):
            filled[name] = str(control["value"])
    return filled
