"""What a post may hold at all, and how it comes in: whole, before anything reads it or waits for it.

Many threads wait for slow lines (``cli/serving.THREADS``), each holding nothing but its socket and a
temporary file. Only a request that is here to its last byte takes one of the few places at work, and a
connection of the database with it. A post whose sender hangs up half way never takes effect.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import IO, TYPE_CHECKING, Any, TypeVar

from flask import Flask, Request, current_app, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Event, File, MultipartDecoder, NeedData
from werkzeug.sansio.multipart import Field as Part

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])

MOST_FIELDS = 2000
"""In one form; the largest page has some hundred. Forms in parts have a limit of their own (Flask)."""
AT_WORK = 8
"""Requests of one process that are answered at the same time. Each may hold two of the 16 connections that
``store.database`` allows at most, so that nobody who holds one waits for ever for another."""
MOST_TAKEN = 64 * 1024 * 1024
"""Bytes of a body that is too large, as a photo may be, but still taken in (and thrown away): only then does
a browser show the page that says so. What is larger finds the line closed."""
MOST_BEFORE_FILE = 256 * 1024
"""Bytes of answers that are read before a file that is too large; a page of files has a few hundred."""
CUT = "portal.cut"
"""In the environment of a request whose body came whole but was too large: what is over was thrown away."""
IN_MEMORY = 256 * 1024
"""Bytes of a body; what is larger waits on the disk."""
PIECE = 64 * 1024
SILENCE_SECONDS = 60
"""Without a single byte; then the line is taken for dead."""


class WholeBodies:
    """Around the app: takes in the whole body, then waits for a place at work."""

    def __init__(self, app: Flask) -> None:
        self._app = app.wsgi_app
        self._largest: int = app.config["MAX_CONTENT_LENGTH"]
        self._places = BoundedSemaphore(AT_WORK)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Raises ConnectionResetError when the body ends before its time."""
        if not self._is_to_be_read(environ):
            with self._places:
                return self._app(environ, start_response)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            self._take_in(environ, body)
            with self._places:
                return self._app(environ, start_response)

    @staticmethod
    def _is_to_be_read(environ: WSGIEnvironment) -> bool:
        return "HTTP_TRANSFER_ENCODING" in environ or 0 < _length(environ) <= MOST_TAKEN

    def _take_in(self, environ: WSGIEnvironment, body: IO[bytes]) -> None:
        line = environ.get("gunicorn.socket")
        if line is not None:
            line.settimeout(SILENCE_SECONDS)
        try:
            taken = _copy(environ["wsgi.input"], body, self._largest)
        except TimeoutError:
            raise _cut_off() from None
        finally:
            if line is not None:
                line.settimeout(None)
        if taken < _length(environ):
            raise _cut_off()
        environ[CUT] = taken > self._largest
        body.seek(0)
        environ["wsgi.input"] = body
        environ["CONTENT_LENGTH"] = str(taken)
        environ.pop("HTTP_TRANSFER_ENCODING", None)


def _copy(source: IO[bytes], body: IO[bytes], largest: int) -> int:
    """How many bytes there were; those after ``largest`` are thrown away, and the app refuses the whole."""
    taken = 0
    while taken <= MOST_TAKEN and (piece := source.read(PIECE)):
        taken += len(piece)
        if taken <= largest:
            body.write(piece)
    return taken


def _length(environ: WSGIEnvironment) -> int:
    said = environ.get("CONTENT_LENGTH", "")
    return int(said) if said.isdecimal() else 0


def _cut_off() -> ConnectionResetError:
    # With this number gunicorn knows that nobody is there any more to be answered.
    return ConnectionResetError(errno.ECONNRESET, "the body ended before its time")


class ClosingRequest(Request):
    """Every file that was begun is closed with the request, also where reading it broke off half way.

    Where a view takes files, one that is too large does not cost the answers before it: they are read, and
    ``cut_off_at`` names the question whose file was not taken.
    """

    cut_off_at = ""

    def __init__(self, *parts: Any, **more: Any) -> None:
        super().__init__(*parts, **more)
        self._begun: list[IO[bytes]] = []

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        try:
            super()._load_form_data()
        except RequestEntityTooLarge:
            if not self.environ.get(CUT) or not _takes_files(self.endpoint):
                raise
            fields, self.cut_off_at = read_before_file(self.environ["wsgi.input"], self.mimetype_params)
            self.__dict__["form"] = ImmutableMultiDict(fields)
            self.__dict__["files"] = ImmutableMultiDict()

    def _get_file_stream(self, *parts: Any, **more: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*parts, **more)
        self._begun.append(stream)
        return stream

    def close(self) -> None:
        super().close()
        for stream in self._begun:
            stream.close()


def read_before_file(body: IO[bytes], params: Mapping[str, str]) -> tuple[list[tuple[str, str]], str]:
    """The answers of a form in parts that stand before its first file, and the name of that file's question.

    Raises RequestEntityTooLarge where there is no such file, or too much before it.
    """
    decoder = MultipartDecoder(params.get("boundary", "").encode("latin-1"), MOST_BEFORE_FILE)
    fields: list[tuple[str, str]] = []
    name, text, taken = "", b"", 0
    while taken <= MOST_BEFORE_FILE and len(fields) < MOST_FIELDS and (piece := body.read(PIECE)):
        taken += len(piece)
        decoder.receive_data(piece)
        while not isinstance(event := _next_event(decoder), NeedData):
            if isinstance(event, File):
                return fields, event.name
            if isinstance(event, Part):
                name, text = event.name, b""
            elif isinstance(event, Data):
                text += event.data
                if not event.more_data:
                    fields.append((name, text.decode("utf-8", "replace")))
    raise RequestEntityTooLarge


def _next_event(decoder: MultipartDecoder) -> Event:
    try:
        return decoder.next_event()
    except ValueError as broken:
        raise RequestEntityTooLarge from broken


def takes_files(view: View) -> View:
    """The page says itself that a file was too large (``cut_off_at``), and keeps what else was sent. Files
    are the last question of such a page."""
    view.portal_takes_files = True  # type: ignore[attr-defined]
    return view


def _takes_files(endpoint: str | None) -> bool:
    return hasattr(current_app.view_functions.get(endpoint or ""), "portal_takes_files")


def cut_off_at() -> str:
    """The question whose file was too large for this request; empty where everything came in."""
    return str(getattr(request, "cut_off_at", ""))


def refuse_floods() -> None:
    """Before each request: 413 for millions of fields, which would take minutes and gigabytes to read."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    if request.get_data().count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge


def register(app: Flask) -> None:
    app.request_class = ClosingRequest
    app.wsgi_app = WholeBodies(app)  # type: ignore[method-assign]
    app.before_request(refuse_floods)
