"""The portal on a Monday morning, with its staff at their posts."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.journeys import Office


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Callable[[str], None]) -> None:
    clock_at("2026-11-23T07:00+08:00")


@pytest.fixture
def office(app: Flask, _monday_morning: None) -> Office:
    opened = Office(app)
    opened.open()
    return opened
