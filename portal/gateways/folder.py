"""A folder that takes messages instead of a mail server or an operator: for demonstrations and tests.

Mail is kept as .eml, text messages as .json, one file each, readable by the owner only. The file is named
after the message's own id, so that sending one twice keeps one, as with the real gateways.
"""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from portal import clock


@dataclass(frozen=True)
class SentMessage:
    """A message as the demonstration shows it. `subject` and `html` exist for mail only."""

    kind: Literal["mail", "sms"]
    to: str
    text: str
    sent_at: datetime
    subject: str | None = None
    html: str | None = None


class MessageFolder:
    """The messages below one folder, which is created with the first."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep_mail(self, letter: EmailMessage, message_id: str) -> None:
        self._keep(message_id, ".eml", letter.as_bytes())

    def keep_sms(self, to: str, text: str, message_id: str) -> None:
        sent = SentMessage("sms", to, text, clock.now())
        written = json.dumps(asdict(sent), ensure_ascii=False, default=datetime.isoformat, indent=2)
        self._keep(message_id, ".json", written.encode())

    def list_messages(self, limit: int) -> list[SentMessage]:
        """The newest `limit` messages, newest first, mail and text messages together."""
        if not self._path.is_dir():
            return []
        # By the machine's time of writing: the portal's own clock may stand still.
        with os.scandir(self._path) as entries:
            files = [(entry.stat().st_mtime_ns, entry.name) for entry in entries if entry.name[0] != "."]
        newest = sorted(files, reverse=True)[:limit]
        return [_read(self._path / name) for _, name in newest]

    def _keep(self, message_id: str, ending: str, content: bytes) -> None:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(message_id.encode()).hexdigest()[:32] + ending
        # Readers see a whole message or none: written aside, then renamed.
        draft = self._path / f".{secrets.token_hex(8)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        draft.replace(self._path / name)


def _read(path: Path) -> SentMessage:
    content = path.read_bytes()
    if path.suffix == ".json":
        sent = json.loads(content)
        return SentMessage(**{**sent, "sent_at": datetime.fromisoformat(sent["sent_at"])})
    letter = message_from_bytes(content, policy=policy.SMTP)
    return SentMessage(
        kind="mail",
        to=letter["To"],
        text=_part(letter, "plain") or "",
        sent_at=letter["Date"].datetime,
        subject=letter["Subject"],
        html=_part(letter, "html"),
    )


def _part(letter: EmailMessage, kind: Literal["plain", "html"]) -> str | None:
    part = letter.get_body((kind,))
    return part.get_content().replace("\r\n", "\n") if part else None
