"""The keys file: made whole, never overwritten, refused when anything in it is wrong."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from portal.keys import create_keys_file, load_keys

OTHER = base64.b64encode(bytes(range(32))).decode()


def test_new_keys_are_five_different_ones_of_32_bytes(tmp_path: Path) -> None:
    create_keys_file(tmp_path / "keys.json")
    keys = load_keys(tmp_path / "keys.json")
    every = [*keys.column_keys.values(), keys.index_key, keys.signing_key, keys.seal_key]
    assert keys.current in keys.column_keys
    assert {len(key) for key in every} == {32}
    assert len(set(every)) == 4


def test_existing_keys_are_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    create_keys_file(file)
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        create_keys_file(file)
    assert file.read_bytes() == before


def test_processes_that_start_together_agree_on_one_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"

    def create_and_load(_: int) -> object:
        with suppress(FileExistsError):
            create_keys_file(file)
        return load_keys(file)

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(create_and_load, range(32)))
    assert all(keys == seen[0] for keys in seen)
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_older_column_key_stays_readable_beside_the_current_one(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    create_keys_file(file)
    written = json.loads(file.read_text())
    written["column_keys"]["k2"] = OTHER
    written["current"] = "k2"
    file.write_text(json.dumps(written))
    keys = load_keys(file)
    assert (set(keys.column_keys), keys.current) == ({"k1", "k2"}, "k2")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda keys: keys.pop("seal_key"), "missing"),
        (lambda keys: keys.update(column_keys=[]), "missing"),
        (lambda keys: keys.update(current="k9"), "current"),
        (lambda keys: keys.update(current=["k1"]), "current"),
        (lambda keys: keys.update(index_key="short"), "base64"),
        (lambda keys: keys.update(index_key=base64.b64encode(b"short").decode()), "32 bytes"),
        (lambda keys: keys.update(index_key=keys["seal_key"]), "the same"),
        (lambda keys: keys["column_keys"].update({"a b": OTHER}), "key ids"),
    ],
)
def test_spoilt_keys_are_refused(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], object], said: str
) -> None:
    file = tmp_path / "keys.json"
    create_keys_file(file)
    written = json.loads(file.read_text())
    spoil(written)
    file.write_text(json.dumps(written))
    with pytest.raises(ValueError, match=said):
        load_keys(file)


@pytest.mark.parametrize("text", ["", "[]", "3", '"x"', "{}", "\xff"])
def test_file_that_holds_something_else_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=r".+"):
        load_keys(file)
