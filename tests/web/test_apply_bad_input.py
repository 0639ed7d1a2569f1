"""Any bytes in any field of the journey: a page that says what to do, with every answer kept; never a 500."""

from urllib.parse import quote, quote_from_bytes, urlencode

import pytest

from portal.i18n import LOCALES
from tests.support.client import ORIGIN, CheckingClient, check_response
from tests.support.journeys import FORM, Office, answer_page, begin, go, walk
from tests.support.pages import HOSTILE_TEXT, faults, read_page, words

pytestmark = pytest.mark.one_database

MEGABYTE = 1024 * 1024
HOSTILE: dict[str, bytes] = {
    "markup": HOSTILE_TEXT.encode(),
    "nul": b"a\0b",
    "control characters": bytes(range(1, 32)) + b"\x7f\xc2\x85",
    "half a surrogate pair": b"\xed\xa0\x80",
    "not utf-8": b"\xff\xfe\x80\xc3",
    "overlong": b"\xc0\xaf\xf8\x88\x80\x80\x80",
    "noncharacters": "\ufffe\uffff\U0001fffe".encode(),
    "rare han": "𠮷𡥵𰻝\U00031350\ue000".encode(),
    "emoji": "👩🏽‍🦽👨‍👩‍👧🇨🇳".encode(),
    "direction": "\u202egnp.exe\u2066\u200f".encode(),
    "combining": ("Z" + "\u0335" * 500).encode(),
    "line ends": "一\r\n二\u2028三\u0085四".encode(),
    "template": b"{{7*7}}{% raw %}${7*7}",
    "sql": b"'; DROP TABLE applications; --",
    "digits": "٣٤٥１２３²③".encode(),
    "number": b"-1e999",
    "long": "长".encode() * 5000,
    "blank": b" \t\xe3\x80\x80\xc2\xa0",
}


NEVER_TAKEN = {"nul", "control characters", "noncharacters", "long"}
"""Bytes that are no UTF-8 arrive as they were written in the address form (%ED%A0%80): odd, but a text."""
BUTTONS = {"find", "add", "remove", "then"}


@pytest.fixture
def client(office: Office) -> CheckingClient:
    return office.browser(office.resident())


def send(client: CheckingClient, path: str, pairs: list[tuple[str, bytes]]) -> int:
    """Post these bytes; what comes back is a good page or a redirect. Its status."""
    body = "&".join(f"{quote(name)}={quote_from_bytes(sent)}" for name, sent in pairs)
    response = client.browser.post(
        path, data=body, base_url=ORIGIN, content_type="application/x-www-form-urlencoded"
    )
    check_response(response, path)
    if response.mimetype == "text/html" and response.status_code not in (302, 303):
        found = faults(read_page(path, response.get_data(as_text=True), LOCALES[client.language].html_lang))
        assert not found, f"{path}: {found}"
    return response.status_code


def names_of(client: CheckingClient) -> list[str]:
    """Every field of the page, and what could be guessed beside them."""
    controls = client.page.select("main input[name], main textarea[name], main button[name]")
    names = {str(control["name"]) for control in controls} - {"csrf_token"}
    return sorted(names | {f"{name}-{part}" for name in names for part in ("1-x", "place", "own")})


def test_hostile_text_in_every_field_of_every_page(client: CheckingClient) -> None:
    begin(client, "proxy")
    token = ("csrf_token", client.token.encode())
    while not client.path.endswith("/check"):
        if (adding := client.page.select_one("button[name=add]")) is not None:
            client.submit(words(adding))
        path, names = client.path, names_of(client)
        has_text = client.page.select("main input[type=text], main input[type=tel], main textarea")
        for title in HOSTILE if has_text else ("markup", "nul"):
            pairs = [(name, HOSTILE[title]) for name in names if name not in BUTTONS]
            status = send(client, path, [token, *pairs])
            assert status in (303, 422), f"{title} at {path}: {status}"
            assert status == 422 or title not in NEVER_TAKEN, f"{title} was taken at {path}"
        for button in BUTTONS & set(names):
            assert send(client, path, [token, *pairs, (button, HOSTILE["markup"])]) in (200, 303, 422)
        client.get(path)
        while client.path == path:  # a condition may ask once more on the same page
            answer_page(client)
    assert send(client, client.path, [token, ("seen_hash", b"\xff\0")]) == 409


