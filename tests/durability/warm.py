"""Server and worker that start at once: forked from an interpreter that has imported everything already.

Same commands, same processes in a group of their own, as mortal as others. Only the seconds of importing,
which a test of twenty killings would wait for twenty times, are spent once. Elsewhere they are started the
usual way (``test_disk``, ``test_slow_upload``).
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.support.serving import ROOT, Process, WebServer, WorkerProcess

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["portal.app", "portal.cli.main", "gunicorn.workers.gthread"])


class _Forked:
    """What ``Process`` asks of the process that it has started."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid = process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, seconds: float) -> None:
        self._process.join(seconds)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("a forked process", seconds)


class _Warm(Process):
    """Comes between a kind of process and ``Process``, and starts it in its own way."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        _python, _dash_m, module, *arguments = command
        started, told = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(
            target=_become, args=(module, arguments, dict(environment), str(log), told), daemon=False
        )
        process.start()
        started.recv()  # from here on it leads a group that can be killed
        self._started = _Forked(process)


class WarmWebServer(WebServer, _Warm):
    """gunicorn, ready to answer."""


class WarmWorkerProcess(WorkerProcess, _Warm):
    """`portal worker`."""


def _become(
    module: str, arguments: list[str], environment: dict[str, str], log: str, told: Connection
) -> None:
    os.setsid()
    told.send(None)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    with Path(log).open("ab") as written:
        os.dup2(written.fileno(), sys.stdout.fileno())
        os.dup2(written.fileno(), sys.stderr.fileno())
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
