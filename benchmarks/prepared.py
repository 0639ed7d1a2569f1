"""What is measured: the portal with its demonstration people, and one application filled in."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from portal.app import create_app
from portal.config import Settings
from tests.support.journeys import begin, walk
from tests.support.people import make_resident, parts_of, sign_in
from tests.support.serving import ROOT, environment_of, on_free_port

NEW_PHONE = "19900008888"
"""Of somebody whom the demonstration does not know, so that nothing is known of them beforehand."""


@dataclass(frozen=True)
class Prepared:
    """The settings of the portal, and the address and session of the application that waits in it."""

    settings: Settings
    application: str
    session: str


def prepare(folder: Path) -> Prepared:
    """A new portal in ``folder``, as ``portal init`` and ``portal demo`` make it."""
    settings = on_free_port(Settings.from_environment({"PORTAL_ENV": "demo", "PORTAL_DATA_DIR": str(folder)}))
    for command in ("init", "demo"):
        subprocess.run(
            [sys.executable, "-m", "portal.cli", command],
            env=environment_of(settings),
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    app = create_app(settings)
    store = parts_of(app).store
    with store.transaction() as db:
        account = make_resident(db, NEW_PHONE)
    person = sign_in(app, account)
    begin(person)
    walk(person)
    store.close()
    cookie = person.browser.get_cookie("session")
    assert cookie is not None
    return Prepared(settings, person.path.removesuffix("/check"), cookie.value)
