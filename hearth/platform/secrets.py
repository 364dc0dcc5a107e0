"""Personal data are unreadable in the database and its backups: keys, sealing, opening.

What is sealed is encrypted with AES-256-GCM under the newest key and bound to the place it stands
in, so that a value moved to another column or row no longer opens (design rule 6.6). The keys lie
outside the database: in HEARTH_DATA_KEY, else in the file HEARTH_DATA_KEY_FILE (``data.key`` in
HEARTH_HOME, mode 600). Several may stand there, the newest first: it seals, all of them open.

From each key two are derived, one for sealing and one for the blind index, which finds equal
values without opening them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hearth.kernel.errors import RuleViolation

KEY_BYTES = 32
NONCE_BYTES = 12
ID_BYTES = 4
FORM = b"\x01"  # first byte of what is sealed; another form gets another byte


class CannotOpen(RuleViolation):
    """What is sealed does not open: another key, another place, or altered.

    It says nothing of the content, so it may stand in a log.
    """

    def __init__(self) -> None:
        super().__init__(
            "cannot_open",
            _(
                "This cannot be opened: it was stored with a key that is not here, or was altered. "
                "Tell the administrator; “hearth doctor” says what to do."
            ),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """One key; its ``id`` stands in front of what it sealed and tells nothing about it."""

    id: bytes
    aead: AESGCM
    index: bytes

    @property
    def name(self) -> str:
        """The id in hex, as people see it."""
        return self.id.hex()

    def __repr__(self) -> str:
        return f"<Key {self.name}>"


def parse_keys(text: str) -> tuple[Key, ...]:
    """The keys in ``text``: base64 of 32 bytes each, apart by commas or lines, newest first.

    Whatever follows a ``#`` on a line is a remark.

    Raises:
        ValueError: one of them is no such key; the text does not repeat it.
    """
    lines = [line.split("#", 1)[0] for line in text.splitlines()]
    words = ",".join(lines).replace(",", " ").split()
    return tuple(_key(word) for word in words)


def _key(word: str) -> Key:
    try:
        raw = base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ValueError("is not a key; make one with: openssl rand -base64 32")
    return Key(
        hashlib.sha256(b"hearth key id" + raw).digest()[:ID_BYTES],
        AESGCM(_derived(raw, b"hearth sealing")),
        _derived(raw, b"hearth blind index"),
    )


def _derived(raw: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(raw)


# --- where the keys are -------------------------------------------------------------------------


def key_file() -> Path:
    """Where the keys lie when the environment does not hold them."""
    return Path(settings.HEARTH_DATA_KEY_FILE)


def are_given() -> bool:
    """Whether the environment holds the keys, so that no file is read or written."""
    return bool(settings.HEARTH_DATA_KEY)


def held_keys() -> tuple[Key, ...]:
    """All keys, the newest first; a changed file counts at once, in every process.

    Raises:
        RuleViolation: ``no_data_key``: there is none, or what is there is no key.
    """
    try:
        if are_given():
            return _parsed(settings.HEARTH_DATA_KEY)
        file = key_file()
        found = file.stat()
        return _read(file, found.st_mtime_ns, found.st_ino, found.st_size)
    except (OSError, ValueError):
        raise RuleViolation(
            "no_data_key",
            _(
                "The key for personal data is not here, so they can neither be read nor stored. "
                "The administrator puts it back; “hearth doctor” says where."
            ),
        ) from None


@lru_cache(maxsize=4)
def _parsed(text: str) -> tuple[Key, ...]:
    found = parse_keys(text)
    if not found:
        raise ValueError("holds no key")
    return found


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int, _inode: int, _size: int) -> tuple[Key, ...]:
    return _parsed(file.read_text(encoding="ascii"))


def add_key(remark: str) -> Key:
    """Put a new key in front of those in the file, which is made where there is none.

    The file is written beside the old one and synced before it takes its place: a power cut
    leaves the old keys or the new ones, never half a file. ``remark`` is for people: a date.
    """
    word = base64.b64encode(os.urandom(KEY_BYTES)).decode("ascii")
    file = key_file()
    before = file.read_text(encoding="ascii") if file.exists() else ""
    _write(file, f"{word}  # {remark}\n{before}", is_new=not file.exists())
    return held_keys()[0]


def drop_old_keys() -> int:
    """Keep the newest key of the file only; the number of those dropped."""
    lines = key_file().read_text(encoding="ascii").splitlines()
    held = [line for line in lines if parse_keys(line)]
    _write(key_file(), f"{held[0]}\n", is_new=False)
    return len(held) - 1


def _write(file: Path, text: str, *, is_new: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # A temporary file is readable by its owner only, which is what a key wants.
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="ascii") as part:
        part.write(text)
        part.flush()
        os.fsync(part.fileno())
    if is_new:
        _place_first(Path(part.name), file)
    else:
        Path(part.name).replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _place_first(part: Path, file: Path) -> None:
    """Of two processes that start at once one makes the key; the other takes that one."""
    try:
        os.link(part, file)
    except FileExistsError:
        return
    finally:
        part.unlink()


# --- sealing and opening ------------------------------------------------------------------------


def seal(content: bytes, place: str) -> bytes:
    """Encrypt ``content`` for ``place``, such as 'outreach_visit.name:1f2e…'.

    Raises:
        RuleViolation: ``no_data_key``.
    """
    key, nonce = held_keys()[0], os.urandom(NONCE_BYTES)
    return FORM + key.id + nonce + key.aead.encrypt(nonce, content, place.encode())


def open_sealed(sealed: bytes, place: str) -> bytes:
    """What ``seal`` was given for the same place.

    Raises:
        CannotOpen: no key opens it here.
        RuleViolation: ``no_data_key``.
    """
    nonce_at = len(FORM) + ID_BYTES
    nonce = sealed[nonce_at : nonce_at + NONCE_BYTES]
    for key in held_keys():
        if is_sealed_by(sealed, key):
            try:
                return key.aead.decrypt(nonce, sealed[nonce_at + NONCE_BYTES :], place.encode())
            except (InvalidTag, ValueError):
                break
    raise CannotOpen


def is_sealed_by(sealed: bytes, key: Key) -> bool:
    """Whether ``key`` sealed it, by what stands in front."""
    return sealed.startswith(FORM + key.id)


def seal_text(text: str, place: str) -> str:
    """As ``seal``, as text for a column."""
    return base64.urlsafe_b64encode(seal(text.encode(), place)).decode("ascii")


def open_text(sealed: str, place: str) -> str:
    """What ``seal_text`` was given for the same place.

    Raises:
        CannotOpen: no key opens it here, or it was never sealed.
    """
    return open_sealed(decoded(sealed), place).decode()


def decoded(sealed: str) -> bytes:
    """The bytes of a sealed text.

    Raises:
        CannotOpen: it was never sealed.
    """
    try:
        return base64.b64decode(sealed.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise CannotOpen from None


def blind_index(value: str, place: str) -> str:
    """A keyed hash under the newest key: equal for equal values of one place, 32 hex digits."""
    return _index(held_keys()[0], value, place)


def blind_indexes(value: str, place: str) -> list[str]:
    """The hashes of ``value`` under every key: what to look for while keys are exchanged."""
    return [_index(key, value, place) for key in held_keys()]


def _index(key: Key, value: str, place: str) -> str:
    text = f"{place}\0{value}".encode()
    return hmac.new(key.index, text, hashlib.sha256).hexdigest()[:32]
