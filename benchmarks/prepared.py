"""What is measured: the portal with its demonstration people, one of whom has filled in an application."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from portal.app import create_app
from portal.config import Settings
from portal.usecases.demo_people import list_demo_accounts, sign_in_demo_person
from tests.support.client import CheckingClient
from tests.support.journeys import GOOD_ANSWERS, walk
from tests.support.people import parts_of
from tests.support.serving import ROOT, environment_of, on_free_port

SERVICE = "/apply/zj-01"


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
        resident = next(one for one in list_demo_accounts(db) if one.kind == "resident")
        session, _role = sign_in_demo_person(db, resident.account_id)
    person = CheckingClient(app)
    person.browser.set_cookie("session", session)
    person.get(SERVICE)
    person.submit("开始填", {"acting": "self"})
    walk(person, GOOD_ANSWERS)
    store.close()
    return Prepared(settings, person.path.removesuffix("/check"), session)
