"""Someone on a slow telephone line keeps nobody else waiting, and large files do not fill the memory."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from portal.app import LARGEST_BODY, create_app
from portal.cli.serving import THREADS
from tests.durability.applicants import Browser, filled_in
from tests.durability.drafts import Draft, make_drafts
from tests.support.people import furnish, parts_of
from tests.support.serving import WebServer, on_free_port
from tests.support.stores import settings_for

pytestmark = [pytest.mark.durability, pytest.mark.alone]

DRAFTS: list[Draft] = []
"""Of the server that the tests of this module share."""

SLOW_PEOPLE = 24
"""All of them may by chance come to the same process of the server."""
BYTES_A_SECOND = 50_000
PIECES_A_SECOND = 20
BODY_BYTES = 10_000_000
"""Over three minutes: longer than the test looks."""
BOUNDARY = "a-line-between-parts"
FILE_HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    "Content-Type: image/jpeg\r\n\r\n"
).encode()
FILE_END = f"\r\n--{BOUNDARY}--\r\n".encode()
PLAIN = ("application/x-www-form-urlencoded", b"what=")
FILE = (f"multipart/form-data; boundary={BOUNDARY}", FILE_HEAD)
LOOKS = 20
LONGEST_DELAY = 1.0
MOST_GROWTH = 64 * 1024 * 1024
"""Bytes by which one process may grow, far less than the files that are sent to it at once."""


@pytest.fixture(scope="module")
def web(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    folder = tmp_path_factory.mktemp("web")
    shutil.copy(migrated_sqlite, folder / "portal.db")
    settings = on_free_port(settings_for(folder, f"sqlite:///{folder / 'portal.db'}"))
    app = create_app(settings)
    furnish(app)
    DRAFTS[:] = make_drafts(app, 1)
    parts_of(app).store.close()
    started = WebServer(settings, folder / "web.log")
    yield started
    started.stop()


def test_slow_uploads_delay_no_other_page_beyond_a_second(web: WebServer) -> None:
    assert SLOW_PEOPLE < THREADS
    visitor = Browser(web.port, Draft("", ""))
    alone = _slowest(visitor)
    with _slow_uploads(web.port) as people:
        beside = _slowest(visitor)
        assert all(person.is_alive() for person in people), "the uploads were over too soon"
    assert beside - alone < LONGEST_DELAY


def test_many_large_files_at_once_do_not_fill_the_memory(web: WebServer) -> None:
    for _ in range(LOOKS):
        _upload(web.port)  # one after another: what the first of all makes a process load is not looked at
    before = _peaks(web)
    answers: list[bytes] = []
    people = [threading.Thread(target=lambda: answers.append(_upload(web.port))) for _ in range(SLOW_PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 403"] * SLOW_PEOPLE  # read, and not our form
    after = _peaks(web)
    assert max(after[pid] - before[pid] for pid in before) < MOST_GROWTH


def test_file_that_is_too_large_gets_an_answer_instead_of_a_closed_line(web: WebServer) -> None:
    assert _upload(web.port, LARGEST_BODY + BODY_BYTES)[:12] == b"HTTP/1.1 413"


def test_file_that_is_too_large_is_refused_on_its_page_with_the_answers(web: WebServer) -> None:
    (draft,) = DRAFTS
    browser = Browser(web.port, draft)
    path = f"{draft.path}/evidence-hukou"
    token = dict(filled_in(browser.get(path)[1]))["csrf_token"]
    browser.post(path, [("csrf_token", token), ("evidence_hukou", "upload")])  # shows where files go
    answers = {"csrf_token": token, "evidence_hukou": "upload"}
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in answers.items()
    )
    body = parts.encode() + FILE_HEAD.replace(b'name="file"', b'name="documents_hukou"')
    body += bytes(LARGEST_BODY) + FILE_END
    status, page = browser.post_parts(path, body, BOUNDARY)
    assert status == 422
    assert "10MB" in page
    assert 'value="upload" checked' in page


def _peaks(web: WebServer) -> dict[int, int]:
    """The most bytes of memory that each process of the server has ever had, after a page each."""
    for _ in range(LOOKS):
        Browser(web.port, Draft("", "")).get("/services")
    found = {}
    for process in psutil.Process(web.pid).children(recursive=True):
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert peak is not None
        found[process.pid] = int(peak[1]) * 1024
    return found


def _upload(port: int, size: int = BODY_BYTES) -> bytes:
    """Send a file as fast as the line goes; the answer's first bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(_head(*FILE, size))
        line.sendall(b"a" * (size - len(FILE_HEAD) - len(FILE_END)) + FILE_END)
        return line.recv(100)


def _head(media_type: str, first: bytes, size: int = BODY_BYTES) -> bytes:
    """The head of a post and the first bytes of its body."""
    return (
        "POST /accessibility/report HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Length: {size}\r\nContent-Type: {media_type}\r\n\r\n"
    ).encode() + first


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
    """Many people whose posts trickle in, until the block ends: forms and files."""
    enough, begun = threading.Event(), threading.Barrier(SLOW_PEOPLE + 1)

    def upload(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(_head(*(FILE if number % 2 else PLAIN)))
            begun.wait()
            while not enough.wait(1 / PIECES_A_SECOND):
                line.sendall(b"a" * (BYTES_A_SECOND // PIECES_A_SECOND))

    people = [threading.Thread(target=upload, args=(number,)) for number in range(SLOW_PEOPLE)]
    for person in people:
        person.start()
    begun.wait()
    try:
        yield people
    finally:
        enough.set()
        for person in people:
            person.join()
