"""Signing up and in, contacts, sessions: the door for residents."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add this front's addresses."""
