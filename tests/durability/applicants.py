"""People who hand in over HTTP and do not give up: whatever breaks, they open the page again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPException, HTTPResponse
from queue import Empty, SimpleQueue
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from tests.durability.drafts import Draft

ANSWER_SECONDS = 60
PATIENCE_SECONDS = 180
"""However loaded the machine: the server starts again within this time."""
RETRY_SECONDS = 0.1


class Browser:
    """One signed-in person's browser; each request on a connection of its own."""

    def __init__(self, port: int, draft: Draft) -> None:
        self._port = port
        self._headers = {"Cookie": f"session={draft.session}"}

    def get(self, path: str) -> tuple[HTTPResponse, str]:
        return self._ask("GET", path)

    def post(self, path: str, fields: Iterable[tuple[str, str]]) -> tuple[HTTPResponse, str]:
        return self._ask("POST", path, urlencode(list(fields)))

    def post_parts(self, path: str, body: bytes, boundary: str) -> tuple[int, str]:
        """A form with a file; the status and the page."""
        answer, page = self._ask("POST", path, body, f"multipart/form-data; boundary={boundary}")
        return answer.status, page

    def _ask(
        self,
        method: str,
        path: str,
        body: str | bytes | None = None,
        media_type: str = "application/x-www-form-urlencoded",
    ) -> tuple[HTTPResponse, str]:
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = media_type
        connection = HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer, answer.read().decode()
        finally:
            connection.close()


def hand_in(browser: Browser, draft: Draft) -> bool:
    """Press submit on the check page; whether we were led to a receipt.

    Raises OSError or HTTPException when the server is gone; AssertionError for an answer that nobody expects.
    """
    answer, page = browser.get(f"{draft.path}/check")
    if answer.status == 303:
        return True  # it is handed in already: the reply was lost, not the application
    assert answer.status == 200, f"the check page answered {answer.status}"
    answer, _ = browser.post(f"{draft.path}/check", filled_in(page))
    assert answer.status == 303, f"handing in answered {answer.status}"
    return str(answer.getheader("Location", "")).endswith("/receipt")


def filled_in(page: str) -> list[tuple[str, str]]:
    """What the browser sends of the check page when everything is ticked."""
    tree = BeautifulSoup(page, "html.parser")
    names = ("csrf_token", "seen_hash", "declarations")
    fields = tree.select("main form input[name]")
    return [(str(field["name"]), str(field["value"])) for field in fields if field["name"] in names]


def slip_code(page: str) -> str:
    """The code on a receipt."""
    words = BeautifulSoup(page, "html.parser").get_text(" ")
    return "".join(words.split("查询码：")[1].split()[:2])


class Applicants:
    """Several people at once, each taking the next draft; ``receipts`` is what they were shown."""

    def __init__(self, port: int, drafts: Iterable[Draft], people: int) -> None:
        self.receipts: dict[str, str] = {}  # reference -> slip code
        self.failures: list[BaseException] = []
        self._port = port
        self._waiting: SimpleQueue[Draft] = SimpleQueue()
        for draft in drafts:
            self._waiting.put(draft)
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._work) for _ in range(people)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, receipts: int) -> None:
        """Until so many receipts were shown. Raises AssertionError when they cannot come any more."""
        while len(self.receipts) < receipts:
            assert not self.failures, self.failures
            assert any(thread.is_alive() for thread in self._threads), "no draft is left"
            time.sleep(0.01)

    def finish(self) -> None:
        """Let everyone end what they began."""
        self._enough.set()
        for thread in self._threads:
            thread.join()
        assert not self.failures, self.failures

    def _work(self) -> None:
        try:
            while not self._enough.is_set():
                self._persist(self._waiting.get_nowait())
        except Empty:
            return
        except BaseException as failure:  # a thread has nobody to raise to
            self.failures.append(failure)

    def _persist(self, draft: Draft) -> None:
        browser = Browser(self._port, draft)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                if hand_in(browser, draft):
                    answer, page = browser.get(f"{draft.path}/receipt")
                    assert answer.status == 200, f"the receipt answered {answer.status}"
                    self.receipts[draft.reference] = slip_code(page)
                    return
            except (OSError, HTTPException):
                assert time.monotonic() < deadline, "the server did not come back"
            time.sleep(RETRY_SECONDS)
