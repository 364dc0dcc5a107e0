"""Files by content, and pictures from which nothing but the picture is kept."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import ExifTags, Image, ImageChops, ImageOps, PngImagePlugin

from hearth.kernel.errors import RuleViolation
from hearth.platform import files


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.HEARTH_FILES = tmp_path / "files"
    return settings.HEARTH_FILES


def photo(size=(640, 480), *, form="JPEG", exif=None, mode="RGB"):
    out = io.BytesIO()
    more = {"exif": exif} if exif is not None else {}
    Image.new(mode, size, "teal" if mode == "RGB" else 128).save(out, form, **more)
    return out.getvalue()


def camera_exif():
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Hearthcam"
    exif[ExifTags.Base.Model] = "One"
    exif[ExifTags.Base.Orientation] = 6  # held upright: to be turned by a quarter
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:02 09:15:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = (41.0, 48.0, 0.0)
    return exif


def test_a_file_lies_under_its_hash_and_is_stored_once(folder):
    first = files.store(b"words", "text/plain")
    stamp = files.path_of(first.sha256).stat().st_mtime_ns
    second = files.store(b"words", "text/plain")

    assert first == second
    assert first.sha256 == hashlib.sha256(b"words").hexdigest()
    assert first.size == 5
    assert files.read(first.sha256) == b"words"
    assert files.path_of(first.sha256).stat().st_mtime_ns == stamp
    assert [p.name for p in folder.rglob("*") if p.is_file()] == [first.sha256]


def test_all_hashes_are_listed_in_order_without_what_is_half_written(folder):
    stored = sorted(files.store(bytes([n]), "x").sha256 for n in range(5))
    (folder / stored[0][:2] / "tmpabc").write_bytes(b"half")

    assert list(files.all_hashes()) == stored


def test_nothing_is_listed_where_nothing_was_stored():
    assert list(files.all_hashes()) == []


def test_a_missing_file_is_an_error():
    with pytest.raises(FileNotFoundError):
        files.read("0" * 64)


def test_what_the_camera_wrote_is_kept_apart_from_the_picture():
    stored = files.store_picture(photo(exif=camera_exif()))

    assert stored.metadata == {
        "Make": "Hearthcam",
        "Model": "One",
        "DateTimeOriginal": "2026:03:02 09:15:00",
    }
    content = files.read(stored.sha256)
    assert b"Hearthcam" not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert dict(kept.getexif()) == {}
        assert kept.size == (480, 640)  # turned upright before the mark of it went
    assert (stored.width, stored.height) == (480, 640)
    assert stored.content_type == "image/jpeg"


def test_a_picture_is_kept_though_its_camera_wrote_nonsense():
    turned = b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
    resolution = b"\x01\x1a\0\x02\0\0\0\x04abc\0"  # words where a fraction is due
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02" + turned + resolution + bytes(4)

    stored = files.store_picture(photo(exif=exif))

    assert (stored.width, stored.height) == (480, 640)


@pytest.mark.parametrize("orientation", range(9))
def test_a_picture_stands_upright_however_the_camera_was_held(orientation):
    held = Image.new("RGB", (64, 48), "white")
    held.paste("black", (0, 0, 32, 24))  # a corner by which one knows the way up
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    out = io.BytesIO()
    held.save(out, "PNG", exif=exif)

    upright = Image.open(io.BytesIO(files.clean_picture(out.getvalue()).content)).convert("L")
    known = ImageOps.exif_transpose(Image.open(io.BytesIO(out.getvalue()))).convert("L")

    assert upright.size == known.size
    assert ImageChops.difference(upright, known).histogram()[64:] == [0] * 192


def test_what_hides_behind_the_picture_is_not_kept():
    stored = files.store_picture(photo() + b"<script>alert(1)</script>")

    assert b"script" not in files.read(stored.sha256)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_what_the_sender_wrote_into_the_picture_is_not_kept(form):
    words = PngImagePlugin.PngInfo()
    words.add_text("comment", "Wang Fang 13812345678")
    out = io.BytesIO()
    more = {"pnginfo": words} if form == "PNG" else {"comment": b"Wang Fang 13812345678"}
    Image.new("RGB", (64, 48), "teal").save(out, form, **more)

    clean = files.clean_picture(out.getvalue())

    assert b"13812345678" in out.getvalue()
    assert b"13812345678" not in clean.content


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGB"), ("PNG", "L"), ("WEBP", "RGB"), ("JPEG", "L")]
)
def test_common_formats_become_jpeg(form, mode):
    stored = files.store_picture(photo(form=form, mode=mode))

    with Image.open(io.BytesIO(files.read(stored.sha256))) as kept:
        assert (kept.format, kept.mode) == ("JPEG", "RGB")


def test_a_large_picture_is_shrunk():
    stored = files.store_picture(photo((4000, 3000)))

    assert (stored.width, stored.height) == (2560, 1920)


def test_a_bomb_is_refused_before_it_is_unpacked(folder):
    with pytest.raises(RuleViolation) as refusal:
        files.store_picture(photo((10_000, 5_001), form="PNG", mode="L"))

    assert refusal.value.code == "picture_too_large"
    assert not folder.exists()


def test_a_bomb_of_twice_the_size_is_refused_too():
    with pytest.raises(RuleViolation) as refusal:
        files.store_picture(photo((12_000, 9_000), form="PNG", mode="L"))

    assert refusal.value.code == "picture_too_large"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff\xe0 cut off",
        photo()[:300],
        photo(form="GIF"),
        photo(form="BMP"),
        photo(form="TIFF"),
    ],
)
def test_what_is_no_photo_is_refused(content, folder):
    with pytest.raises(RuleViolation) as refusal:
        files.store_picture(content)

    assert refusal.value.code == "not_a_picture"
    assert not folder.exists()
