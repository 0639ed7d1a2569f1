"""Services as pinned: each resolved definition is stored once by content hash, and read back for ever."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.loader import Catalogue, definition_hash, from_json, to_json
from portal.catalogue.model import Definition
from portal.rules.errors import NotFound
from portal.store.applications import DefinitionRow


def store_definition(db: Session, definition: Definition) -> str:
    """Keep a definition and return its hash; storing it again changes nothing."""
    digest = definition_hash(definition)
    if db.scalar(select(DefinitionRow.hash).where(DefinitionRow.hash == digest)) is None:
        db.add(
            DefinitionRow(
                hash=digest,
                service_code=definition.service.code,
                region=definition.region,
                format=definition.format,
                body=to_json(definition),
                stored_at=clock.now(),
            )
        )
        db.flush()
    return digest


def store_definitions(db: Session, catalogue: Catalogue) -> None:
    """Every service of every region, at start-up."""
    for definition in catalogue.definitions.values():
        store_definition(db, definition)


def get_definition(db: Session, digest: str) -> Definition:
    """The definition that an application is pinned to. Raises NotFound."""
    if digest not in _read:
        row = db.get(DefinitionRow, digest)
        if row is None:
            raise NotFound("definition")
        _read[digest] = from_json(row.body)
    return _read[digest]


def find_newest_definition(db: Session, definition: Definition) -> tuple[str, Definition] | None:
    """The newest form of the same service in the same region, with its hash."""
    return find_definition_of_service(db, definition.service.code, definition.region)


def find_definition_of_service(db: Session, code: str, region: str) -> tuple[str, Definition] | None:
    """The newest form of a service in a region, with its hash; None where it was never offered there."""
    digest = db.scalar(
        select(DefinitionRow.hash)
        .where(DefinitionRow.service_code == code, DefinitionRow.region == region)
        .order_by(DefinitionRow.stored_at.desc(), DefinitionRow.hash)
        .limit(1)
    )
    return (digest, get_definition(db, digest)) if digest is not None else None


def find_definition_by_start(db: Session, service_code: str, region: str, start: str) -> Definition | None:
    """A stored form of a service by the first digits of its hash; None where none or several begin so."""
    found = db.scalars(
        select(DefinitionRow.hash)
        .where(
            DefinitionRow.service_code == service_code,
            DefinitionRow.region == region,
            DefinitionRow.hash.startswith(start, autoescape=True),
        )
        .limit(2)
    ).all()
    return get_definition(db, found[0]) if len(found) == 1 else None


_read: dict[str, Definition] = {}
"""Definitions read in this process; safe to keep, because a hash never changes its meaning."""
