"""Commands that prepare a portal: ``init``, ``new-keys``, ``demo``, ``demo-accounts``."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from sqlalchemy.orm import Session

from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Region
from portal.catalogue.national import COUNTIES, NoPlaces, read_places
from portal.cli.workplace import CommandError, opened, read_settings, region_of, say
from portal.config import Settings
from portal.gateways import from_settings
from portal.keys import create_keys_file
from portal.rules.errors import Conflict, Invalid
from portal.usecases.calendar import recount_from
from portal.usecases.definitions import store_definitions
from portal.usecases.demo_applications import GOALS, is_told_of, make_demo_application
from portal.usecases.demo_people import list_demo_accounts, make_demo_resident, make_demo_staff
from portal.usecases.demo_photo import PhotoBox
from portal.usecases.demo_services import make_demo_story, stories_of
from portal.usecases.national_places import has_places, import_places
from portal.usecases.staff import create_administrator
from portal.usecases.units import load_region

PEOPLE_AT_ONCE = 50
"""In one transaction: waiting for the disk after each would take most of the time."""


def init(arguments: Namespace) -> None:
    """Bring the schema up to date and load region and services; doing it again changes nothing.

    ``--admin NAME`` also prints the enrolment link of an administrator, a new one each time.
    """
    settings = read_settings()
    region = region_of(settings)
    token = None
    with opened(settings) as store:
        store.migrate()
        with store.transaction() as db:
            load_region(db, region)
            store_definitions(db, load_catalogue())
            if not has_places(db):
                import_places(db, read_places(COUNTIES))
            recount_from(db)  # the calendar may have come anew with this version
            if arguments.admin:
                token = _administrator(db, arguments.admin, region)
    say(f"The database is ready: {region.name.zh}, {len(region.services)} service(s).")
    if token:
        say(f"{arguments.admin} enrols within 3 days, once, at {settings.base_url}/staff/enrol/{token}")


def _administrator(db: Session, name: str, region: Region) -> str:
    try:
        return create_administrator(db, name, region)
    except Invalid:
        raise CommandError("--admin: a login name has 3 to 40 small letters, digits and . _ -") from None
    except Conflict:
        raise CommandError(f"--admin: the name {name} belongs to somebody who is no administrator.") from None


def bring_places(arguments: Namespace) -> None:
    """Import the list of the country's places; old names and abolished places stay findable."""
    try:
        lines = read_places(Path(arguments.places) if arguments.places else COUNTIES)
        if arguments.townships:
            lines += read_places(Path(arguments.townships))
    except NoPlaces as wrong:
        raise CommandError(str(wrong)) from None
    with opened(read_settings()) as store, store.transaction() as db:
        done = import_places(db, lines)
    say(f"{len(lines)} places: {done.added} new, {done.renamed} renamed, {done.retired} gone from the list.")


def new_keys(arguments: Namespace) -> None:
    """Write a new keys file; never over one that exists."""
    path = Path(arguments.file)
    try:
        create_keys_file(path)
    except FileExistsError:
        raise CommandError(
            f"{path} exists. Its keys open the private columns, so it is left alone."
        ) from None
    except OSError as wrong:
        raise CommandError(f"{path} cannot be written: {wrong.strerror}.") from None
    say(f"New keys are in {path}. Keep a copy apart from the database: nothing private is readable without.")


def demo(arguments: Namespace) -> None:
    """Make demonstration staff, residents and applications; doing it again makes only who is missing."""
    settings = _demo_settings()
    region = region_of(settings)
    catalogue = load_catalogue()
    known = [catalogue.definition(code, region.code) for code in region.services]
    offered = [one for one in known if is_told_of(one)]
    gateways = from_settings(settings)
    photos = PhotoBox(gateways.files, gateways.scanner)
    with opened(settings) as store:
        with store.transaction() as db:
            make_demo_staff(db, region)
        for first in range(1, arguments.people + 1, PEOPLE_AT_ONCE):
            with store.transaction() as db:
                for number in range(first, min(first + PEOPLE_AT_ONCE, arguments.people + 1)):
                    resident = make_demo_resident(db, number, arguments.seed)
                    if resident is not None:
                        definition = offered[number % len(offered)]
                        make_demo_application(
                            db, definition, region, resident, photos if number <= len(GOALS) else None
                        )
        stories = list(enumerate(stories_of(region) if arguments.people else ()))
        definitions = {one.service.code: one for one in known}
        for first in range(0, len(stories), PEOPLE_AT_ONCE):
            with store.transaction() as db:
                for number, story in stories[first : first + PEOPLE_AT_ONCE]:
                    if story.service in definitions:
                        make_demo_story(db, definitions[story.service], region, arguments.seed, number, story)
    say(f"The demonstration people are at {settings.base_url}/demo")


def demo_accounts(arguments: Namespace) -> None:
    """List the demonstration people by the names that ``sign-in-link`` takes."""
    with opened(_demo_settings()) as store, store.reading() as db:
        accounts = list_demo_accounts(db)
    if arguments.json:
        listed = [
            {
                "name": one.name,
                "display_name": one.display_name,
                "kind": one.kind,
                "role": one.role,
                "unit": one.unit_code,
                "is_proven": one.is_proven,
            }
            for one in accounts
        ]
        say(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for one in accounts:
        say(f"{one.name:24} {one.role or one.kind:18} {one.unit_code or '':20} {one.display_name}")


def _demo_settings() -> Settings:
    settings = read_settings()
    if settings.is_production:
        raise CommandError("Demonstration people exist only outside production (PORTAL_ENV=demo).")
    return settings
