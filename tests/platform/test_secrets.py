"""Keys and sealing: what opens, where, with which key; and the first start."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.errors import RuleViolation
from hearth.platform import secrets

ONE, TWO = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


@pytest.fixture
def key_file(settings, tmp_path):
    """The keys lie in a file of the test's own, which is not there yet."""
    settings.HEARTH_DATA_KEY = ""
    settings.HEARTH_DATA_KEY_FILE = tmp_path / "home" / "data.key"
    return settings.HEARTH_DATA_KEY_FILE


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.text())
def test_what_was_sealed_opens_at_its_place_and_looks_different_each_time(text, place):
    place = place.encode("utf-8", "replace").decode()
    first, second = secrets.seal_text(text, place), secrets.seal_text(text, place)

    assert secrets.open_text(first, place) == secrets.open_text(second, place) == text
    assert first != second


@pytest.mark.parametrize("place", ["t.name:2", "t.phone:1", "u.name:1", "t.name:1 ", ""])
def test_a_value_moved_to_another_place_does_not_open(place):
    sealed = secrets.seal_text("王淑芬", "t.name:1")

    with pytest.raises(secrets.CannotOpen):
        secrets.open_text(sealed, place)


def test_every_altered_byte_is_noticed():
    sealed = secrets.seal(b"13812341234", "place")

    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1
        with pytest.raises(secrets.CannotOpen):
            secrets.open_sealed(bytes(altered), "place")


@pytest.mark.parametrize("text", ["", "plain", "王", "YWJj", "====", "AQ=="])
def test_what_was_never_sealed_does_not_open(text):
    with pytest.raises(secrets.CannotOpen):
        secrets.open_text(text, "place")


def test_the_newest_key_seals_and_all_open(settings):
    settings.HEARTH_DATA_KEY = ONE
    old = secrets.seal(b"x", "place")
    settings.HEARTH_DATA_KEY = f"{TWO},{ONE}"
    new = secrets.seal(b"x", "place")

    assert secrets.open_sealed(old, "place") == secrets.open_sealed(new, "place") == b"x"
    settings.HEARTH_DATA_KEY = ONE
    with pytest.raises(secrets.CannotOpen):
        secrets.open_sealed(new, "place")


def test_a_blind_index_is_equal_for_equal_values_of_one_place_and_key(settings):
    settings.HEARTH_DATA_KEY = ONE
    under_one = secrets.blind_index("138", "t.phone")

    assert under_one == secrets.blind_index("138", "t.phone")
    assert under_one != secrets.blind_index("139", "t.phone")
    assert under_one != secrets.blind_index("138", "t.mobile")
    settings.HEARTH_DATA_KEY = f"{TWO},{ONE}"
    assert under_one != secrets.blind_index("138", "t.phone")
    assert under_one in secrets.blind_indexes("138", "t.phone")


@pytest.mark.parametrize(
    "text", ["x", "c2hvcnQ=", f"{ONE},x", base64.b64encode(b"0" * 33).decode()]
)
def test_what_is_no_key_is_refused_without_being_repeated(text):
    with pytest.raises(ValueError, match="is not a key") as refused:
        secrets.parse_keys(text)

    assert text not in str(refused.value)


def test_a_key_shows_its_number_only(settings):
    settings.HEARTH_DATA_KEY = ONE
    (key,) = secrets.held_keys()

    assert repr(key) == f"<Key {key.name}>"
    assert ONE not in repr(secrets.held_keys())


@pytest.mark.parametrize("content", [None, "", "# only a remark\n", "not a key\n"])
def test_without_a_key_nothing_is_sealed_or_opened(key_file, content):
    if content is not None:
        key_file.parent.mkdir()
        key_file.write_text(content)

    for call in (lambda: secrets.seal(b"x", "p"), lambda: secrets.blind_index("x", "p")):
        with pytest.raises(RuleViolation) as refused:
            call()
        assert refused.value.code == "no_data_key"


def test_the_first_key_is_its_owners_and_the_next_stands_before_it(key_file):
    first = secrets.add_key("2026-01-01")
    mode = stat.S_IMODE(key_file.stat().st_mode)
    second = secrets.add_key("2027-01-01")

    assert mode == stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [key.id for key in secrets.held_keys()] == [second.id, first.id]
    assert "# 2027-01-01" in key_file.read_text().splitlines()[0]
    assert list(key_file.parent.iterdir()) == [key_file]


def test_old_keys_are_dropped_and_the_newest_stays(key_file):
    secrets.add_key("1")
    newest = secrets.add_key("2")

    assert secrets.drop_old_keys() == 1
    assert [key.id for key in secrets.held_keys()] == [newest.id]


def test_processes_that_start_at_once_take_one_key(key_file):
    key_file.parent.mkdir()

    def place(_n):
        part = key_file.with_name(f"part{_n}")
        part.write_text(f"{base64.b64encode(bytes([_n]) * 32).decode()}\n")
        secrets._place_first(part, key_file)
        return secrets.held_keys()[0].id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(place, range(8)))) == 1
