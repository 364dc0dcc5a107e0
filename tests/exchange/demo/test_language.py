"""The ten dos and ten don'ts of service language."""

from __future__ import annotations

import re

from hearth.exchange.demo.content import content_rows, phrases

CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_there_are_ten_dos_and_ten_donts_in_order():
    found = phrases()
    assert [(p.kind, p.position) for p in found] == [
        (kind, n) for kind in ("do", "dont") for n in range(1, 11)
    ]
    assert len({p.code for p in found}) == 20
    assert len({p.text for p in found}) == 20


def test_every_dont_says_what_to_say_instead():
    for language in ("zh", "en"):
        for phrase in phrases(language):
            assert bool(phrase.instead) == (phrase.kind == "dont")
            assert bool(CHINESE.search(phrase.text + phrase.scene)) == (language == "zh")


def test_words_that_inspectors_note_are_among_the_donts():
    donts = {p.text for p in phrases() if p.kind == "dont"}
    noted = [row["note"] for row in content_rows("finding_notes") if row["criterion"] == "F09"]
    quoted = [quote for note in noted for quote in re.findall("“(.+?)”", note)]
    assert len(quoted) >= 4
    assert set(quoted) <= donts
