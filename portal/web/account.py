"""Signing up and in, contacts, sessions: the door for residents."""

from __future__ import annotations

from flask import Flask

from portal.web import account_contacts, account_own, account_platform, account_sign_in


def register(app: Flask) -> None:
    """Add this front's addresses."""
    for room in (account_sign_in, account_platform, account_own, account_contacts):
        room.register(app)