def test_fields_missing_repeated_and_invented(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, until="person-identity")
    token = ("csrf_token", client.token.encode())
    for page in ("person-name", "person-identity", "hukou-place", "kinds", "records", "contact-told"):
        path = f"/apply/zj-01/{reference}/{page}"
        names = (
            "p_name",
            "p_id_type",
            "p_id_no",
            "h_place",
            "zj_kind",
            "zj_records",
            "c_may_tell-1-c_tell_name",
        )
        assert send(client, path, [token]) in (303, 404, 422)
        assert send(client, path, [token, *((name, b"1") for name in names for _ in range(250))]) in (
            303,
            404,
            422,
        )
        assert send(client, path, [token, *((name, b"1") for name in names for _ in range(2000))]) == 413
        assert send(client, path, [token, *((f"{name}[]", b"1") for name in names)]) < 500
        many = [(f"c_may_tell-{number}-c_tell_name", b"x") for number in range(1500)]
        assert send(client, path, [token, *many]) < 500
        assert send(client, path, [("csrf_token", b"\xff"), token]) in (303, 403)
    go(client, reference, "contact-told")


@pytest.mark.parametrize(
    ("page", "fields", "kept"),
    [
        ("person-name", {"p_name": "x" * (10 * MEGABYTE), "p_name_sound": "xiao ming"}, "p_name_sound"),
        ("person-name", {"p_name": "<b>", "p_name_sound": "长" * 101}, "p_name"),
        ("person-identity", {"p_id_type": "resident", "p_id_no": "880000199001010012"}, "p_id_no"),
        ("person-identity", {"p_id_type": "resident", "p_id_no": "880000900101001"}, "p_id_no"),
        ("person-identity", {"p_id_type": "resident", "p_id_no": "880000199002300013"}, "p_id_no"),
        ("person-identity", {"p_id_type": "resident", "p_id_no": "八八〇〇〇〇"}, "p_id_no"),
        ("since", {"zj_since": "13月", "zj_cause": "生病"}, "zj_cause"),
        ("since", {"zj_since": "2999年", "zj_cause": "生病"}, "zj_since"),
        ("contact-phone", {"c_has_phone": "own", "c_phone": "电话"}, "c_phone"),
    ],
)
def test_mistake_is_named_and_everything_else_is_kept(
    client: CheckingClient, page: str, fields: dict[str, str], kept: str
) -> None:
    reference = begin(client)
    walk(client, until="contact-told")
    go(client, reference, page)
    client.post(client.path, fields, expect=422)
    assert client.page.select("#errors a"), "the summary names nothing"
    for link in client.page.select("#errors a"):
        assert client.page.find(id=str(link["href"])[1:]), f"{link} leads nowhere"
        assert "：" in link.get_text(), f"{link} does not name the question"
    control = client.one(f"[name={kept}]:not([type=checkbox])")
    shown = str(control.get("value") if control.name == "input" else control.get_text())
    assert shown == fields[kept]
    go(client, reference, page)  # and it is all still there after going away
    control = client.one(f"[name={kept}]:not([type=checkbox])")
    assert fields[kept] == (control.get("value") if control.name == "input" else control.get_text())


@pytest.mark.parametrize(
    "typed", ["８８００００１９９００１０１００１１", " 880000 19900101 0011 ", "880000-19900101-0011"]
)
def test_number_is_read_however_it_is_typed(client: CheckingClient, typed: str) -> None:
    reference = begin(client)
    walk(client, until="person-identity")
    client.submit(FORM, {"p_id_type": "resident"})
    client.submit(FORM, {"p_id_type": "resident", "p_id_no": typed})
    go(client, reference, "person-identity")
    assert "".join(str(client.one("[name=p_id_no]")["value"]).split()) == "880000199001010011"


