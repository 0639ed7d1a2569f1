"""Text messages: to a folder in demonstrations, to the operator's HTTP gateway in real life."""

import re
from typing import Protocol

import requests

from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.gateways.folder import MessageFolder
from portal.gateways.http import TIMEOUT, BearerToken, failure_for

# One message of the network (words.md 5); longer ones arrive in pieces, or not at all.
LONGEST_SMS = 70

_MOBILE = re.compile(r"1[0-9]{10}")
_DEMO_PHONES = "1990000"


class SmsGateway(Protocol):
    """Sends one text message to one mainland mobile number."""

    def send(self, to: str, text: str, *, message_id: str) -> None:
        """Send, or raise TemporaryFailure or PermanentFailure.

        `to` is eleven digits; `text` at most 70 characters, signature included. Sending the same `message_id`
        again delivers nothing new.
        """


class FolderSms:
    """Keeps text messages in a folder."""

    def __init__(self, folder: MessageFolder) -> None:
        self._folder = folder

    def send(self, to: str, text: str, *, message_id: str) -> None:
        """See SmsGateway."""
        _check(to, text)
        self._folder.keep_sms(to, text, message_id)


class HttpSms:
    """Posts `{"to": ..., "text": ...}` as JSON with a bearer token and an Idempotency-Key header.

    2xx: taken. 5xx, 429, 401, 403 and silence: temporary. Any other answer: permanent.
    """

    def __init__(self, url: str, token: str, *, timeout: tuple[float, float] = TIMEOUT) -> None:
        self._url = url
        self._token = BearerToken(token)
        self._timeout = timeout

    def send(self, to: str, text: str, *, message_id: str) -> None:
        """See SmsGateway. Numbers of demonstration people (1990000xxxx) are refused: they are nobody's."""
        _check(to, text)
        if to.startswith(_DEMO_PHONES):
            raise PermanentFailure("a phone of a demonstration")
        try:
            answer = requests.post(
                self._url,
                json={"to": to, "text": text},
                headers={"Idempotency-Key": message_id},
                auth=self._token,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as wrong:
            raise TemporaryFailure(f"text message gateway not reached ({type(wrong).__name__})") from None
        if failure := failure_for(answer.status_code):
            raise failure


def sms_length(text: str) -> int:
    """The length as the network counts it: a rare character outside the basic plane counts twice."""
    return len(text.encode("utf-16-le")) // 2


def _check(to: str, text: str) -> None:
    if not _MOBILE.fullmatch(to):
        raise PermanentFailure("not a mobile number")
    if not text or sms_length(text) > LONGEST_SMS:
        raise PermanentFailure(f"a text message has 1 to {LONGEST_SMS} characters")
