"""Administrators: staff, units, what visitors reported; never applications."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add this front's addresses."""
