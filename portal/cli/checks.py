"""Commands that only look: is the catalogue sound."""

from __future__ import annotations

from argparse import Namespace

from portal.catalogue.loader import load_catalogue
from portal.cli.workplace import say


def check_catalogue(_arguments: Namespace) -> None:
    """Read the whole catalogue. Raises CatalogueErrors with every mistake of every file."""
    catalogue = load_catalogue()
    say(
        f"The catalogue is sound: {len(catalogue.services)} service(s), {len(catalogue.regions)} region(s), "
        f"{len(catalogue.reasons)} reasons, {len(catalogue.notices)} notices."
    )
