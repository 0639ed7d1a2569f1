"""Nobody is shown a receipt before the disk has the application: seen from outside, by the system calls."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.app import create_app
from tests.durability.applicants import Browser, hand_in
from tests.durability.drafts import make_drafts
from tests.support.people import parts_of
from tests.support.serving import PORTAL, WebServer, on_free_port
from tests.support.stores import settings_for

pytestmark = pytest.mark.durability

ASKED = re.compile(r'recvfrom.*"POST /apply/[^"]*/check')
REPLIED = re.compile(r'sendto\(.*"HTTP/1\.1 303')
SYNCED = re.compile(r"f(data)?sync\([^)]*-wal>")


def test_submission_is_on_the_disk_before_its_reply_leaves(sqlite_url: str, tmp_path: Path) -> None:
    settings = on_free_port(settings_for(tmp_path, sqlite_url))
    app = create_app(settings)
    draft = make_drafts(app, 1)[0]
    parts_of(app).store.close()
    calls = tmp_path / "calls.log"
    web = WebServer(settings, tmp_path / "web.log", PORTAL, *_strace(calls))
    try:
        assert hand_in(Browser(settings.port, draft), draft)
    finally:
        web.stop()
    seen = list(_between_request_and_reply(calls.read_text(encoding="utf-8", errors="replace")))
    assert any(SYNCED.search(call) for call in seen), seen


def _strace(calls: Path) -> tuple[str, ...]:
    """The command that writes down what a process reads, sends and syncs, with the names of its files."""
    strace = shutil.which("strace")
    if strace is None and shutil.which("apt-get") is None:
        pytest.skip("strace is not installed, and there is no apt-get to install it with")
    assert strace, "strace is missing; run: make system"
    tried = subprocess.run([strace, "-f", "-o", "/dev/null", "true"], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip("this machine lets nobody trace a process")
    return (strace, "-f", "-qq", "-y", "-s", "120", "-o", str(calls),
            "-e", "trace=recvfrom,sendto,fsync,fdatasync")  # fmt: skip


def _between_request_and_reply(calls: str) -> Iterator[str]:
    """The calls of the thread that answered the submission, from reading it to replying."""
    lines = calls.splitlines()
    number = next((number for number, line in enumerate(lines) if ASKED.search(line)), None)
    assert number is not None, "the submission was not seen"
    thread = lines[number].split()[0]
    for line in lines[number + 1 :]:
        if line.split()[0] != thread:
            continue
        if REPLIED.search(line):
            return
        yield line
    raise AssertionError("the reply was not seen")
