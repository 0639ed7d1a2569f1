"""A demonstration over https: its own certificate, kept and renewed; a real start answers a real request."""

import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from cryptography import x509

from portal.cli.certificates import keep_certificate, own_names
from tests.support.serving import ROOT, free_port

pytestmark = pytest.mark.one_database

NAMES = ("192.0.2.7", "portal-machine", "localhost", "127.0.0.1")


def test_certificate_is_kept_and_its_key_is_its_owners(tmp_path: Path) -> None:
    first = keep_certificate(tmp_path, NAMES)
    assert keep_certificate(tmp_path, NAMES) == first
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600
    assert re.fullmatch(r"[0-9A-F]{2}(:[0-9A-F]{2}){31}", first.fingerprint)
    read = x509.load_pem_x509_certificate(first.certificate.read_bytes())
    named = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert named.get_values_for_type(x509.DNSName) == ["portal-machine", "localhost"]
    assert [str(one) for one in named.get_values_for_type(x509.IPAddress)] == ["192.0.2.7", "127.0.0.1"]


def test_new_address_and_an_end_that_is_near_make_a_new_one(
    tmp_path: Path, clock_at: Callable[[str], None]
) -> None:
    clock_at("2026-11-23T09:00+08:00")
    first = keep_certificate(tmp_path, NAMES)
    assert keep_certificate(tmp_path, NAMES[:2]).fingerprint == first.fingerprint
    second = keep_certificate(tmp_path, (*NAMES, "192.0.2.8"))
    assert second.fingerprint != first.fingerprint
    clock_at("2027-11-01T09:00+08:00")
    assert keep_certificate(tmp_path, NAMES).fingerprint == second.fingerprint
    clock_at("2027-11-15T09:00+08:00")
    assert keep_certificate(tmp_path, NAMES).fingerprint != second.fingerprint


def test_key_that_is_not_the_certificates_is_replaced(tmp_path: Path) -> None:
    first = keep_certificate(tmp_path, NAMES)
    keep_certificate(tmp_path / "other", NAMES).key.replace(first.key)
    assert keep_certificate(tmp_path, NAMES).fingerprint != first.fingerprint


def test_own_names_are_names_and_addresses() -> None:
    names = own_names()
    assert {"localhost", "127.0.0.1", "::1", socket.gethostname()} <= set(names)
    assert len(names) == len(set(names))


def test_run_with_https_answers_a_real_request(tmp_path: Path, sqlite_url: str) -> None:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_DATABASE_URL": sqlite_url,
        "PORT": str(port),
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "run", "--https"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = told(running)
        trusted = ssl.create_default_context(cafile=tmp_path / "https-certificate.pem")
        asked = HTTPSConnection("127.0.0.1", port, timeout=20, context=trusted)
        asked.request("GET", "/sign-in")
        answer = asked.getresponse()
        assert answer.status == 200
        cookies = [text for name, text in answer.getheaders() if name == "Set-Cookie"]
        assert cookies
        assert all(one.startswith("__Host-") and "Secure" in one for one in cookies)
        assert answer.getheader("Strict-Transport-Security")
        asked.close()
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    kept = keep_certificate(tmp_path, own_names())
    assert kept.fingerprint in said
    assert re.search(rf"The portal is at https://\S+:{port}", said)


def told(running: subprocess.Popen[str]) -> str:
    """What it says until it is ready; all of it where it ends before."""
    said = ""
    assert running.stdout is not None
    for line in running.stdout:
        said += line
        if line.startswith("Ctrl+C"):
            return said
    raise AssertionError(said)


def test_address_without_https_is_refused(tmp_path: Path) -> None:
    environment = os.environ | {
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_BASE_URL": "http://portal.example.test",
    }
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", "run", "--https"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "PORTAL_BASE_URL must start with https://" in done.stderr
