"""How much one network may ask for: codes and new accounts, so that nobody floods telephones or the portal.

The limits are wide, because a service hall, a hospital or a whole town may share one address. A network is
the first part of a public address, kept as a fingerprint for two days at most (``rates``). Private addresses
are never counted: behind a proxy that nobody declared they would be everyone's (``PORTAL_TRUSTED_PROXIES``).
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from flask import g, request
from sqlalchemy.orm import Session

from portal.rules.errors import TooMany
from portal.usecases.rates import Limit, count_attempt
from portal.web.parts import transaction

CODES = Limit("network_codes", 150, timedelta(hours=1))
"""Codes asked for from one network, whatever the contacts."""
SIGN_UPS = Limit("network_sign_ups", 300, timedelta(days=1))
"""New accounts from one network."""
PREFIXES = {4: 24, 6: 48}
"""How many bits of an address are its network: what a provider gives to one customer, or less."""


def network_of(address: str | None) -> str | None:
    """The network of a public address; None for every other, which is not counted."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if not found.is_global:
        return None
    return str(ip_network((found, PREFIXES[found.version]), strict=False))


def count_code() -> None:
    """Count one code to be sent. Raises TooMany when this network asked for too many."""
    network = _counted_network()
    if network is not None:
        with transaction() as db:
            wait = count_attempt(db, CODES, network)
        if wait:
            raise TooMany(wait, "network")


def count_sign_up(db: Session) -> None:
    """Count an account that was just made in this transaction. Raises TooMany when it may not stay."""
    network = _counted_network()
    if network is not None and (wait := count_attempt(db, SIGN_UPS, network)):
        raise TooMany(wait, "network")


def _counted_network() -> str | None:
    """Staff who help people at their own computer are never held up."""
    is_staff = g.signed_in is not None and g.signed_in.kind == "staff"
    return None if is_staff else network_of(request.remote_addr)
