"""The reader of the catalogue: all or nothing, and what is handed out never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from portal.catalogue.checking import check_source
from portal.catalogue.model import Block, Definition, Notice, Question, Reason, Region, Service
from portal.catalogue.problems import CatalogueErrors
from portal.catalogue.reading import Source, read_source
from portal.catalogue.resolving import definition_hash, from_json, resolve, to_json

__all__ = ["Catalogue", "CatalogueErrors", "definition_hash", "from_json", "load_catalogue", "to_json"]


@dataclass(frozen=True)
class Catalogue:
    """Everything we offer, by code. Services and regions are checked against each other."""

    services: Mapping[str, Service]
    regions: Mapping[str, Region]
    blocks: Mapping[str, Block]
    reasons: Mapping[str, Reason]
    notices: Mapping[str, Notice]
    questionnaire: tuple[Question, ...]
    definitions: Mapping[tuple[str, str], Definition]

    def definition(self, service_code: str, region_code: str) -> Definition:
        """The service as the region gives it. Raises ``KeyError`` where the region does not give it."""
        return self.definitions[service_code, region_code]

    def find_definition(self, service_code: str, region_code: str) -> Definition | None:
        return self.definitions.get((service_code, region_code))


def load_catalogue(root: Path | None = None) -> Catalogue:
    """Read and check every TOML file under ``root``; the product's own, where empty, once in a process.

    Raises ``CatalogueErrors`` with every mistake of every file.
    """
    return _own_catalogue() if root is None else _read(root)


@cache
def _own_catalogue() -> Catalogue:
    return _read(Path(__file__).parent)


def _read(root: Path) -> Catalogue:
    source, problems = read_source(root)
    problems += check_source(source)
    if problems:
        raise CatalogueErrors(problems)
    return _catalogue_of(source)


def _catalogue_of(source: Source) -> Catalogue:
    services = {service.code: service for service in source.services.values()}
    regions = {region.code: region for region in source.regions.values()}
    return Catalogue(
        services=MappingProxyType(services),
        regions=MappingProxyType(regions),
        blocks=MappingProxyType({block.code: block for block in source.blocks.values()}),
        reasons=MappingProxyType({reason.code: reason for reason in source.reasons}),
        notices=MappingProxyType({notice.key: notice for notice in source.notices}),
        questionnaire=source.questionnaire,
        definitions=MappingProxyType(
            {
                (code, region.code): resolve(services[code], region, source)
                for region in regions.values()
                for code in region.services
            }
        ),
    )
