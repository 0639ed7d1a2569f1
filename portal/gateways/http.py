"""What our HTTP gateways have in common: patience, the bearer token, and what a status means."""

import requests
from requests.auth import AuthBase

from portal.gateways.errors import GatewayFailure, PermanentFailure, TemporaryFailure

# Seconds to connect, seconds between bytes.
TIMEOUT = (5.0, 15.0)

# Not the message is refused but we are (token, rate), or the other side gave up waiting.
_WORTH_ANOTHER_TRY = frozenset({401, 403, 408, 425, 429})


class BearerToken(AuthBase):
    """Sends the token. As an auth object it also keeps a stray netrc file from replacing it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def failure_for(status: int) -> GatewayFailure | None:
    """None for a 2xx answer. Redirects are refusals: what we send is meant for one address only."""
    if 200 <= status < 300:
        return None
    said = f"answered with status {status}"
    if status >= 500 or status in _WORTH_ANOTHER_TRY:
        return TemporaryFailure(said)
    return PermanentFailure(said)
