"""The declarative base: names of constraints, integer keys, and the JSON that is not private."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

from portal.store.types import UtcDateTime

Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows up only for INTEGER


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - as SQLAlchemy wants it
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }
