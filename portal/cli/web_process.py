"""What a web process does before its first request: gunicorn reads its hooks here."""

from __future__ import annotations

import gc

COLLECT_EVERY = 10_000
"""New objects between two looks for what is not needed any more; a page makes some thousands, nearly all of
which go by themselves."""


def post_worker_init(_worker: object) -> None:
    """What was read at the start stays for good: nobody goes through it again to find out."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY, 10, 10)
