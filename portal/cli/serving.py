"""Commands that run until stopped: ``run`` (web and worker together) and ``worker``."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
from argparse import Namespace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event
from types import FrameType

from portal.cli.certificates import OwnCertificate, keep_certificate, own_names
from portal.cli.workplace import CommandError, opened, read_settings, region_of, say
from portal.config import FOLDER, Settings
from portal.gateways import from_settings
from portal.usecases.demo_people import has_demo_staff
from portal.usecases.health import is_schema_current
from portal.worker import Worker

THREADS = 64
"""Of each web process: people wait for the network, hardly ever for us. A thread that waits for a slow line
costs some tens of kilobytes; how many work at the same time, ``web/bodies.AT_WORK`` says."""
START_SECONDS = 60
STOP_SECONDS = 45
WATCH_SECONDS = 0.5
LONGEST_REST_SECONDS = 30.0


def worker(_arguments: Namespace) -> None:
    """Work until SIGTERM or SIGINT; the row in hand is finished first."""
    settings = read_settings()
    with opened(settings) as store:
        working = Worker(settings, region_of(settings), store, from_settings(settings))

        def stop(_signal: int, _frame: FrameType | None) -> None:
            working.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        working.run()


def run(arguments: Namespace) -> int:
    """Serve on 127.0.0.1:PORT until stopped; a proxy in front brings https. Returns the exit status.

    With ``--https`` a demonstration serves its whole network, with a certificate of its own.
    """
    settings, certificate = _with_certificate() if arguments.https else (read_settings(), None)
    with opened(settings) as store, store.reading() as db:
        if not is_schema_current(db):
            raise CommandError("The database is of another release: run `portal init` first.")
        if settings.is_production and has_demo_staff(db):
            raise CommandError("The database has demonstration staff: production begins with an empty one.")
    stopping = Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda _signal, _frame: stopping.set())
    web = subprocess.Popen(_web_command(settings, certificate))  # noqa: S603 - our own words only
    house = _House(web)
    try:
        if house.wait_until_ready(settings.port, stopping, certificate):
            _tell(settings, certificate)
        return house.watch(stopping)
    finally:
        house.stop()


def _with_certificate() -> tuple[Settings, OwnCertificate]:
    """The settings of a demonstration that is reached over https, which its processes inherit. Raises
    CommandError where it is none, or has an address without https."""
    names = own_names()
    port = os.environ.get("PORT", "").strip() or "8000"
    os.environ.setdefault("PORTAL_BASE_URL", f"https://{names[0]}:{port}")
    settings = read_settings()
    if settings.is_production:
        raise CommandError("Production has a proxy with a certificate that others vouch for, not --https.")
    if not settings.is_https:
        raise CommandError("PORTAL_BASE_URL must start with https:// for --https, or not be set.")
    return settings, keep_certificate(settings.data_dir, names)


class _House:
    """The web server and the worker beside it."""

    def __init__(self, web: subprocess.Popen[bytes]) -> None:
        self._web = web
        self._worker = _start_worker()
        self._rest = 1.0

    def wait_until_ready(self, port: int, stopping: Event, certificate: OwnCertificate | None) -> bool:
        """Whether the portal answers. Raises CommandError when it does not come up."""
        for _ in range(int(START_SECONDS / WATCH_SECONDS)):
            if stopping.is_set():
                return False
            if self._web.poll() is not None:
                raise CommandError("The web server did not start; the reason stands above.")
            if _is_healthy(port, certificate):
                return True
            stopping.wait(WATCH_SECONDS)
        raise CommandError("The portal does not answer.")

    def watch(self, stopping: Event) -> int:
        """Until stopped, or until the web server ends by itself; a dead worker is started again."""
        while not stopping.wait(WATCH_SECONDS):
            if (status := self._web.poll()) is not None:
                return status or 1
            if self._worker.poll() is None:
                continue
            say(f"The worker ended with status {self._worker.returncode}; it is started again.")
            if not stopping.wait(self._rest):
                self._rest = min(2 * self._rest, LONGEST_REST_SECONDS)
                self._worker = _start_worker()
        return 0

    def stop(self) -> None:
        """Ask both to finish what they have in hand, then insist."""
        both = (self._web, self._worker)
        for process in both:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in both:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "portal.cli", "worker"])


def _web_command(settings: Settings, certificate: OwnCertificate | None = None) -> list[str]:
    host, secured = "127.0.0.1", []
    if certificate is not None:
        host = "0.0.0.0"  # noqa: S104 - telephones of the same network are to reach it
        secured = ["--certfile", str(certificate.certificate), "--keyfile", str(certificate.key)]
    return [
        sys.executable, "-m", "gunicorn", "portal.app:create_app()",
        "--bind", f"{host}:{settings.port}", *secured,
        "--workers", str(os.cpu_count() or 1),
        "--worker-class", "gthread",
        "--threads", str(THREADS),
        "--no-control-socket",
        "--config", "python:portal.cli.web_process",
        "--log-level", "warning",
    ]  # fmt: skip


def _is_healthy(port: int, certificate: OwnCertificate | None) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    if certificate is not None:
        trusted = ssl.create_default_context(cafile=certificate.certificate)
        connection = HTTPSConnection("127.0.0.1", port, timeout=5, context=trusted)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _tell(settings: Settings, certificate: OwnCertificate | None) -> None:
    say(f"The portal is at {settings.base_url}")
    if certificate is not None:
        say("Everybody in this network can open it. Browsers warn once: compare the fingerprint, then trust")
        say(f"the certificate ({certificate.certificate}).")
        say(f"SHA-256 {certificate.fingerprint}")
    if not settings.is_production:
        say(f"Demonstration people sign in at {settings.base_url}/demo")
    if FOLDER in {settings.mail, settings.sms}:
        say(f"Messages are not sent but kept in {settings.messages_dir}")
    say("Ctrl+C stops it.")
