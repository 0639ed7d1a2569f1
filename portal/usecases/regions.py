"""The region that an application belongs to: its parameters hold for everything said about it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Region
from portal.rules.errors import NotFound


def get_region(code: str) -> Region:
    """The region with this code. Raises NotFound."""
    region = _regions().get(code)
    if region is None:
        raise NotFound("region")
    return region


@cache
def _regions() -> Mapping[str, Region]:
    """Read once in a process: the files change with a release only."""
    return load_catalogue().regions
