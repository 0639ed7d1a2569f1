"""The checking client: a person at a browser without script, and the strictest reader of every page.

Whatever a test fetches is checked by the rules of `tests.support.pages`, so an unlabelled control or a page
without heading fails the first test that meets it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from portal.catalogue.texts import Language
from portal.i18n import LOCALES
from tests.support.forms import Filling, Sending, fill, find_button
from tests.support.pages import Page, faults, name_of, read_page, squeezed, words

ORIGIN = "http://localhost"
MOST_REDIRECTS = 5

# Each directive must be there with exactly these sources: nothing inline, nothing from elsewhere.
STRICT_CSP = {
    "default-src": ({"'none'"}, {"'self'"}),
    "script-src": ({"'self'"}, {"'none'"}),
    "style-src": ({"'self'"},),
    "form-action": ({"'self'"},),
    "frame-ancestors": ({"'none'"},),
    "base-uri": ({"'none'"},),
}


@dataclass(frozen=True)
class Answer:
    """A response with the address it came from, after redirects."""

    response: TestResponse
    url: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


class TidyClient(FlaskClient):
    """Closes what it wrote down to send a large file: found by the collector, it would complain in whatever
    test runs then."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        for one in (*response.history, response):
            one.request.environ["wsgi.input"].close()
        return response


class CheckingClient:
    """Fetches pages, follows links and submits the forms that stand on them.

    Pages are expected in `language`; `answer` is the last response, `page` its parsed page.
    """

    def __init__(self, app: Flask) -> None:
        self.browser: FlaskClient = app.test_client()
        self.language: Language = "zh"
        self.answer: Answer | None = None
        self.reader: Callable[[Page], None] | None = None
        """Reads every page that comes."""
        self._page: Page | None = None

    def use_language(self, language: Language) -> None:
        """Open the home page in this language; the cookie of the display settings keeps it from then on."""
        self.language = language
        self.get(f"/?language={language}")

    @property
    def page(self) -> BeautifulSoup:
        return self._current().tree

    @property
    def text(self) -> str:
        """The words of the current page, white space folded."""
        return words(self.page)

    @property
    def path(self) -> str:
        """The path of the current page."""
        return urlsplit(self._current().url).path

    @property
    def token(self) -> str:
        """The CSRF token of the current page, for tests that send what no form offers."""
        field = self.page.select_one("input[name=csrf_token]")
        assert field is not None, f"no form with a token on {self._current().url}"
        return str(field["value"])

    def get(self, path: str, expect: int = 200) -> Answer:
        """Fetch `path`, following redirects; the last status must be `expect`."""
        return self._arrive(self.browser.get(path, base_url=ORIGIN), urljoin(ORIGIN, path), expect)

    def post(
        self, path: str, fields: Mapping[str, object], expect: int = 200, *, has_token: bool = True
    ) -> Answer:
        """Send `fields` as they are, whatever the page offers: what a hostile or an old client may do."""
        sent = MultiDict(fields)
        if has_token:
            sent.setdefault("csrf_token", self.token)
        return self._arrive(
            self.browser.post(path, data=sent, base_url=ORIGIN), urljoin(ORIGIN, path), expect
        )

    def submit(self, button: str, fields: Mapping[str, Filling] | None = None, expect: int = 200) -> Answer:
        """Fill in the form of `button` (its words, or a selector such as `#search`) and press it.

        Fields are called by name or label; the rest of the form is sent as rendered. What is chosen must be
        on offer.
        """
        page = self._current()
        return self._send(fill(page, find_button(page, button), fields or {}), expect)

    def follow(self, link: str, expect: int = 200) -> Answer:
        """Follow the link with these words."""
        return self.get(self.href(link), expect)

    def href(self, link: str) -> str:
        """Where the link with these words goes."""
        page = self._current()
        links = page.tree.select("a[href]")
        found = {str(tag["href"]) for tag in links if squeezed(name_of(tag, page)) == squeezed(link)}
        offered = [name_of(tag, page) for tag in links]
        assert len(found) == 1, f"{len(found)} links {link!r} on {page.url}; there are {offered}"
        return urljoin(page.url, found.pop())

    def heading(self) -> str:
        """The words of the h1."""
        return words(self.one("h1"))

    def one(self, selector: str) -> Tag:
        """The only element that matches the CSS selector."""
        found = self.page.select(selector)
        assert len(found) == 1, f"{len(found)} elements {selector} on {self._current().url}"
        return found[0]

    def _current(self) -> Page:
        assert self._page is not None, "no page has been fetched yet, or the last answer was not a page"
        return self._page

    def _send(self, sending: Sending, expect: int) -> Answer:
        address = urljoin(self._current().url, sending.address)
        if sending.method == "GET":
            return self.get(address.split("?", 1)[0] + "?" + urlencode(sending.pairs), expect)
        files = [name for name, value in sending.pairs if isinstance(value, tuple)]
        assert sending.is_multipart or not files, f"form sends {files} without multipart/form-data"
        response = self.browser.post(
            address,
            base_url=ORIGIN,
            data=MultiDict(sending.pairs),
            content_type="multipart/form-data" if sending.is_multipart else None,
        )
        return self._arrive(response, address, expect)

    def _arrive(self, response: TestResponse, url: str, expect: int) -> Answer:
        for _ in range(MOST_REDIRECTS):
            check_response(response, url)
            if response.status_code not in {301, 302, 303, 307, 308}:
                break
            url = urljoin(url, response.headers["Location"])
            assert urlsplit(url).netloc == urlsplit(ORIGIN).netloc, f"redirected away to {url}"
            response = self.browser.get(url, base_url=ORIGIN)
        else:
            raise AssertionError(f"more than {MOST_REDIRECTS} redirects, now at {url}")
        self._page = None
        if response.mimetype == "text/html":
            self._page = read_page(url, response.get_data(as_text=True), LOCALES[self.language].html_lang)
            found = faults(self._page)
            assert not found, f"{url} ({response.status_code}):\n  " + "\n  ".join(found)
            if self.reader is not None:
                self.reader(self._page)
        self.answer = Answer(response, url)
        said = (
            f"; it says: {words(self._page.tree.main)[:400]}" if self._page and self._page.tree.main else ""
        )
        assert response.status_code == expect, (
            f"{url} answered {response.status_code}, expected {expect}{said}"
        )
        return self.answer


