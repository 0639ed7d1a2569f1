"""Seals: nobody's, or those of a service that is sent the letter and answers with the sealed one."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.gateways.seal import HttpSeal, NoSeal
from tests.gateways.conftest import Answer, Asked, Loopback

LETTER = b"%PDF-1.7 letter"
Start = Callable[[Answer], Loopback]


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_without_a_seal_the_letter_stays_as_it_is() -> None:
    assert NoSeal().seal(LETTER, "federation_shili", letter_id="7") == LETTER


def test_service_is_sent_unit_and_letter_and_its_pdf_comes_back(loopback: Start) -> None:
    def answer(asked: Asked) -> tuple[int, Any]:
        return 200, {"pdf": encoded(base64.b64decode(json.loads(asked.body)["pdf"]) + b" sealed")}

    server = loopback(answer)
    sealed = HttpSeal(server.url, "token").seal(LETTER, "federation_shili", letter_id="letter-7")
    assert sealed == LETTER + b" sealed"
    (asked,) = server.asked
    assert json.loads(asked.body)["unit"] == "federation_shili"
    assert asked.headers["Idempotency-Key"] == "letter-7"
    assert asked.headers["Authorization"] == "Bearer token"


@pytest.mark.parametrize(
    ("status", "said", "failure"),
    [
        (503, {}, TemporaryFailure),
        (401, {}, TemporaryFailure),
        (422, {}, PermanentFailure),
        (302, {}, PermanentFailure),
        (200, {"pdf": encoded(b"no letter")}, TemporaryFailure),
        (200, {"pdf": "%%%"}, TemporaryFailure),
        (200, {"pdf": 7}, TemporaryFailure),
        (200, ["pdf"], TemporaryFailure),
        (200, {}, TemporaryFailure),
    ],
)
def test_answers_without_a_sealed_letter_are_failures(
    loopback: Start, status: int, said: Any, failure: type[Exception]
) -> None:
    server = loopback(lambda _asked: (status, said))
    with pytest.raises(failure):
        HttpSeal(server.url, "token").seal(LETTER, "federation_shili", letter_id="7")


def test_service_that_is_not_there_is_tried_again_later() -> None:
    with pytest.raises(TemporaryFailure, match="not reached"):
        HttpSeal("http://127.0.0.1:9", "token").seal(LETTER, "federation_shili", letter_id="7")
