"""Following an application: status, notices, withdraw, look-up."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add this front's addresses."""