@pytest.mark.parametrize(
    "name", ["𠮷田示例", "示例\ue000", "示例\U00031350", "Ñandú O’Neill-示例", "示例·买买提", "示例䶮"]
)
def test_rare_characters_of_a_name_come_back_as_they_were_typed(client: CheckingClient, name: str) -> None:
    reference = begin(client)
    walk(client, until="person-name")
    client.submit(FORM, {"p_name": name, "p_name_sound": "长" * 101}, expect=422)
    assert client.one("[name=p_name]")["value"] == name
    client.submit(FORM, {"p_name_sound": ""})
    go(client, reference, "person-name")
    assert client.one("[name=p_name]")["value"] == name


def test_body_beyond_every_measure_is_refused_with_words(client: CheckingClient) -> None:
    begin(client)
    pairs = [("csrf_token", client.token.encode()), ("cs_notice_read", b"x" * (17 * MEGABYTE))]
    assert send(client, client.path, pairs) == 413


def test_application_of_somebody_else_is_not_found_and_reveals_nothing(
    office: Office, client: CheckingClient
) -> None:
    reference = begin(client)
    walk(client, until="kinds")
    stranger = office.browser(office.resident("19900000002"))
    stranger.get("/no-such-page", 404)
    nothing = stranger.page.main.get_text()
    for path in ("", "/person-name", "/check", "/receipt", "/delete", "/no-such-page"):
        stranger.get(f"/apply/zj-01/{reference}{path}", 404)
        assert stranger.page.main.get_text() == nothing
    for path in ("", "/withdraw"):
        stranger.get(f"/account/applications/{reference}{path}", 404)
    token = stranger.token
    for path in ("person-name", "check", "delete"):
        sent = {"csrf_token": token, "p_name": "别人", "declarations": "cs_truth"}
        stranger.post(f"/apply/zj-01/{reference}/{path}", sent, expect=404, has_token=False)
    for path in ("withdraw", "slip"):
        sent = {"csrf_token": token}
        stranger.post(f"/account/applications/{reference}/{path}", sent, expect=404, has_token=False)
    go(client, reference, "person-name")
    assert client.one("[name=p_name]")["value"] == "示例王小明"


@pytest.mark.parametrize(
    "path",
    [
        "/apply/zj-01/000000000000/person-name",
        "/apply/zj-01/{reference}/\ufffd",
        "/apply/no-such-service/{reference}",
        "/apply/no-such-service",
        "/apply/zj-01/{wide}/person-name",
        "/account/notices/1",
        "/account/notices/99999999999999999999999999",
        "/account/applications/%00",
        "/account/applications/{reference}/letter",
    ],
)
def test_address_that_was_made_up_is_not_found(client: CheckingClient, path: str) -> None:
    reference = begin(client)
    wide = "%EF%BC%91" * 12
    client.get(path.format(reference=reference, wide=wide), 404)


@pytest.mark.parametrize("typed", ["", "\0", "1" * 100_000, HOSTILE_TEXT, "１２３４", "\ud7ff\U0010ffff"])
def test_look_up_refuses_whatever_is_no_number(client: CheckingClient, typed: str) -> None:
    client.get("/status")
    client.post("/status", {"reference": typed, "code": typed}, expect=422)
    assert client.page.select("#errors a")


def test_start_without_a_choice_or_with_a_made_up_one_asks_again(client: CheckingClient) -> None:
    client.get("/apply/zj-01")
    client.submit(FORM, {}, expect=422)
    assert client.page.select("#errors a[href='#acting']")
    for fields in (
        {"acting": "nobody"},
        {"acting": "self", "start_key": "\0"},
        {"acting": ["self", "proxy"]},
    ):
        client.get("/apply/zj-01")
        answered = client.browser.post(
            "/apply/zj-01",
            data=urlencode({"csrf_token": client.token, **fields}, doseq=True),
            base_url=ORIGIN,
            content_type="application/x-www-form-urlencoded",
        )
        check_response(answered, "/apply/zj-01")
        assert answered.status_code in (303, 404, 422)
