"""Health for the operator, and in the demo the messages that were sent."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add this front's addresses."""
