"""Reviewers: the queue, the application page, decisions."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add this front's addresses."""
