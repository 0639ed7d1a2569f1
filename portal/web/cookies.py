"""The names of cookies: where people come over https, no neighbouring site can set or read a guarded one."""

from __future__ import annotations

from portal.web.parts import parts


def guarded(name: str) -> str:
    """The name under which browsers take a cookie only from this very host, over https, for every path."""
    return f"__Host-{name}" if parts().settings.is_https else name
