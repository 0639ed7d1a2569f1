"""JSON Schemas of the TOML files, so that editors help while writing."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from portal.catalogue.model import Block, Region, Service
from portal.catalogue.reading import NoticesFile, ReasonsFile

SHAPES: dict[str, type[BaseModel]] = {
    "service": Service,
    "block": Block,
    "region": Region,
    "reasons": ReasonsFile,
    "notices": NoticesFile,
}
"""What each kind of file holds."""


def schemas() -> dict[str, dict[str, Any]]:
    """One schema (JSON Schema 2020-12) for each kind of file, by its name in ``SHAPES``."""
    return {
        name: {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape.model_json_schema()}
        for name, shape in SHAPES.items()
    }
