"""Someone on a slow telephone line keeps nobody else waiting."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.app import create_app
from portal.cli.serving import THREADS
from tests.conftest import settings_for
from tests.durability.applicants import Browser
from tests.durability.drafts import Draft
from tests.support.people import furnish, parts_of
from tests.support.serving import WebServer, on_free_port

pytestmark = pytest.mark.durability

SLOW_PEOPLE = THREADS - 1
"""As many as one process of the server can bear, should chance send all of them to the same one. More than
that at once need the buffering proxy that stands in front in production (docs/running)."""
BYTES_A_SECOND = 50_000
PIECES_A_SECOND = 20
BODY_BYTES = 4_000_000
"""Eighty seconds: longer than the test looks."""
HEAD = (
    "POST /accessibility/report HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    f"Content-Length: {BODY_BYTES}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
).encode()
LOOKS = 20
LONGEST_DELAY = 1.0


def test_slow_uploads_delay_no_other_page_beyond_a_second(sqlite_url: str, tmp_path: Path) -> None:
    settings = on_free_port(settings_for(tmp_path, sqlite_url))
    app = create_app(settings)
    furnish(app)
    parts_of(app).store.close()
    web = WebServer(settings, tmp_path / "web.log")
    try:
        visitor = Browser(settings.port, Draft("", ""))
        alone = _slowest(visitor)
        with _slow_uploads(settings.port) as people:
            beside = _slowest(visitor)
            assert all(person.is_alive() for person in people), "the uploads were over too soon"
        assert beside - alone < LONGEST_DELAY
    finally:
        web.stop()


def _slowest(visitor: Browser) -> float:
    """Seconds that the slowest of several looks at a page took."""
    longest = 0.0
    for _ in range(LOOKS):
        start = time.monotonic()
        answer, _page = visitor.get("/services")
        assert answer.status == 200
        longest = max(longest, time.monotonic() - start)
        time.sleep(1 / PIECES_A_SECOND)
    return longest


@contextmanager
def _slow_uploads(port: int) -> Iterator[list[threading.Thread]]:
    """Several people whose posts trickle in, until the block ends."""
    enough, begun = threading.Event(), threading.Barrier(SLOW_PEOPLE + 1)

    def upload() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(HEAD + b"what=")
            begun.wait()
            while not enough.wait(1 / PIECES_A_SECOND):
                line.sendall(b"a" * (BYTES_A_SECOND // PIECES_A_SECOND))

    people = [threading.Thread(target=upload) for _ in range(SLOW_PEOPLE)]
    for person in people:
        person.start()
    begun.wait()
    try:
        yield people
    finally:
        enough.set()
        for person in people:
            person.join()
