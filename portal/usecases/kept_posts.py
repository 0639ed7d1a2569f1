"""Keep what someone typed when the page's session or token had ended, for that account and 24 hours only."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.accounts import KeptPost
from portal.usecases.actor import Actor
from portal.usecases.sessions import token_hash

LIFE = timedelta(hours=24)
LARGEST = 256 * 1024
"""Characters; a longer post is refused by every page anyway."""

Fields = Mapping[str, list[str]]


def keep_post(db: Session, account_id: int, path: str, fields: Fields) -> str | None:
    """Keep the fields of a post to ``path``; the token shows them again. None where there is too much."""
    words = json.dumps(dict(fields), ensure_ascii=True)
    if len(words) > LARGEST:
        return None
    token = secrets.token_urlsafe(16)
    now = clock.now()
    db.execute(delete(KeptPost).where(KeptPost.expires_at < now))
    db.add(
        KeptPost(
            token_hash=token_hash(token),
            account_id=account_id,
            path=path,
            fields=words,
            created_at=now,
            expires_at=now + LIFE,
        )
    )
    return token


def find_kept_post(db: Session, actor: Actor, token: str, path: str) -> dict[str, list[str]] | None:
    """What this account had typed into this page; it is shown, and takes effect only when sent again."""
    kept = db.scalar(
        select(KeptPost).where(
            KeptPost.token_hash == token_hash(token),
            KeptPost.account_id == actor.account_id,
            KeptPost.path == path,
            KeptPost.expires_at >= clock.now(),
        )
    )
    return dict(json.loads(kept.fields)) if kept else None
