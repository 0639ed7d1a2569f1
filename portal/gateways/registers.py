"""Registers of the state: who lives where, who holds a certificate, who has died.

A register answers, says that it does not know, or cannot be reached; none of these is an error of ours, so
asking never raises. What it says is kept with its source and time, and whether it was only simulated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal, Protocol, get_args

import requests

from portal import clock
from portal.gateways.http import TIMEOUT

Register = Literal["household", "certificate", "death"]
Outcome = Literal["hit", "none", "mismatch", "unavailable"]

KNOWN_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "household": ("name", "address", "place_code"),
    "certificate": ("status", "valid_to", "cancelled_on"),
    "death": ("died_on",),
}
"""What we take from each register; whatever else it sends is not kept."""
COUNTY_DIGITS: Final = 6
"""A code of a place begins with that of its county (GB/T 2260)."""
LONGEST_FACT = 200
LONGEST_ANSWER = 16_384


@dataclass(frozen=True)
class RegisterAnswer:
    """What a register said. ``mismatch`` means that the number is known under another name."""

    outcome: Outcome
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)
    source: str = ""
    is_simulated: bool = False


class RegisterGateway(Protocol):
    """Asks the registers about one person."""

    @property
    def is_on(self) -> bool:
        """Whether there is anybody to ask; when not, do not offer it."""

    def household(self, id_number: str, name: str, place: str = "") -> RegisterAnswer:
        """Where the person is registered. ``place`` is the code of the place that they named, where they
        named one."""

    def certificate(self, id_number: str) -> RegisterAnswer:
        """Whether the person holds a disability certificate, or held one."""

    def death(self, id_number: str) -> RegisterAnswer:
        """Whether the person's death is on record."""


class NoRegisters:
    """A region that is connected to none."""

    is_on = False

    def household(self, id_number: str, name: str, place: str = "") -> RegisterAnswer:
        """See RegisterGateway."""
        return RegisterAnswer("unavailable")

    def certificate(self, id_number: str) -> RegisterAnswer:
        """See RegisterGateway."""
        return RegisterAnswer("unavailable")

    def death(self, id_number: str) -> RegisterAnswer:
        """See RegisterGateway."""
        return RegisterAnswer("unavailable")


class SimulatedRegisters:
    """Answers for demonstration people (880000…) by the last digit of the order code of their ID number.

    4 is registered in another county, 5 had a certificate that was cancelled, 6 holds one, 7 is not in the
    household register, 8 is there under another name, 9 has died; everyone else is at home in the place that
    they named, whichever that is. Days are counted back from today, so that a demonstration does not age. Of
    anybody else there is no answer: that nothing was found would be a wrong one.
    """

    is_on = True

    HOME = ("示例市东风乡（模拟地址）", "880001")
    ELSEWHERE = ("样本县（模拟地址）", "880002")
    AS_NAMED = "填写的那个地方（模拟地址）"

    def household(self, id_number: str, name: str, place: str = "") -> RegisterAnswer:
        """See RegisterGateway."""
        kind = _order(id_number)
        if kind is None:
            return _simulated("unavailable")
        if kind == 7:
            return _simulated("none")
        if kind == 8:
            return _simulated("mismatch")
        address, code = self._home(place[:COUNTY_DIGITS]) if kind != 4 else self._away(place)
        return _simulated("hit", name=name, address=address, place_code=code)

    def certificate(self, id_number: str) -> RegisterAnswer:
        """See RegisterGateway."""
        kind = _order(id_number)
        if kind is None:
            return _simulated("unavailable")
        if kind == 5:
            return _simulated("hit", status="cancelled", cancelled_on=_days_ago(120))
        if kind == 6:
            return _simulated("hit", status="valid", valid_to=_days_ago(-3 * 365))
        return _simulated("none")

    def death(self, id_number: str) -> RegisterAnswer:
        """See RegisterGateway."""
        kind = _order(id_number)
        if kind is None:
            return _simulated("unavailable")
        return _simulated("hit", died_on=_days_ago(20)) if kind == 9 else _simulated("none")

    def _home(self, county: str) -> tuple[str, str]:
        return (self.AS_NAMED, county) if county and county != self.HOME[1] else self.HOME

    def _away(self, place: str) -> tuple[str, str]:
        """Another county than the one that was named."""
        return self.HOME if place.startswith(self.ELSEWHERE[1]) else self.ELSEWHERE


class HttpRegisters:
    """Posts ``{"register", "id_number"[, "name"]}`` as JSON with an X-Api-Key header; asked once, not again.

    The answer is ``{"result": "hit" | "none" | "mismatch", "source": "...", "facts": {...}}`` with status
    200. Everything else, silence too, is ``unavailable``: staff look at the original instead.
    """

    is_on = True

    def __init__(self, url: str, key: str, *, timeout: tuple[float, float] = TIMEOUT) -> None:
        self._url = url
        self._key = key
        self._timeout = timeout

    def household(self, id_number: str, name: str, place: str = "") -> RegisterAnswer:
        """See RegisterGateway."""
        return self._ask("household", {"id_number": id_number, "name": name})

    def certificate(self, id_number: str) -> RegisterAnswer:
        """See RegisterGateway."""
        return self._ask("certificate", {"id_number": id_number})

    def death(self, id_number: str) -> RegisterAnswer:
        """See RegisterGateway."""
        return self._ask("death", {"id_number": id_number})

    def _ask(self, register: Register, about: dict[str, str]) -> RegisterAnswer:
        try:
            with requests.post(
                self._url,
                json={"register": register, **about},
                headers={"X-Api-Key": self._key, "Accept": "application/json"},
                auth=_as_it_is,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as answer:
                body = answer.raw.read(LONGEST_ANSWER + 1, decode_content=True)
                if answer.status_code != 200 or len(body) > LONGEST_ANSWER:
                    return RegisterAnswer("unavailable")
            return _read(register, json.loads(body))
        except (requests.RequestException, OSError, ValueError, RecursionError):
            return RegisterAnswer("unavailable")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps a stray netrc file from adding a login of its own."""
    return request


def _read(register: Register, said: Any) -> RegisterAnswer:
    """The answer as ours; one that is not of the agreed shape counts as none at all. Raises ValueError."""
    if not isinstance(said, dict) or said.get("result") not in get_args(Outcome):
        raise ValueError("not an answer")
    found = said.get("facts") or {}
    if not isinstance(found, dict):
        raise ValueError("not facts")
    facts = {
        name: found[name][:LONGEST_FACT]
        for name in KNOWN_FACTS[register]
        if isinstance(found.get(name), str) and found[name]
    }
    return RegisterAnswer(said["result"], facts, str(said.get("source") or "")[:LONGEST_FACT])


def _order(id_number: str) -> int | None:
    """The last digit of the order code of a demonstration number; None for every other number."""
    is_demo = len(id_number) == 18 and id_number.startswith("880000") and id_number[:17].isdigit()
    return int(id_number[16]) if is_demo else None


def _simulated(outcome: Outcome, **facts: str) -> RegisterAnswer:
    return RegisterAnswer(outcome, facts, "模拟数据", is_simulated=True)


def _days_ago(days: int) -> str:
    return (clock.today() - timedelta(days=days)).isoformat()
