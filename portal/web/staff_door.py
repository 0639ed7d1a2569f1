"""The door for staff: password and TOTP, enrolment, posts."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add this front's addresses."""
