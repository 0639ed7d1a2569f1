"""Commands that prepare a portal: ``init``."""

from __future__ import annotations

from argparse import Namespace

from portal.catalogue.loader import load_catalogue
from portal.cli.workplace import CommandError, opened, read_settings, say
from portal.usecases.definitions import store_definitions
from portal.usecases.units import load_region


def init(_arguments: Namespace) -> None:
    """Bring the schema up to date and load region and services; doing it again changes nothing."""
    settings = read_settings()
    catalogue = load_catalogue()
    region = catalogue.regions.get(settings.region)
    if region is None:
        raise CommandError(f"PORTAL_REGION: there is no region “{settings.region}” in the catalogue.")
    with opened(settings) as store:
        store.migrate()
        with store.transaction() as db:
            load_region(db, region)
            store_definitions(db, catalogue)
    say(f"The database is ready: {region.name.zh}, {len(region.services)} service(s).")
