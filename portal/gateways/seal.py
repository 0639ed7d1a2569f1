"""The seal on a letter: none, or the service that signs a PDF in the name of a unit (words.md 4).

Whether sealed or not, the letter says in words whose seal it bears; nothing here draws a star.
"""

from __future__ import annotations

import base64
from typing import Protocol

import requests

from portal.gateways.errors import TemporaryFailure
from portal.gateways.http import TIMEOUT, BearerToken, failure_for

PDF = b"%PDF-"


class SealGateway(Protocol):
    """Seals one letter in the name of one unit."""

    def seal(self, letter: bytes, unit: str, *, letter_id: str) -> bytes:
        """The sealed PDF, or TemporaryFailure or PermanentFailure.

        ``unit`` is the code of the unit whose seal it is. Asking again with the same ``letter_id`` seals no
        second letter.
        """


class NoSeal:
    """Nobody seals here: the letter stays as it is."""

    def seal(self, letter: bytes, unit: str, *, letter_id: str) -> bytes:
        """See SealGateway."""
        return letter


class HttpSeal:
    """Posts ``{"unit": ..., "pdf": base64}`` as JSON with a bearer token and an Idempotency-Key header.

    The answer is ``{"pdf": base64}`` with a 2xx status. 5xx, 429, 401, 403, silence and an answer that is no
    PDF: temporary. Any other status: permanent.
    """

    def __init__(self, url: str, token: str, *, timeout: tuple[float, float] = TIMEOUT) -> None:
        self._url = url
        self._token = BearerToken(token)
        self._timeout = timeout

    def seal(self, letter: bytes, unit: str, *, letter_id: str) -> bytes:
        """See SealGateway."""
        try:
            answer = requests.post(
                self._url,
                json={"unit": unit, "pdf": base64.b64encode(letter).decode()},
                headers={"Idempotency-Key": letter_id},
                auth=self._token,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as wrong:
            raise TemporaryFailure(f"seal service not reached ({type(wrong).__name__})") from None
        if failure := failure_for(answer.status_code):
            raise failure
        try:
            sealed = base64.b64decode(answer.json()["pdf"], validate=True)
        except (ValueError, KeyError, TypeError):
            sealed = b""
        if not sealed.startswith(PDF):
            raise TemporaryFailure("seal service answered without a PDF")
        return sealed
