"""`make access`: every page under every choice of settings, in as many browsers as there are processors.

Each page is drawn once for each language and version; what a theme, a size, a spacing or a width can change
is then asked under each of them, and what it cannot change once (support/looks.py says what, and why).

Stop it with Ctrl+C and go on at will: what was good is opened again only after a file of the project changed,
and checked again only if the page, the style sheets or the checks did. The report is var/access/report.md.
"""

import os
import signal
import subprocess
import sys
import time

from pages.remembered import FOLDER, ROOT, Remembered
from pages.table import LOOKS, drawings
from support import axe_version

TELL_SECONDS = 30
TESTS_FAILED = 1
MOST_STARTS = 5
"""Of one part: a browser that runs for hours may end by itself."""


def _listen_to_interrupts() -> None:
    """Also where a shell has started us in the background, which makes processes deaf to them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


class Part:
    """A pytest with a browser of its own, at its share of the drawings."""

    def __init__(self, number: int, parts: int) -> None:
        self._log = FOLDER / f"part-{number}.log"
        self._command = [
            sys.executable, "-m", "pytest", "a11y-tests/pages/test_every_setting.py", "-q", "--tb=line",
            f"--every-setting={number}/{parts}",
        ]  # fmt: skip
        self._starts = 0
        self._start()

    def is_running(self) -> bool:
        """Whether it works; it is started again when its browser has ended."""
        status = self._process.poll()
        if status is not None and status > TESTS_FAILED and self._starts < MOST_STARTS:
            self._start()
            return True
        return status is None

    @property
    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @property
    def status(self) -> int:
        return self._process.wait()

    def stop(self) -> None:
        """Ask it to close its browser and its portal; `status` waits until it has."""
        self._process.send_signal(signal.SIGINT)

    def _start(self) -> None:
        self._starts += 1
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl+C is for us: each part is asked to stop once
            )


def main() -> int:
    """Returns 0 when every row is good."""
    _listen_to_interrupts()
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = [drawing.name for drawing in drawings()]
    kept = Remembered()
    before, began = kept.count(names), time.monotonic()
    browsers = os.cpu_count() or 1
    parts = [Part(number, browsers) for number in range(1, browsers + 1)]
    try:
        while True in [part.is_running() for part in parts]:
            time.sleep(TELL_SECONDS)
            _tell(kept.count(names), before, len(names), time.monotonic() - began)
    except KeyboardInterrupt:
        _say("Stopped; the next run goes on from here.")
    finally:
        for part in parts:
            part.stop()
    kept.write_report(names, len(LOOKS), f"axe-core {axe_version()}")
    for part in parts:
        if part.status > TESTS_FAILED:
            _say(part.said)
    _say((FOLDER / "report.md").read_text(encoding="utf-8"))
    return max(part.status for part in parts)


def _tell(done: int, before: int, drawn: int, seconds: float) -> None:
    a_second = (done - before) / seconds
    left = f"about {(drawn - done) / a_second / 60:.0f} minutes left" if a_second else ""
    _say(f"{done} of {drawn} drawings, {a_second * len(LOOKS):.1f} rows a second, {left}")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
