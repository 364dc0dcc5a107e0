"""Small drawn pictures in place of photos: a sign lit and dark, a ramp, a lobby, people.

Nobody's outlet and nobody's face is shown, and no sign bears a real name.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Mapping
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

from hearth.exchange.demo.chance import Chance

SIZE = (640, 420)
Canvas = ImageDraw.ImageDraw
Colour = tuple[int, int, int]

_WALLS: tuple[Colour, ...] = ((148, 138, 126), (126, 134, 142), (160, 146, 128))
_GOLD: Colour = (255, 214, 120)


@lru_cache(maxsize=64)
def picture(scene: str, variant: int = 0) -> bytes:
    """A JPEG of one of ``SCENES``; variants differ in colours and in what stands where.

    Raises:
        KeyError: no such scene.
    """
    chance = Chance("picture", scene.partition("_")[0], variant)
    image = SCENES[scene](chance)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


@lru_cache(maxsize=8)
def signature(variant: int = 0) -> str:
    """A stroke as a finger draws it, as the data URL of a PNG."""
    chance = Chance("signature", variant)
    image = Image.new("RGBA", (480, 200), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for start in (40, 180, 310):
        wave, rise = 12 + chance.below(14), 30 + chance.below(30)
        points = [(start + 6 * n, 100 + rise * math.sin(n * wave / 40) - 2 * n) for n in range(18)]
        draw.line(points, fill=(20, 20, 40, 255), width=5, joint="curve")
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def _blend(one: Colour, other: Colour, share: float) -> Colour:
    mixed = [round(a + (b - a) * share) for a, b in zip(one, other, strict=True)]
    return mixed[0], mixed[1], mixed[2]


def _sky(image: Image.Image, top: Colour, bottom: Colour) -> Canvas:
    draw = ImageDraw.Draw(image)
    for y in range(image.height):
        draw.line([(0, y), (image.width, y)], _blend(top, bottom, y / image.height))
    return draw


def _facade(draw: Canvas, wall: Colour) -> None:
    """A house front with a glass door, two windows and a pavement."""
    draw.rectangle((40, 60, 600, 350), wall)
    for y in range(60, 350, 18):
        draw.line([(40, y), (600, y)], _blend(wall, (0, 0, 0), 0.12))
    glass = (92, 112, 128)
    for left, right in ((70, 240), (400, 570)):
        draw.rectangle((left, 200, right, 330), glass, _blend(wall, (0, 0, 0), 0.4), 5)
        draw.line([((left + right) // 2, 200), ((left + right) // 2, 330)], (60, 70, 80), 4)
    draw.rectangle((265, 190, 375, 350), (74, 92, 106), (50, 56, 62), 6)
    draw.line([(320, 190), (320, 350)], (50, 56, 62), 5)
    draw.rectangle((0, 350, 640, 420), (112, 112, 110))
    draw.line([(0, 350), (640, 350)], (84, 84, 84), 3)


def _board(draw: Canvas, colour: Colour, mark: Colour) -> None:
    """A sign board without any writing: a round mark and bars where letters would be."""
    draw.rounded_rectangle((80, 90, 560, 165), 8, colour, (58, 52, 48), 4)
    draw.ellipse((105, 103, 153, 151), outline=mark, width=8)
    for place in range(6):
        left = 180 + place * 58
        draw.rounded_rectangle((left, 108, left + 40, 146), 5, mark)


def _glow(image: Image.Image, box: tuple[int, int, int, int], colour: Colour) -> Image.Image:
    light = Image.new("RGB", image.size, (0, 0, 0))
    ImageDraw.Draw(light).rounded_rectangle(box, 12, colour)
    blurred = light.filter(ImageFilter.GaussianBlur(26))
    bright = Image.blend(image, Image.new("RGB", image.size, colour), 0.55)
    return Image.composite(bright, image, blurred.convert("L").point(lambda v: min(255, v)))


def _sign(chance: Chance, *, is_lit: bool) -> Image.Image:
    wall = _blend(chance.pick(_WALLS), (18, 22, 34), 0.62)
    image = Image.new("RGB", SIZE)
    draw = _sky(image, (14, 18, 40), (44, 44, 70))
    _facade(draw, wall)
    if not is_lit:
        _board(draw, (52, 40, 40), (84, 74, 68))
        return image
    _board(draw, (168, 44, 40), _GOLD)
    image = _glow(image, (90, 100, 550, 156), (255, 196, 110))
    _board(ImageDraw.Draw(image), (186, 52, 44), _GOLD)
    return image


def _dirty(chance: Chance, *, is_clean: bool) -> Image.Image:
    image = Image.new("RGB", SIZE)
    draw = _sky(image, (150, 178, 204), (212, 222, 228))
    _facade(draw, chance.pick(_WALLS))
    _board(draw, (164, 48, 44) if is_clean else (138, 84, 72), (240, 226, 196))
    if not is_clean:
        for _spot in range(70):
            x, y, r = 82 + chance.below(470), 92 + chance.below(66), 2 + chance.below(9)
            draw.ellipse((x, y, x + 2 * r, y + r), (112, 98, 84))
        for x in range(110, 540, 46):
            draw.line([(x, 160), (x + chance.below(9), 196)], (112, 100, 88), 4)
    return image


def _ramp(chance: Chance, *, has_rail: bool) -> Image.Image:
    image = Image.new("RGB", SIZE)
    draw = _sky(image, (160, 186, 210), (222, 228, 230))
    _facade(draw, chance.pick(_WALLS))
    draw.rectangle((250, 330, 640, 352), (150, 148, 144), (110, 108, 104), 2)
    draw.polygon([(60, 400), (252, 331), (252, 352), (110, 406)], (164, 160, 154), (110, 108, 104))
    if has_rail:
        for x in range(80, 260, 36):
            y = 400 - (x - 60) * 0.36
            draw.line([(x, y), (x, y - 62)], (196, 200, 204), 6)
        draw.line([(72, 334), (262, 264)], (214, 218, 222), 8)
    return image


def _room(chance: Chance, *, is_tidy: bool) -> Image.Image:
    """A lobby with a counter and seats; where it is not tidy, things lie about."""
    image = Image.new("RGB", SIZE, (226, 220, 208))
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 300), (640, 300), (640, 420), (0, 420)], (186, 176, 160))
    for x in range(-200, 860, 80):
        draw.line([(x, 420), (320 + (x - 320) * 0.55, 300)], (172, 162, 146), 2)
    draw.rectangle((360, 190, 620, 300), (142, 104, 76), (104, 76, 56), 3)
    draw.rectangle((350, 178, 630, 194), (210, 204, 196))
    for place in range(4):
        left = 60 + place * 68
        draw.rounded_rectangle((left, 252, left + 52, 296), 8, (96, 128, 132))
        draw.rounded_rectangle((left, 210, left + 52, 250), 8, (112, 146, 150))
    draw.rectangle((70, 70, 250, 160), (246, 244, 240), (180, 170, 158), 4)
    draw.rectangle((400, 60, 580, 140), (66, 84, 98), (44, 52, 60), 5)
    if not is_tidy:
        for _thing in range(14):
            x, y = 30 + chance.below(560), 312 + chance.below(90)
            side = 14 + chance.below(26)
            draw.rectangle((x, y, x + side, y + side // 2), chance.pick(_WALLS), (90, 84, 78))
        draw.polygon([(250, 380), (330, 330), (390, 392)], (150, 120, 84), (100, 80, 60))
    return image


def _heater(chance: Chance, *, is_new: bool) -> Image.Image:
    image = Image.new("RGB", SIZE, (224, 218, 206))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 340, 640, 420), (178, 170, 156))
    if is_new:
        draw.rounded_rectangle((170, 80, 470, 190), 16, (248, 248, 246), (190, 190, 188), 3)
        for y in range(150, 184, 8):
            draw.line([(190, y), (450, y)], (206, 206, 204), 3)
        draw.ellipse((436, 96, 448, 108), (80, 176, 96))
    else:
        for x in range(160, 480, 34):
            draw.rounded_rectangle((x, 190, x + 26, 330), 8, (206, 198, 182), (150, 140, 124), 2)
        for _stain in range(16):
            x, y = 160 + chance.below(310), 200 + chance.below(120)
            draw.ellipse((x, y, x + 10, y + 14), (150, 112, 72))
    return image


def _people(chance: Chance) -> Image.Image:
    """A talk: someone stands before a screen, others sit with their backs to us."""
    image = Image.new("RGB", SIZE, (232, 226, 214))
    draw = ImageDraw.Draw(image)
    draw.rectangle((150, 50, 490, 210), (250, 250, 248), (160, 154, 146), 5)
    for place, height in enumerate((60, 96, 44, 120, 84)):
        left = 190 + place * 54
        draw.rectangle((left, 196 - height, left + 32, 196), (196, 92, 60))
    draw.ellipse((536, 110, 570, 144), (90, 72, 60))
    draw.rounded_rectangle((522, 146, 584, 280), 18, (62, 84, 112))
    for row, y in enumerate((290, 350)):
        for place in range(7):
            x = 24 + place * 88 + row * 30 + chance.below(10)
            draw.ellipse((x + 12, y - 34, x + 46, y), (86 + 20 * chance.below(4), 80, 78))
            shirt = (70 + 30 * chance.below(5), 90 + 20 * chance.below(4), 110)
            draw.rounded_rectangle((x, y, x + 58, y + 90), 16, shirt)
    return image


def _papers(chance: Chance) -> Image.Image:
    """Forms on a table, written on with strokes that are no writing."""
    image = Image.new("RGB", SIZE, (124, 96, 72))
    draw = ImageDraw.Draw(image)
    for left in (60, 330):
        draw.rectangle((left, 40, left + 250, 390), (248, 246, 240), (200, 196, 188), 2)
        draw.rectangle((left + 70, 60, left + 180, 74), (120, 116, 112))
        for y in range(100, 370, 24):
            draw.line([(left + 20, y), (left + 90 + chance.below(130), y)], (150, 148, 146), 4)
    return image


def _van(chance: Chance) -> Image.Image:
    """A service vehicle before houses."""
    image = Image.new("RGB", SIZE)
    draw = _sky(image, (150, 186, 216), (226, 232, 232))
    for place in range(5):
        left, top = place * 135, 110 + chance.below(60)
        draw.rectangle((left, top, left + 120, 300), chance.pick(_WALLS))
        draw.polygon([(left - 6, top), (left + 60, top - 46), (left + 126, top)], (138, 74, 60))
    draw.rectangle((0, 300, 640, 420), (146, 142, 130))
    draw.rounded_rectangle((150, 190, 480, 340), 20, (244, 244, 242), (140, 140, 140), 3)
    draw.rectangle((150, 262, 480, 290), (186, 52, 44))
    draw.polygon([(410, 204), (462, 204), (476, 254), (410, 254)], (96, 118, 134))
    draw.rectangle((180, 206, 250, 250), (96, 118, 134))
    for x in (210, 410):
        draw.ellipse((x - 32, 308, x + 32, 372), (44, 44, 46))
        draw.ellipse((x - 14, 326, x + 14, 354), (170, 170, 170))
    return image


SCENES: Mapping[str, Callable[[Chance], Image.Image]] = {
    "sign_dark": lambda chance: _sign(chance, is_lit=False),
    "sign_lit": lambda chance: _sign(chance, is_lit=True),
    "board_dirty": lambda chance: _dirty(chance, is_clean=False),
    "board_clean": lambda chance: _dirty(chance, is_clean=True),
    "ramp_bare": lambda chance: _ramp(chance, has_rail=False),
    "ramp_railed": lambda chance: _ramp(chance, has_rail=True),
    "room_untidy": lambda chance: _room(chance, is_tidy=False),
    "room_tidy": lambda chance: _room(chance, is_tidy=True),
    "heating_old": lambda chance: _heater(chance, is_new=False),
    "heating_new": lambda chance: _heater(chance, is_new=True),
    "people": _people,
    "papers": _papers,
    "van": _van,
}
"""What can be drawn; two scenes that begin alike show the same place before and after."""
