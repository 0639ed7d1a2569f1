"""The gallery: every component in every state, drawn inside the real frame and served on loopback."""

import threading
import tomllib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jinja2
import pytest
from markupsafe import Markup

from portal.web.jinja_words import lines_of_text

ROOT = Path(__file__).parents[2]
STATIC_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

environment = jinja2.Environment(
    loader=jinja2.ChoiceLoader(
        [jinja2.FileSystemLoader(ROOT / "templates"), jinja2.FileSystemLoader(Path(__file__).parent)]
    ),
    extensions=["jinja2.ext.i18n"],
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
environment.globals["lines_of_text"] = lines_of_text
environment.globals["keeps_nothing"] = lambda: False


def read_examples() -> list[dict[str, Any]]:
    """Every example of components/examples.toml, in order."""
    text = (ROOT / "templates/components/examples.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["example"]


def draw(example: dict[str, Any]) -> Markup:
    """One example as its markup."""
    macros = environment.get_template(f"components/{example['component']}.html").module
    return getattr(macros, example["component"])(**example["with"])


def frame(**changes: str) -> dict[str, Any]:
    """What the application gives to every page; `changes` are the preferences of one address."""
    language = changes.get("language", "zh")
    return {
        "html_lang": "en" if language == "en" else "zh-CN",
        "prefs": SimpleNamespace(
            language=language,
            theme=changes.get("theme", "auto"),
            size=int(changes.get("size", 18)),
            spacing=changes.get("spacing", "normal"),
            is_elder=changes.get("elder") == "1",
            has_less_motion=False,
            has_digits_apart=False,
        ),
        "front": changes.get("front", "public"),
        "nav": [
            SimpleNamespace(label=label, href=href, is_current=href == "/")
            for label, href in [
                ("首页", "/"),
                ("我要办事", "/services"),
                ("查进度", "/status"),
                ("服务点", "/places"),
            ]
        ],
        "site": SimpleNamespace(name="一窗通办", place="示例市残疾人服务"),
        "region_name": "示例市示例县",
        "signed_in": SimpleNamespace(label="示例李某", is_staff=False, role_label=None)
        if changes.get("account")
        else None,
        "idle_seconds": changes.get("idle"),
        "acting_for": SimpleNamespace(
            name="王小明", sentence="您正在替王小明办事。他是您的父亲。", change_href="#main"
        ),
        "trail": [("首页", "/"), ("残疾人证", "/services/card"), ("部件", None)],
        "help_ways": [
            SimpleNamespace(text="在线留言，5个工作日内答复", link_text="在线留言", href="/messages"),
            SimpleNamespace(
                text="发短信：106 0000 0000（示例）", link_text="106 0000 0000", href="sms:10600000000"
            ),
            SimpleNamespace(text="手语视频：工作日9时至17时", link_text=None, href=None),
            SimpleNamespace(text="就近的服务点，可以请人上门", link_text="就近的服务点", href="/places"),
        ],
        "footer_links": [
            ("无障碍声明", "/accessibility"),
            ("反映无障碍问题", "/accessibility/report"),
            ("隐私说明", "/privacy"),
        ],
        "footer_lines": ["主办单位：示例市残疾人联合会", "示例站，未备案"],
        "static_url": lambda path: f"/static/{path}",
        "switch_url": lambda **kept: "/?" + "&".join(f"{name}={value}" for name, value in kept.items()),
        "csrf_token": lambda: "token",
    }


def draw_page(template: str, **changes: str) -> str:
    """A whole page of this folder under the preferences `changes`."""
    examples = [(f"{one['component']}: {one['state']}", draw(one)) for one in read_examples()]
    return environment.get_template(template).render(frame(**changes), examples=examples)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        static = ROOT / address.path.lstrip("/")
        if address.path.startswith("/static/") and static.is_file():
            return self._answer(static.read_bytes(), STATIC_TYPES[static.suffix])
        return self._answer(
            draw_page("gallery.html", **dict(parse_qsl(address.query))).encode(), "text/html; charset=utf-8"
        )

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        words = Markup("<!doctype html><title>sent</title><pre id=sent>{}</pre>").format(sent)
        self._answer(words.encode(), "text/html; charset=utf-8")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
            "connect-src 'self'; form-action 'self'",
        )
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the tests speak."""


@pytest.fixture(scope="session")
def examples() -> list[dict[str, Any]]:
    """What components/examples.toml shows."""
    return read_examples()


@pytest.fixture(scope="session")
def gallery() -> Iterator[Callable[..., str]]:
    """`gallery(theme="dark", size="36")` is the address of the gallery under those preferences."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield (
        lambda **changes: (
            f"http://127.0.0.1:{server.server_port}/?" + "&".join(f"{k}={v}" for k, v in changes.items())
        )
    )
    server.shutdown()
    server.server_close()
