"""The folder of encrypted files: written once, read by key, gone when deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from portal.gateways.files import FolderFiles, new_key
from portal.keys import create_keys_file, load_keys


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    create_keys_file(tmp_path / "keys.json")
    return FolderFiles(tmp_path / "files", load_keys(tmp_path / "keys.json"))


def kept_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_is_got_and_unreadable_on_the_disk(files: FolderFiles, tmp_path: Path) -> None:
    key = new_key()
    files.put(key, "示例户口簿".encode())
    assert files.get(key) == "示例户口簿".encode()
    (kept,) = kept_in(tmp_path / "files")
    assert "示例".encode() not in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_second_put_under_a_key_is_refused_and_changes_nothing(files: FolderFiles, tmp_path: Path) -> None:
    key = new_key()
    files.put(key, b"first")
    with pytest.raises(FileExistsError):
        files.put(key, b"second")
    assert files.get(key) == b"first"
    assert len(kept_in(tmp_path / "files")) == 1


def test_bytes_moved_to_another_key_are_not_believed(files: FolderFiles, tmp_path: Path) -> None:
    files.put("aaaaaaaa-1", b"mine")
    files.put("aaaaaaaa-2", b"yours")
    folder = tmp_path / "files" / "aa"
    (folder / "aaaaaaaa-1").replace(folder / "aaaaaaaa-2")
    with pytest.raises(InvalidTag):
        files.get("aaaaaaaa-2")


def test_deleted_bytes_are_gone_and_deleting_twice_is_once(files: FolderFiles, tmp_path: Path) -> None:
    key = new_key()
    files.put(key, b"bytes")
    files.delete(key)
    files.delete(key)
    assert kept_in(tmp_path / "files") == []
    with pytest.raises(FileNotFoundError):
        files.get(key)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "/etc/passwd", "AAAAAAAAAA", "aaaaaaaa/b", "a" * 81])
def test_what_is_no_key_names_no_file(files: FolderFiles, key: str) -> None:
    with pytest.raises(FileNotFoundError):
        files.get(key)
