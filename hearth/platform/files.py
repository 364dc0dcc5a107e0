"""Files by content: stored once under their SHA-256, never overwritten, synced before they count.

A picture is decoded and encoded anew, so that nothing but the picture is kept; what the camera
wrote beside it (time, place, model) is returned apart. Design rule 6.4 and the issue of uploads.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, UnidentifiedImageError

from hearth.kernel.errors import RuleViolation

MOST_PIXELS = 50_000_000
LONGEST_EDGE = 2560
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")
# Pillow warns from here and refuses from twice as much; we refuse by the header, with no grey zone.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is safely on disk."""

    sha256: str
    size: int  # bytes
    content_type: str
    width: int = 0  # pixels; 0 when it is no picture
    height: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)  # of the camera, kept apart


def path_of(sha256: str) -> Path:
    """Where the file with this hash lies or would lie."""
    return Path(settings.HEARTH_FILES) / sha256[:2] / sha256


def store(content: bytes, content_type: str) -> StoredFile:
    """Put ``content`` on disk under its hash; a second time costs nothing."""
    digest = hashlib.sha256(content).hexdigest()
    target = path_of(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(target)
        _sync_folder(target.parent)
    return StoredFile(digest, len(content), content_type)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo encoded anew: nothing is in it but the picture."""

    content: bytes
    content_type: str
    width: int  # pixels
    height: int
    metadata: dict[str, Any]  # of the camera, which is no longer in the content


def clean_picture(content: bytes, *, longest_edge: int = LONGEST_EDGE) -> Picture:
    """Re-encode a photo as JPEG, upright, at most ``longest_edge`` pixels on its longer edge.

    Raises:
        RuleViolation: ``not_a_picture`` or ``picture_too_large`` (over 50 million pixels).
    """
    try:
        with Image.open(io.BytesIO(content), formats=PICTURE_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            metadata, turn = _told_by_camera(picture)
            turned = picture if turn is None else picture.transpose(turn)
            upright = turned.convert("RGB")
            upright.info = {}  # Pillow would write a comment of the sender's into what we keep
    except Image.DecompressionBombError:
        raise RuleViolation(
            "picture_too_large",
            _("This picture has more than 50 million pixels. Send a smaller one."),
        ) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise RuleViolation(
            "not_a_picture", _("This file is not a photo we can read. Send JPEG, PNG or WebP.")
        ) from None
    upright.thumbnail((longest_edge, longest_edge))
    clean = io.BytesIO()
    upright.save(clean, "JPEG", quality=85, optimize=True)
    return Picture(clean.getvalue(), "image/jpeg", *upright.size, metadata=metadata)


def store_picture(content: bytes) -> StoredFile:
    """Re-encode a photo as JPEG (at most 2560 px on the longer edge) and store that.

    Raises:
        RuleViolation: ``not_a_picture`` or ``picture_too_large`` (over 50 million pixels).
    """
    clean = clean_picture(content)
    stored = store(clean.content, clean.content_type)
    return StoredFile(
        stored.sha256,
        stored.size,
        stored.content_type,
        clean.width,
        clean.height,
        metadata=clean.metadata,
    )


def read(sha256: str) -> bytes:
    """The content of a stored file.

    Raises:
        FileNotFoundError: it is not (or no longer) kept.
    """
    return path_of(sha256).read_bytes()


def remove(sha256: str) -> None:
    """Take a stored file off the disk; one that is gone already is well.

    Only for a file that no other record can cite, such as a sealed one whose time is over. Call
    it after the transaction that forgets it (``transaction.on_commit``).
    """
    path = path_of(sha256)
    path.unlink(missing_ok=True)
    if path.parent.exists():
        _sync_folder(path.parent)


def all_hashes() -> Iterator[str]:
    """Every stored file's hash, in order."""
    root = Path(settings.HEARTH_FILES)
    for folder in sorted(root.glob("??")):
        yield from sorted(p.name for p in folder.iterdir() if len(p.name) == 64)


def _told_by_camera(picture: Image.Image) -> tuple[dict[str, Any], Image.Transpose | None]:
    """What the camera wrote beside the picture, and how to turn it upright.

    Notes that cannot be read say nothing; the picture is as good without them.
    """
    try:
        turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
        return _camera_metadata(picture), turn
    except _UNREADABLE_NOTES:
        return {}, None


_UNREADABLE_NOTES = (
    *(ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError),
    struct.error,
)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _camera_metadata(picture: Image.Image) -> dict[str, Any]:
    exif = picture.getexif()
    kept = {ExifTags.Base.DateTime, ExifTags.Base.Make, ExifTags.Base.Model}
    metadata = {ExifTags.Base(tag).name: str(exif[tag])[:100] for tag in kept if tag in exif}
    taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    if taken:
        metadata["DateTimeOriginal"] = str(taken)[:100]
    return metadata


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
