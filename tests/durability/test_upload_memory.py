"""Files pass through the server without filling it: what was sent is on the disk, and read elsewhere."""

from __future__ import annotations

import os
import re
from pathlib import Path

import psutil
import pytest
import requests

from portal.app import create_app
from portal.usecases.applications import save_page, start_application
from portal.usecases.sessions import open_session
from tests.support import papers
from tests.support.office import DEFINITION
from tests.support.people import actor_of, furnish, make_resident, parts_of
from tests.support.serving import WebServer, on_free_port
from tests.support.stores import settings_for

pytestmark = [pytest.mark.durability, pytest.mark.alone]

PAGE = "evidence-hukou"
FILES = 30
WARM = 10
"""Files after which everything is loaded that is ever loaded."""
FILE_BYTES = 9 * 1024**2
MOST_GROWTH = 30 * 1024**2
"""Of all processes of the server together, for twenty files of nine megabytes."""
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
DROP = re.compile(r'name="drop" value="([0-9a-f]{32})"')


def test_thirty_large_files_leave_the_server_as_small_and_as_empty_handed_as_before(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = on_free_port(settings_for(tmp_path, sqlite_url))
    app = create_app(settings)
    furnish(app)
    with parts_of(app).store.transaction() as db:
        account = make_resident(db)
        draft = start_application(db, actor_of(account), DEFINITION, "self", "0123456789abcdef")
        save_page(db, actor_of(account), draft.reference, PAGE, {"evidence_hukou": "upload"})
        session = open_session(db, account, "code")
        address = f"http://127.0.0.1:{settings.port}/apply/zj-01/{draft.reference}/{PAGE}"
    parts_of(app).store.close()
    web = WebServer(settings, tmp_path / "web.log")
    try:
        visitor = requests.Session()
        visitor.cookies.set("session", session)
        small = papers.encoded(papers.page((600, 800)))
        sizes = []
        for number in range(FILES):
            _send_and_drop(visitor, address, small + os.urandom(16) + bytes(FILE_BYTES))
            if number >= WARM:
                sizes.append(_held(web.pid))
        memory, files = zip(*sizes, strict=True)
        assert max(memory) - memory[0] < MOST_GROWTH
        assert max(files) - min(files) < 10
        visitor.close()
    finally:
        web.stop()


def _send_and_drop(visitor: requests.Session, address: str, content: bytes) -> None:
    """Send a file, find it on the page, take it back."""
    page = _post(visitor, address, visitor.get(address).text, {"upload": "documents_hukou"}, content)
    (key,) = DROP.findall(page)
    page = _post(visitor, address, page, {"drop": key})
    assert not DROP.findall(page)


def _post(
    visitor: requests.Session, address: str, page: str, pressed: dict[str, str], content: bytes | None = None
) -> str:
    token = TOKEN.findall(page)[-1]
    answer = visitor.post(
        address,
        data={"csrf_token": token, "evidence_hukou": "upload", **pressed},
        files={"documents_hukou": ("photo.jpg", content) if content else ("", b"")},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text[-2000:]
    return answer.text


def _held(pid: int) -> tuple[int, int]:
    """Memory and open files of the server's processes together."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(one.memory_info().rss for one in family), sum(one.num_fds() for one in family)
