"""The command that lets an operator sign somebody in."""

from __future__ import annotations

from argparse import Namespace

from portal.cli.workplace import CommandError, opened, read_settings, say
from portal.rules.errors import NotFound
from portal.usecases.operator_links import make_sign_in_link


def sign_in_link(arguments: Namespace) -> None:
    """Print a one-time address, valid 10 minutes. In production a reason is asked for, and kept."""
    settings = read_settings()
    reason: str = (arguments.break_glass or "").strip()
    if settings.is_production and not reason:
        raise CommandError('In production say why: portal sign-in-link NAME --break-glass "REASON"')
    with opened(settings) as store, store.transaction() as db:
        try:
            link = make_sign_in_link(db, arguments.name, settings.base_url, reason or settings.env)
        except NotFound:
            raise CommandError("No open account has that login name, phone or e-mail address.") from None
    say(link)
