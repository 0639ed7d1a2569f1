"""Style sheets, scripts and pictures under addresses that carry their content hash, compressed once at start.

No build step makes compressed twins on disk, so a library that looks for them would serve these files plain;
there are a handful of them, and they fit in memory.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from portal.web.access import public


@dataclass(frozen=True)
class StaticFile:
    body: bytes
    packed: bytes | None
    mimetype: str


class StaticFiles:
    def __init__(self, folder: Path) -> None:
        self.urls: dict[str, str] = {}
        self.files: dict[str, StaticFile] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                self._add(path.relative_to(folder), path.read_bytes())

    def _add(self, name: Path, body: bytes) -> None:
        mimetype = mimetypes.guess_type(name.name)[0] or "application/octet-stream"
        digest = hashlib.sha256(body).hexdigest()[:12]
        hashed = name.with_name(f"{name.stem}.{digest}{name.suffix}").as_posix()
        packed = gzip.compress(body, 9, mtime=0) if mimetype.startswith(("text/", "image/svg")) else None
        self.urls[name.as_posix()] = f"/static/{hashed}"
        self.files[hashed] = StaticFile(body, packed, mimetype)

    def url(self, name: str) -> str:
        """The hashed address of a file. KeyError for a file that does not exist, so that a slip shows."""
        return self.urls[name]


def register(app: Flask, files: StaticFiles) -> None:
    @app.get("/static/<path:name>", endpoint="static_file")
    @public
    def static_file(name: str) -> Response:
        found = files.files.get(name)
        if found is None:
            raise NotFound
        takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(found.packed if takes_gzip and found.packed else found.body)
        if takes_gzip and found.packed:
            response.headers["Content-Encoding"] = "gzip"
        response.mimetype = found.mimetype
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
