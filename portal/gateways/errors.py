"""The two ways in which talking to somebody outside can fail.

Their words go to logs and to the outbox table, so they never hold an address, a phone, a code or a text.
"""


class GatewayFailure(Exception):
    """Nothing was delivered, as far as we know."""


class TemporaryFailure(GatewayFailure):
    """Trying again later may succeed: the other side, the line or our own set-up is at fault."""


class PermanentFailure(GatewayFailure):
    """Trying the same again cannot succeed: what we sent, or whom we sent it to, is refused."""
