"""Text messages over HTTP against a small server on this machine."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.gateways.sms import HttpSms, sms_length

PHONE = "13800000000"
TEXT = (
    "【示例市一窗通办】您的申请（收件号261122045738）要补材料，"
    "最晚12月5日。可上网补、到窗口补，也可请人上门。"
)


def test_message_is_posted_with_token_and_idempotency_key(loopback: Callable[..., object]) -> None:
    here = loopback(lambda _: (202, {}))
    HttpSms(here.url, "token-1").send(PHONE, TEXT, message_id="m-17")
    (asked,) = here.asked
    assert asked.method == "POST"
    assert json.loads(asked.body) == {"to": PHONE, "text": TEXT}
    assert asked.headers["Authorization"] == "Bearer token-1"
    assert asked.headers["Idempotency-Key"] == "m-17"


def test_second_try_after_a_server_error_arrives_with_the_same_key(loopback: Callable[..., object]) -> None:
    statuses = iter([500, 200])
    here = loopback(lambda _: (next(statuses), {}))
    gateway = HttpSms(here.url, "token-1")
    with pytest.raises(TemporaryFailure, match="500"):
        gateway.send(PHONE, TEXT, message_id="m-17")
    gateway.send(PHONE, TEXT, message_id="m-17")
    assert [asked.headers["Idempotency-Key"] for asked in here.asked] == ["m-17", "m-17"]


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 502, 503])
def test_answers_worth_another_try_are_temporary(loopback: Callable[..., object], status: int) -> None:
    here = loopback(lambda _: (status, {}))
    with pytest.raises(TemporaryFailure, match=str(status)):
        HttpSms(here.url, "t").send(PHONE, TEXT, message_id="m-1")


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_refusals_are_permanent_and_do_not_name_the_phone(
    loopback: Callable[..., object], status: int
) -> None:
    here = loopback(lambda asked: (status, {"refused": asked.body}))
    with pytest.raises(PermanentFailure, match=str(status)) as raised:
        HttpSms(here.url, "t").send(PHONE, TEXT, message_id="m-1")
    assert PHONE not in str(raised.value)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_not_followed_with_the_phone_and_the_token(
    loopback: Callable[..., object], status: int
) -> None:
    here = loopback(lambda _: (status, {}))
    with pytest.raises(PermanentFailure):
        HttpSms(here.url, "t").send(PHONE, TEXT, message_id="m-1")
    assert len(here.asked) == 1


def test_silent_gateway_is_given_up_as_temporary(loopback: Callable[..., object]) -> None:
    def dawdle(_: object) -> tuple[int, object]:
        time.sleep(0.6)
        return 200, {}

    here = loopback(dawdle)
    with pytest.raises(TemporaryFailure, match="ReadTimeout"):
        HttpSms(here.url, "t", timeout=(1, 0.2)).send(PHONE, TEXT, message_id="m-1")


def test_nobody_listening_is_temporary_and_does_not_name_the_phone() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/send"
        with pytest.raises(TemporaryFailure) as raised:
            HttpSms(url, "t").send(PHONE, TEXT, message_id="m-1")
    assert PHONE not in str(raised.value)
    assert raised.value.__cause__ is None


def test_phone_of_a_demo_person_never_leaves_the_house(loopback: Callable[..., object]) -> None:
    here = loopback(lambda _: (200, {}))
    with pytest.raises(PermanentFailure):
        HttpSms(here.url, "t").send("19900001234", TEXT, message_id="m-1")
    assert here.asked == []


@pytest.mark.parametrize(
    "to", ["", "1380000000", "138000000000", "+8613800000000", "１３８００００００００", "23800000000"]
)
def test_anything_but_a_mainland_mobile_is_refused(loopback: Callable[..., object], to: str) -> None:
    here = loopback(lambda _: (200, {}))
    with pytest.raises(PermanentFailure):
        HttpSms(here.url, "t").send(to, TEXT, message_id="m-1")
    assert here.asked == []


@pytest.mark.parametrize(
    ("text", "is_taken"), [("字" * 70, True), ("字" * 71, False), ("𠮷" * 35, True), ("𠮷" * 36, False)]
)
def test_seventy_characters_fit_and_rare_ones_count_twice(
    loopback: Callable[..., object], text: str, is_taken: bool
) -> None:
    here = loopback(lambda _: (200, {}))
    gateway = HttpSms(here.url, "t")
    if is_taken:
        gateway.send(PHONE, text, message_id="m-1")
    else:
        with pytest.raises(PermanentFailure, match="70"):
            gateway.send(PHONE, text, message_id="m-1")
    assert len(here.asked) == is_taken


def test_empty_message_is_refused() -> None:
    with pytest.raises(PermanentFailure):
        HttpSms("http://127.0.0.1:9", "t").send(PHONE, "", message_id="m-1")


def test_length_of_the_longest_example_fits() -> None:
    assert sms_length(TEXT) <= 70


def test_netrc_file_does_not_replace_the_token(
    loopback: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    here = loopback(lambda _: (200, {}))
    HttpSms(here.url, "token-1").send(PHONE, TEXT, message_id="m-1")
    assert here.asked[0].headers["Authorization"] == "Bearer token-1"
