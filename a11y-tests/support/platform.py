"""The state's identity platform for the browser tests: a provider on this machine, which knows two people.

Both have one ID number, so that the second meets what the first has proved.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

FIRST, SECOND = "li", "li-again"
PERSON = {"name": "示例李明", "id_number": "880000199001011237"}
CLIENT = {"PORTAL_OIDC_CLIENT_ID": "portal", "PORTAL_OIDC_CLIENT_SECRET": "client-secret"}
START_SECONDS = 180


class Platform:
    """A running provider of OpenID Connect at `port`."""

    def __init__(self, port: int, log: Path) -> None:
        self.environment = CLIENT | {"PORTAL_OIDC_ISSUER": f"http://localhost:{port}"}
        people = [f"--user-claims={json.dumps({'sub': one, **PERSON})}" for one in (FIRST, SECOND)]
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                [Path(sys.executable).with_name("oidc-provider-mock"), f"--port={port}", *people],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready(f"http://localhost:{port}/.well-known/openid-configuration", log)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(START_SECONDS)

    def _wait_until_ready(self, address: str, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                urlopen(address, timeout=5).close()
                return
            except (URLError, OSError):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self._process.kill()
                    said = log.read_text(encoding="utf-8")
                    raise RuntimeError(f"the platform did not start:\n{said}") from None
                time.sleep(0.1)
