"""The real portal for the browser tests: gunicorn, an SQLite database of its own, demo region and people."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from support.browser import WIDE, Chromium
from support.platform import Platform

ROOT = Path(__file__).parents[2]
FAILING = "/fail-for-a-test"
"""The one address that fails, and may (support/failing.py)."""
START_SECONDS = 180
"""The longest that starting may take: several begin at the same time, perhaps on a loaded machine."""
_FAILURES = re.compile(rf"Traceback \(most recent call last\)|unexpected \w+ at (?!{FAILING}$)", re.MULTILINE)


@dataclass
class Server:
    """A running portal: its address, its folder, and the command line on the same data."""

    url: str
    data_dir: Path
    environment: dict[str, str]
    log: Path
    platform: Platform
    process: subprocess.Popen[bytes] | None = None

    def portal(self, *arguments: str) -> str:
        """Run `portal ARGUMENTS` on the server's data and return what it prints."""
        return _run(self.environment, *arguments)

    def sign_in_link(self, name: str) -> str:
        """The one-time address that signs in the demo person `name`."""
        found = re.search(r"https?://\S+", self.portal("sign-in-link", name))
        assert found is not None, f"no address for {name}"
        return found.group()

    def show(self, driver: Chromium, path: str, width: int = WIDE, **settings: object) -> None:
        """Open `path` at `width` CSS pixels with display settings such as language="easy", theme="dark"."""
        driver.resize(width)
        driver.get(f"{self.url}{path}{'&' if '?' in path else '?'}{urlencode(settings)}".rstrip("?&"))

    def stop(self) -> None:
        """Stop, and fail when any request failed meanwhile: a 500 is a defect whoever caused it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)  # at once, though browsers hold connections
            self.process.wait(timeout=START_SECONDS)
        self.platform.stop()
        said = self.log.read_text(encoding="utf-8")
        assert not _FAILURES.search(said), f"the server failed:\n{said}"


def make_demonstration(folder: Path) -> Path:
    """Demo region and people in the empty `folder`. No address is in them: any server may have a copy."""
    environment = _environment(folder, _free_port())
    _run(environment, "init")
    _run(environment, "demo")
    return folder


def start_server(folder: Path, demonstration: Path | None = None) -> Server:
    """Prepare a database in the empty `folder`, start gunicorn on a free port and wait until it answers.

    The database is a copy of `demonstration` where there is one.
    """
    port = _free_port()
    data_dir = folder / "var"
    if demonstration is None:
        data_dir.mkdir()
        make_demonstration(data_dir)
    else:
        shutil.copytree(demonstration, data_dir)
    environment = _environment(data_dir, port)
    platform = Platform(_free_port(), folder / "platform.log")
    environment |= platform.environment
    server = Server(environment["PORTAL_BASE_URL"], data_dir, environment, folder / "server.log", platform)
    try:
        _start(server, port)
    except BaseException:
        if server.process is not None:
            server.process.kill()
        platform.stop()
        raise
    return server


def _environment(data_dir: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return kept | {
        "PORTAL_ENV": "demo",
        "PORTAL_DATA_DIR": str(data_dir),
        "PORTAL_BASE_URL": f"http://localhost:{port}",  # a name: browsers make no passkeys for a number
        "PORT": str(port),
        "PORTAL_TRUSTED_PROXIES": "1",  # so that a visitor can come from a network of its own
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "a11y-tests")]),
    }


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name("portal"), *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"portal {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
    return done.stdout


def _start(server: Server, port: int) -> None:
    with server.log.open("ab") as log:
        server.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "support.failing:app", "--bind", f"127.0.0.1:{port}",
             "--workers", "1", "--threads", "4", "--no-control-socket", "--error-logfile", "-",
             "--config", "python:portal.cli.web_process"],
            env=server.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the portal did not start:\n{server.log.read_text(encoding='utf-8')}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
