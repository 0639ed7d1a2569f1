"""What time it is. The only room that asks, so that tests and demonstrations can move time.

Instants are aware datetimes in UTC; days are days in Shanghai, because a deadline is a day on the calendar
of the office. The machine's own clock counts unless a test or a demonstration put another one in its place.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

# China keeps one zone without summer time since 1991, so a fixed offset is exact for every instant we can
# meet, and the portal needs no time-zone database on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

_OFFSET = re.compile(r"([+-])((?:\d{1,6}[wdhms])+)")
_OFFSET_PART = re.compile(r"(\d+)([wdhms])")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _source()


def today() -> date:
    """The date in Shanghai at this instant."""
    return shanghai(now()).date()


def shanghai(instant: datetime) -> datetime:
    """The same instant on a Shanghai clock. Raises ValueError when `instant` has no zone."""
    return _aware(instant).astimezone(SHANGHAI)


def use_fixed(instant: datetime) -> None:
    """Stop the clock at `instant` (aware). For tests."""
    stopped = _aware(instant).astimezone(UTC)
    _set(lambda: stopped)


def use_file(path: Path) -> None:
    """Follow a clock file, read again at every question, so that several processes move together.

    The file holds an ISO instant with its zone (`2026-12-05T09:00:00+08:00`), at which time stands still, or
    an offset from the machine's clock (`+3d`, `-2h`, `+1w2d`; units w d h m s). Missing or empty: the
    machine's clock. Raises ValueError, now and at every later question, when the file says anything else: a
    wrong clock must not pass for a right one.
    """

    def follow() -> datetime:
        try:
            said = path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return _machine_clock()
        return _instant_said(said)

    follow()
    _set(follow)


@contextmanager
def earlier(days: int) -> Iterator[None]:
    """So many days ago, while it lasts: what the demonstration makes has a past."""
    source = _source
    _set(lambda: source() - timedelta(days=days))
    try:
        yield
    finally:
        _set(source)


def reset() -> None:
    """Go back to the machine's clock."""
    _set(_machine_clock)


def _machine_clock() -> datetime:
    return datetime.now(UTC)


def _instant_said(said: str) -> datetime:
    if not said:
        return _machine_clock()
    if offset := _OFFSET.fullmatch(said):
        sign, parts = offset.groups()
        ahead = timedelta()
        for count, unit in _OFFSET_PART.findall(parts):
            ahead += timedelta(**{_UNITS[unit]: int(count)})
        return _machine_clock() + (ahead if sign == "+" else -ahead)
    return _aware(datetime.fromisoformat(said)).astimezone(UTC)


def _aware(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("an instant without a zone is ambiguous")
    return instant


def _set(source: Callable[[], datetime]) -> None:
    global _source  # noqa: PLW0603 - one clock for the whole process is the point of this room
    _source = source


_source: Callable[[], datetime] = _machine_clock