def check_response(response: TestResponse, url: str) -> None:
    """What holds for every answer: no failure of ours, how long it may be kept, a strict policy on pages."""
    assert response.status_code < 500, (
        f"{url} answered {response.status_code}:\n{response.get_data(as_text=True)[:2000]}"
    )
    assert response.headers.get("Cache-Control"), f"{url} does not say whether it may be kept"
    assert response.headers.get("X-Content-Type-Options") == "nosniff", f"{url} lets browsers guess its type"
    odd = [name for name, value in response.headers if not value.isascii()]
    assert not odd, f"{url} answers with headers that no server sends: {odd}"
    if response.mimetype == "text/html":
        check_policy(response.headers.get("Content-Security-Policy", ""), url)
        assert response.headers.get("Referrer-Policy") in {"no-referrer", "same-origin", "strict-origin"}, url


def check_policy(policy: str, url: str) -> None:
    """The content security policy allows nothing inline, nothing evaluated and no other host."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    directives = {name: set(sources) for name, *sources in parts}
    for directive, allowed in STRICT_CSP.items():
        sources = directives.get(
            directive, directives.get("default-src") if directive.endswith("-src") else None
        )
        assert sources in allowed, f"{url}: {directive} is {sources}, must be one of {allowed}"
    for directive, sources in directives.items():
        loose = (
            sources - {"'self'", "'none'", "data:"}
            if directive in {"img-src"}
            else sources - {"'self'", "'none'"}
        )
        assert not loose, f"{url}: {directive} also allows {loose}"
