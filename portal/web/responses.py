"""What every answer carries: strict headers, no caching of personal pages, and compression."""

from __future__ import annotations

import gzip

from flask import Flask, Response, g, request

from portal.web.parts import parts

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No inline script or style at all, so no nonces either; nothing from anyone else."""

SAME_FOR_ALL = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""Set here and nowhere else."""

PERMISSIONS = "camera=({camera}), geolocation=(), microphone=(), interest-cohort=()"
WITH_CAMERA = frozenset({"visit_journey_part_page", "visit_journey_save", "visit_check_page", "visit_check"})
"""Pages at the counter on which a still of a paper may be taken instead of a file."""

SHOWING_WHO = ("/sign-in", "/staff", "/status")
"""Where people show who they are before they are signed in."""

GZIP_LEVEL = 6
SMALLEST_WORTH_PACKING = 500


def harden(response: Response) -> Response:
    headers = response.headers
    headers.extend(SAME_FOR_ALL)
    camera = "self" if request.endpoint in WITH_CAMERA else ""
    headers.add("Permissions-Policy", PERMISSIONS.format(camera=camera))
    said = {name.lower() for name, _ in headers}
    if "content-security-policy" not in said:
        headers.add("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    if "cache-control" not in said:
        headers.add("Cache-Control", "no-store" if _is_personal() else "no-cache, private")
    if parts().settings.is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def _is_personal() -> bool:
    """Whether an answer may tell of a person: then no browser keeps it for whoever presses 后退 next."""
    return bool(g.get("signed_in")) or request.method == "POST" or request.path.startswith(SHOWING_WHO)


def pack(response: Response) -> Response:
    """Compress text for those who take it; the token in forms is masked anew, so this gives nothing away."""
    if (
        "gzip" not in request.environ.get("HTTP_ACCEPT_ENCODING", "")
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or not _is_text(response.mimetype or "")
    ):
        return response
    body = response.get_data()
    response.vary.add("Accept-Encoding")
    if len(body) >= SMALLEST_WORTH_PACKING:
        response.set_data(gzip.compress(body, GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _is_text(mimetype: str) -> bool:
    return mimetype.startswith("text/") or mimetype.endswith(("xml", "json"))


def register(app: Flask) -> None:
    app.after_request(pack)
    app.after_request(harden)
