"""What changed in an application since the officer's visit before this one. Pure: read from the review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.usecases.review import Review
from portal.usecases.review_answers import AnswerRow

ChangeKind = Literal[
    "answer",
    "document",
    "due_on",
    "message",
    "note",
    "question",
    "opinion",
    "register",
    "evidence",
    "decision",
]


@dataclass(frozen=True)
class Change:
    """One thing that is new. ``about`` names it: an answer's field, a file's key, a register, a step."""

    kind: ChangeKind
    about: str = ""
    at: datetime | None = None
    by_id: int | None = None


def changes_since(review: Review, account_id: int) -> tuple[Change, ...]:
    """By topic in the order of the page; nothing that the officer did, and nothing on the first visit."""
    since = review.look.since
    if since is None:
        return ()
    found = (
        *_due(review),
        *(Change("answer", row.field.id) for row in _answered(review, since)),
        *_documents(review, since),
        *_written(review, since),
        *_decided(review, since),
    )
    return tuple(one for one in found if one.by_id != account_id)


def _due(review: Review) -> Iterator[Change]:
    before, now = review.look.due_before_on, review.clock
    if before is not None and now is not None and now.entry.due_on != before:
        yield Change("due_on")


def _answered(review: Review, since: datetime) -> Iterator[AnswerRow]:
    """Answers that a later round put differently."""
    new = [one.round for one in review.submissions if one.submitted_at > since]
    for section in review.sections:
        for row in section.rows:
            if new and row.field.kind != "documents" and any(n + 1 >= new[0] for n, _value in row.earlier):
                yield row


def _documents(review: Review, since: datetime) -> Iterator[Change]:
    """Files that no earlier round named."""
    known = {
        key
        for one in review.submissions
        if one.submitted_at <= since
        for value in one.answers.values()
        if isinstance(value, list)
        for key in value
        if isinstance(key, str)
    }
    for key, document in review.documents.items():
        if key not in known:
            yield Change("document", key, document.uploaded_at)


def _written(review: Review, since: datetime) -> Iterator[Change]:
    beside, proof = review.beside, review.proof
    for check in proof.questions if review.is_whole else ():
        if check.answered_at is not None and check.answered_at > since:
            yield Change("register", check.register, check.answered_at)
    for seen in proof.looks if review.is_whole else ():
        if seen.seen_at > since and seen.seen_how != "register":
            yield Change("evidence", seen.evidence, seen.seen_at, seen.seen_by_id)
    for asked in beside.consultations:
        if asked.asked_at > since:
            yield Change("question", asked.unit_code, asked.asked_at, asked.asked_by_id)
        if asked.answered_at is not None and asked.answered_at > since:
            yield Change("opinion", asked.unit_code, asked.answered_at, asked.answered_by_id)
    for message in beside.thread:
        if message.at > since:
            yield Change("message", message.side, message.at, message.by_id)
    for note in beside.notes:
        if note.at > since:
            yield Change("note", "", note.at, note.by_id)


def _decided(review: Review, since: datetime) -> Iterator[Change]:
    steps = {entry.id: entry.step for entry in review.application.entries}
    for one in review.decisions:
        if one.decided_at > since:
            yield Change("decision", steps[one.entry_id], one.decided_at, one.decided_by_id)
