"""The portal's own processes for tests and benchmarks: gunicorn as `portal run` starts it, and the worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from portal.cli.serving import _web_command
from portal.config import Settings

ROOT = Path(__file__).parents[2]
PORTAL = "portal.app:create_app()"
START_SECONDS = 60
LOOK_SECONDS = 0.05


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def environment_of(settings: Settings) -> dict[str, str]:
    """What a process of its own must be told to work with these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return kept | {
        "PORTAL_ENV": settings.env,
        "PORTAL_DATA_DIR": str(settings.data_dir),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_BASE_URL": f"http://127.0.0.1:{settings.port}",
        "PORTAL_SMS_QUIET": "{}-{}".format(*settings.sms_quiet),
        "PORT": str(settings.port),
    }


def web_command(settings: Settings, application: str = PORTAL) -> list[str]:
    """The command line of `portal run`, for this application."""
    return [application if part == PORTAL else part for part in _web_command(settings)]


class Process:
    """One process with its children, in a group of its own so that all can be killed at one blow."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as written:
            self._started = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._started.pid

    def kill(self) -> None:
        """End the whole group as a power cut would."""
        os.killpg(self.pid, signal.SIGKILL)
        self._started.wait(START_SECONDS)

    def stop(self) -> None:
        """Ask the whole group to finish what it has in hand."""
        os.killpg(self.pid, signal.SIGTERM)
        try:
            self._started.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def require_running(self) -> None:
        """Raises RuntimeError with what the process said, once it has ended."""
        if self._started.poll() is not None:
            raise RuntimeError(f"status {self._started.returncode}:\n{self._log.read_text(encoding='utf-8')}")


class WebServer(Process):
    """gunicorn, ready to answer."""

    def __init__(self, settings: Settings, log: Path, application: str = PORTAL, *before: str) -> None:
        self.port = settings.port
        super().__init__([*before, *web_command(settings, application)], environment_of(settings), log)
        try:
            self._wait_until_ready()
        except BaseException:
            if self._started.poll() is None:
                self.kill()
            raise

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.port):
            self.require_running()
            if time.monotonic() > deadline:
                raise RuntimeError(f"no answer:\n{self._log.read_text(encoding='utf-8')}")
            time.sleep(LOOK_SECONDS)


class WorkerProcess(Process):
    """`portal worker`."""

    def __init__(self, settings: Settings, log: Path) -> None:
        super().__init__([sys.executable, "-m", "portal.cli", "worker"], environment_of(settings), log)


def on_free_port(settings: Settings) -> Settings:
    """The same settings, at an address of their own."""
    port = free_port()
    return replace(settings, port=port, base_url=f"http://127.0.0.1:{port}")


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
