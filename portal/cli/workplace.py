"""What a command works with: settings, the database, the catalogue; and how it says no."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from portal import clock
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Region
from portal.config import Settings
from portal.store import Store, open_store


class CommandError(Exception):
    """A command cannot do what was asked; the text is a sentence for the operator."""


def say(text: str = "") -> None:
    """Print one line, at once, so that a pipe sees it too."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def read_settings() -> Settings:
    """The settings of the environment, with their clock and their warnings. Raises ConfigError."""
    settings = Settings.from_environment(os.environ)
    if settings.clock_file:
        clock.use_file(settings.clock_file)
    for warning in settings.warnings:
        logging.getLogger("portal").warning(warning)
    return settings


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The database, closed again at the end."""
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


def region_of(settings: Settings) -> Region:
    """The region of these settings. Raises CommandError when the catalogue has none of that name."""
    region = load_catalogue().regions.get(settings.region)
    if region is None:
        raise CommandError(f"PORTAL_REGION: there is no region “{settings.region}” in the catalogue.")
    return region
