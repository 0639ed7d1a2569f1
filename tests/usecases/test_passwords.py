"""Passwords: what is refused, what is the same, what a missing one costs."""

import threading

import pytest

from portal.rules.errors import TooMany
from portal.usecases import passwords
from portal.usecases.passwords import hash_password, is_password, weakness


def test_right_password_opens_and_others_do_not() -> None:
    kept = hash_password("山高水长 2026 好")
    assert is_password(kept, "山高水长 2026 好")
    assert not is_password(kept, "山高水长 2026 好 ")
    assert not is_password(kept, "")


def test_full_width_typing_is_the_same_password() -> None:
    assert is_password(hash_password("abcd-2026-efgh"), "ａｂｃｄ－２０２６－ｅｆｇｈ")


def test_account_without_password_opens_for_nothing() -> None:
    assert not is_password(None, "anything")
    assert not is_password("not a hash", "anything")


@pytest.mark.parametrize("odd", ["\0" * 12, "😀" * 12, "a" * 10_000_000])
def test_any_text_is_checked_without_failing(odd: str) -> None:
    assert not is_password(hash_password("abcd-2026-efgh"), odd)


def test_hash_is_argon2id_on_one_lane() -> None:
    assert hash_password("abcd-2026-efgh").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("password", "kind", "reason"),
    [
        ("a-b-c-d", "resident", "too_short"),
        ("a-b-c-d-e-f", "staff", "too_short"),
        ("九个汉字也是密码吗", "resident", None),
        ("a-b-c-d-e-f-g", "staff", None),
        ("x" * 201, "resident", "too_long"),
        ("PassWord123", "resident", "too_common"),
        ("８８８８８８８８", "resident", "too_common"),
        ("zzzzzzzzzzzz", "staff", "too_common"),
        ("Clerk-Lianhua", "staff", "too_common"),
    ],
)
def test_new_password_is_weighed_by_length_and_commonness_only(
    password: str, kind: str, reason: str | None
) -> None:
    assert weakness(password, kind, own_names=("clerk-lianhua",)) == reason


def test_crowd_at_the_door_is_sent_away_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "LONGEST_QUEUE_SECONDS", 0.01)
    with passwords._turn(), pytest.raises(TooMany):
        is_password(None, "anything")
