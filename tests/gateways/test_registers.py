"""Registers: the simulated one, and the one over HTTP against a small server on this machine."""

import json
import socket
import time
from collections.abc import Callable
from datetime import date

import pytest

from portal.gateways.registers import HttpRegisters, NoRegisters, RegisterAnswer, SimulatedRegisters

NUMBER = "88000019881102001X"
UNAVAILABLE = RegisterAnswer("unavailable")


def person(kind: int) -> str:
    """A demonstration number whose order code ends with this digit."""
    return f"8800001988110201{kind}1"


def test_question_is_posted_with_the_key_and_its_answer_read(loopback: Callable[..., object]) -> None:
    said = {"result": "hit", "source": "公安人口库", "facts": {"name": "王小明", "place_code": "880001"}}
    here = loopback(lambda _: (200, said))
    answer = HttpRegisters(here.url, "key-1").household(NUMBER, "王小明")
    assert answer == RegisterAnswer("hit", {"name": "王小明", "place_code": "880001"}, "公安人口库", False)
    (asked,) = here.asked
    assert asked.method == "POST"
    assert json.loads(asked.body) == {"register": "household", "id_number": NUMBER, "name": "王小明"}
    assert asked.headers["X-Api-Key"] == "key-1"
    assert NUMBER not in asked.path


def test_certificate_and_death_ask_by_the_number_alone(loopback: Callable[..., object]) -> None:
    here = loopback(lambda _: (200, {"result": "none"}))
    gateway = HttpRegisters(here.url, "key-1")
    assert gateway.certificate(NUMBER).outcome == "none"
    assert gateway.death(NUMBER).outcome == "none"
    assert [json.loads(asked.body) for asked in here.asked] == [
        {"register": "certificate", "id_number": NUMBER},
        {"register": "death", "id_number": NUMBER},
    ]


def test_only_agreed_facts_are_taken(loopback: Callable[..., object]) -> None:
    said = {"result": "hit", "facts": {"died_on": "2026-11-02", "cause": "…", "name": "王小明"}}
    here = loopback(lambda _: (200, said))
    assert HttpRegisters(here.url, "k").death(NUMBER).facts == {"died_on": "2026-11-02"}


def test_fact_that_is_no_text_or_endless_is_left_out_or_cut(loopback: Callable[..., object]) -> None:
    said = {"result": "hit", "facts": {"name": ["王"], "address": "长" * 1000}}
    here = loopback(lambda _: (200, said))
    assert HttpRegisters(here.url, "k").household(NUMBER, "王").facts == {"address": "长" * 200}


@pytest.mark.parametrize("status", [201, 301, 400, 401, 404, 429, 500, 503])
def test_any_other_status_is_unavailable_and_asked_once(loopback: Callable[..., object], status: int) -> None:
    here = loopback(lambda _: (status, {"result": "hit"}))
    assert HttpRegisters(here.url, "k").death(NUMBER) == UNAVAILABLE
    assert len(here.asked) == 1


@pytest.mark.parametrize("said", [None, [], "hit", {}, {"result": "maybe"}, {"result": "hit", "facts": [1]}])
def test_answer_of_another_shape_is_unavailable(loopback: Callable[..., object], said: object) -> None:
    here = loopback(lambda _: (200, said))
    assert HttpRegisters(here.url, "k").death(NUMBER) == UNAVAILABLE


def test_endless_answer_is_unavailable(loopback: Callable[..., object]) -> None:
    here = loopback(lambda _: (200, {"result": "hit", "source": "长" * 20_000}))
    assert HttpRegisters(here.url, "k").death(NUMBER) == UNAVAILABLE


def test_silence_is_unavailable(loopback: Callable[..., object]) -> None:
    def dawdle(_: object) -> tuple[int, object]:
        time.sleep(0.6)
        return 200, {"result": "hit"}

    here = loopback(dawdle)
    assert HttpRegisters(here.url, "k", timeout=(1, 0.2)).death(NUMBER) == UNAVAILABLE


def test_nobody_listening_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/ask"
        assert HttpRegisters(url, "k").death(NUMBER) == UNAVAILABLE


def test_answer_does_not_show_facts_when_printed() -> None:
    assert "王小明" not in repr(RegisterAnswer("hit", {"name": "王小明"}))


@pytest.mark.parametrize(("kind", "outcome"), [(1, "hit"), (4, "hit"), (7, "none"), (8, "mismatch")])
def test_simulated_household_depends_on_the_number(kind: int, outcome: str) -> None:
    answer = SimulatedRegisters().household(person(kind), "示例王小明")
    assert answer.outcome == outcome
    assert answer.is_simulated
    assert answer.facts.get("place_code") == {1: "880001", 4: "880002"}.get(kind)


@pytest.mark.parametrize("place", ["880001002", "890001001", "330402001", "441900003"])
def test_simulated_home_is_the_place_that_was_named_and_away_is_another(place: str) -> None:
    registers = SimulatedRegisters()
    home = registers.household(person(1), "示例王小明", place)
    assert home.facts["place_code"] == place[:6]
    away = registers.household(person(4), "示例王小明", place)
    assert away.facts["place_code"] not in ("", place[:6])
    in_the_other = registers.household(person(4), "示例王小明", "880002001")
    assert in_the_other.facts["place_code"] == "880001"


def test_simulated_certificates_are_cancelled_valid_or_none(clock_at: Callable[[str], None]) -> None:
    clock_at("2026-11-22T09:00+08:00")
    registers = SimulatedRegisters()
    assert registers.certificate(person(5)).facts == {"status": "cancelled", "cancelled_on": "2026-07-25"}
    assert registers.certificate(person(6)).facts["status"] == "valid"
    assert registers.certificate(person(1)).outcome == "none"


def test_simulated_death_is_in_the_past() -> None:
    answer = SimulatedRegisters().death(person(9))
    assert date.fromisoformat(answer.facts["died_on"]) < date(2100, 1, 1)
    assert SimulatedRegisters().death(person(1)).outcome == "none"


@pytest.mark.parametrize("number", ["11010519491231002X", "", "unknown", "880000", "88000019881102ABCX"])
def test_simulated_registers_give_no_answer_about_anybody_else(number: str) -> None:
    registers = SimulatedRegisters()
    answers = [registers.household(number, "王"), registers.certificate(number), registers.death(number)]
    assert {answer.outcome for answer in answers} == {"unavailable"}
    assert all(answer.is_simulated for answer in answers)


def test_no_registers_are_off_and_answer_nothing() -> None:
    registers = NoRegisters()
    assert not registers.is_on
    answers = [registers.household(NUMBER, "王"), registers.certificate(NUMBER), registers.death(NUMBER)]
    assert answers == [UNAVAILABLE] * 3
