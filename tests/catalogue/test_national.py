"""The list of the country's places: the one in the repository, and lists that are none."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from portal.catalogue.national import COUNTIES, NoPlaces, PlaceLine, read_places


def test_list_in_the_repository_has_every_province_city_and_county_once_and_in_its_parent() -> None:
    lines = read_places(COUNTIES)
    assert Counter(line.level for line in lines) == {"province": 31, "city": 342, "county": 2978}
    codes = {line.code for line in lines}
    assert [line for line in lines if line.parent is not None and line.parent not in codes] == []
    assert PlaceLine("330102", "上城区") in lines


def test_plain_and_compressed_lists_are_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    words = "code,name,parent\n330102001,清波街道,330102\n"
    plain, packed = tmp_path / "towns.csv", tmp_path / "towns.csv.gz"
    plain.write_text(words, encoding="utf-8-sig")
    packed.write_bytes(gzip.compress(words.encode()))
    assert read_places(plain) == read_places(packed) == [PlaceLine("330102001", "清波街道")]
    assert (read_places(plain)[0].level, read_places(plain)[0].parent) == ("township", "330102")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "columns code and name"),
        (b"a,b\n1,2\n", "columns code and name"),
        ("code,name\n33,浙江省\n330,浙\n".encode(), "line 3"),
        (b"code,name\n33,\n", "line 2"),
        (b"code,name\n33\n", "line 2"),
        ("code,name\n33,浙江省\n33,浙江省\n".encode(), "twice"),
        ("code,name\n33,浙江省\n".encode("gb18030"), "UTF-8"),
        (b"code,name\n33,a\0b\n", "list.csv"),
    ],
)
def test_file_that_is_no_list_of_places_says_where_it_fails(tmp_path: Path, body: bytes, said: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(body)
    with pytest.raises(NoPlaces, match=said):
        read_places(file)


def test_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoPlaces, match=r"none\.csv"):
        read_places(tmp_path / "none.csv")
    broken = tmp_path / "list.csv.gz"
    broken.write_bytes(b"not compressed")
    with pytest.raises(NoPlaces, match=r"list\.csv\.gz"):
        read_places(broken)
