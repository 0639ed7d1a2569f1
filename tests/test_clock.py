"""The clock: aware instants, Shanghai days, and the ways to move it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from portal import clock


@pytest.fixture(autouse=True)
def _real_clock_afterwards() -> Iterator[None]:
    yield
    clock.reset()


def test_now_is_the_machines_instant_in_utc() -> None:
    before = datetime.now(UTC)
    asked = clock.now()
    assert before <= asked <= datetime.now(UTC)
    assert asked.tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-12-05T15:59:59+00:00", date(2026, 12, 5)),
        ("2026-12-05T16:00:00+00:00", date(2026, 12, 6)),
        ("2026-12-31T23:00:00-05:00", date(2027, 1, 1)),
    ],
)
def test_today_is_the_date_in_shanghai(instant: str, day: date) -> None:
    clock.use_fixed(datetime.fromisoformat(instant))
    assert clock.today() == day


def test_shanghai_keeps_the_instant_and_moves_the_hands_eight_hours() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    there = clock.shanghai(noon)
    assert there == noon
    assert (there.hour, there.utcoffset()) == (20, timedelta(hours=8))


@pytest.mark.parametrize("ask", [clock.shanghai, clock.use_fixed])
def test_instant_without_a_zone_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="zone"):
        ask(datetime(2026, 7, 1, 12))


def test_fixed_clock_stands_still_until_reset() -> None:
    clock.use_fixed(datetime(2020, 1, 1, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2020, 1, 1, tzinfo=UTC)
    clock.reset()
    assert clock.now().year > 2020


def test_clock_file_is_read_again_at_every_question(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock.use_file(file)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    file.write_text("2026-12-05T09:00:00+08:00\n")
    assert clock.now() == datetime(2026, 12, 5, 1, tzinfo=UTC)
    file.write_text("2026-12-06T00:00:00Z")
    assert clock.now() == datetime(2026, 12, 6, tzinfo=UTC)
    file.write_text("")
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("said", "ahead"),
    [
        ("+3d", timedelta(days=3)),
        ("-2h", timedelta(hours=-2)),
        ("+1w2d3h4m5s", timedelta(days=9, hours=3, minutes=4, seconds=5)),
        ("-1d12h", timedelta(days=-1, hours=-12)),
    ],
)
def test_offset_in_the_clock_file_keeps_time_running(tmp_path: Path, said: str, ahead: timedelta) -> None:
    file = tmp_path / "clock"
    file.write_text(said)
    clock.use_file(file)
    assert abs(clock.now() - datetime.now(UTC) - ahead) < timedelta(seconds=5)
    assert clock.now() < clock.now() + timedelta(microseconds=1)


@pytest.mark.parametrize("said", ["yesterday", "+3", "3d", "+d", "2026-12-05T09:00:00", "+3d nonsense"])
def test_clock_file_that_says_anything_else_is_refused(tmp_path: Path, said: str) -> None:
    file = tmp_path / "clock"
    file.write_text(said)
    with pytest.raises(ValueError, match=r".+"):
        clock.use_file(file)
    file.unlink()
    clock.use_file(file)
    file.write_text(said)
    with pytest.raises(ValueError, match=r".+"):
        clock.now()
