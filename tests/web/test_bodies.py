"""A body comes in whole or not at all, is refused when it is too large, and does not fill the memory."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from portal.store.messages import VisitorMessage
from portal.web.bodies import AT_WORK, IN_MEMORY, MOST_TAKEN, PIECE, SILENCE_SECONDS
from tests.support.client import ORIGIN, CheckingClient
from tests.support.people import parts_of
from tests.web.public_support import open_region

pytestmark = pytest.mark.one_database


class Line(BytesIO):
    """The body as it comes over the network, and the socket that it comes from."""

    def __init__(self, content: bytes, *, falls_silent: bool = False) -> None:
        super().__init__(content)
        self.waits: list[float | None] = []
        self.largest_piece = 0
        self._falls_silent = falls_silent

    def settimeout(self, seconds: float | None) -> None:
        self.waits.append(seconds)

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.largest_piece = max(self.largest_piece, len(piece))
        if not piece and self._falls_silent:
            raise TimeoutError
        return piece


def sent(app: Flask, line: Line, **headers: str) -> int:
    """The status that gunicorn would pass on."""
    builder = EnvironBuilder("/questions", ORIGIN, method="POST")
    environ = builder.get_environ() | {
        "wsgi.input": line,
        "wsgi.input_terminated": True,
        "gunicorn.socket": line,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        **headers,
    }
    _answer, status, _headers = run_wsgi_app(app.wsgi_app, environ)
    return int(status.split()[0])


def ask(client: CheckingClient, body: bytes, announced: int) -> int:
    """The status of a post that announces so many bytes."""
    return client.browser.post(
        "/questions",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": Line(body), "CONTENT_LENGTH": str(announced)},
    ).status_code


def messages_left(app: Flask) -> int:
    with parts_of(app).store.reading() as db:
        return db.scalar(select(func.count(VisitorMessage.id))) or 0


@pytest.fixture
def asking(app: Flask, client: CheckingClient) -> bytes:
    """A whole body that leaves a message: the form is ours, the words are there."""
    open_region(app)
    client.get("/questions")
    return f"csrf_token={client.token}&what=where".encode()


def test_post_cut_off_half_way_takes_no_effect(app: Flask, client: CheckingClient, asking: bytes) -> None:
    with pytest.raises(ConnectionResetError):
        ask(client, asking, len(asking) + 1)
    assert messages_left(app) == 0


def test_the_same_post_sent_whole_takes_effect(app: Flask, client: CheckingClient, asking: bytes) -> None:
    assert ask(client, asking, len(asking)) == 303
    assert messages_left(app) == 1


def test_line_that_falls_silent_is_taken_for_dead(app: Flask) -> None:
    line = Line(b"what=", falls_silent=True)
    with pytest.raises(ConnectionResetError):
        sent(app, line, CONTENT_LENGTH="6")
    assert line.waits == [SILENCE_SECONDS, None]


def test_body_that_is_too_large_is_taken_in_and_refused_so_that_the_page_is_seen(app: Flask) -> None:
    size = app.config["MAX_CONTENT_LENGTH"] + 2 * PIECE
    line = Line(b"a" * size)
    assert sent(app, line, CONTENT_LENGTH=str(size)) == 413
    assert line.tell() == size


def test_body_in_pieces_that_becomes_too_large_is_refused(app: Flask) -> None:
    size = app.config["MAX_CONTENT_LENGTH"] + 2 * PIECE
    assert sent(app, Line(b"a" * size), HTTP_TRANSFER_ENCODING="chunked") == 413


def test_body_that_says_it_is_beyond_all_measure_is_refused_unread(app: Flask) -> None:
    line = Line(b"a" * PIECE)
    assert sent(app, line, CONTENT_LENGTH=str(MOST_TAKEN + 1)) == 413
    assert line.largest_piece == 0


def test_body_in_pieces_is_read(app: Flask) -> None:
    assert sent(app, Line(b"what=where"), HTTP_TRANSFER_ENCODING="chunked") == 403  # no token: it was read


def test_large_body_comes_in_by_small_pieces(app: Flask) -> None:
    line = Line(b"what=" + b"a" * 4 * IN_MEMORY)
    assert sent(app, line, CONTENT_LENGTH=str(5 + 4 * IN_MEMORY)) == 403
    assert line.largest_piece == PIECE


def test_a_place_at_work_is_given_back_after_every_answer(app: Flask, client: CheckingClient) -> None:
    for _ in range(AT_WORK + 1):
        assert client.browser.get("/healthz").status_code == 200
        with pytest.raises(ConnectionResetError):
            sent(app, Line(b""), CONTENT_LENGTH="1")
