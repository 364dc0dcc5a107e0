"""A place that every test finds as it was at first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import DATABASE
from tests.reliability.place import Place


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory):
    server = os.environ["HEARTH_TEST_POSTGRES"] if DATABASE == "postgres" else ""
    place = Place(tmp_path_factory.mktemp("reliability") / "home", server)
    try:
        place.call("make")
        place.keep("first")
        yield place
    finally:
        place.close()


@pytest.fixture
def place(_made: Place) -> Place:
    """A small network with a published edition and no check, on the database of the run."""
    _made.back_to("first")
    return _made


HEADS = "inspection,channel,unit,standard,edition,inspected_at,inspector\n"
MARKS = "inspection,criterion,verdict,value,note\n"
OUTLETS = ("E1", "E2", "E3", "W1", "W2")


def write_checks(folder: Path, count: int, *, day: str = "2021-05-20", name: str = "V"):
    """Files of so many checks, a third of them with two faults; the paths for ``hearth import``."""
    folder.mkdir(parents=True, exist_ok=True)
    heads, marks = [HEADS], [MARKS]
    for number in range(count):
        check, outlet = f"{name}{number:04d}", OUTLETS[number % len(OUTLETS)]
        at = f"{day}T{number % 9 + 9:02d}:30"
        heads.append(f"{check},video,{outlet},SERVICE,2021,{at},检查员{number % 7}\n")
        if number % 3 == 0:
            marks.append(f"{check},A01,not_met,,招牌灯不亮 {number}\n")
            marks.append(f"{check},A02,not_met,{number % 4 + 1},门前有杂物\n")
        marks.append(f"{check},A03,met,{number % 2 + 2},\n")
    files = [folder / "inspections.csv", folder / "marks.csv"]
    for file, lines in zip(files, (heads, marks), strict=True):
        file.write_text("".join(lines), encoding="utf-8")
    return files
