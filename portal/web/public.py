"""The open side: home, services, guide, pre-check, statements, settings."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add this front's addresses."""
