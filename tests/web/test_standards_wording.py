"""The comparison of editions speaks in headings, points and words of choice."""

from dataclasses import asdict, fields

from django.utils import translation

from hearth.standards.domain.difference import difference
from hearth.standards.queries import CriterionContent, EditionContent, ModuleContent
from hearth.web.standards.wording import worded


def edition(**said):
    texts = {
        "standard": "S",
        "title": "服务检查标准",
        "edition": "1",
        "effective_from": "2021-01-01",
    }
    return asdict(EditionContent(**(texts | said)))


def criterion(**said):
    texts = {"module": "1", "code": "1.1", "text": "门楣清洁", "method": "pass_fail"}
    return CriterionContent(**({"points_milli": 2500} | texts | said))


def test_thousandths_and_identifiers_become_what_people_write():
    old = edition(pass_centi=8500, criteria=(criterion(channels=("video",)),))
    new = edition(criteria=(criterion(points_milli=3000, channels=("video", "onsite")),))
    with translation.override("en"):
        found = worded(difference(old, new))
    assert [(c.field, c.old, c.new) for c in found.edition] == [("Pass line", "85.00", "")]
    (row,) = found.criteria.changed
    assert [(c.field, c.old, c.new) for c in row.fields] == [
        ("Points", "2.5", "3"),
        ("Channels", "Video", "Video; On site"),
    ]


def test_every_field_that_can_differ_has_a_heading():
    old = {f.name: "" for f in fields(EditionContent)}
    new = {name: None for name in old}
    row = {f.name: "" for f in fields(CriterionContent)}
    module = {f.name: "" for f in fields(ModuleContent)}
    old |= {"modules": [module | {"code": "1"}], "criteria": [row | {"code": "1.1"}]}
    new |= {
        "modules": [dict.fromkeys(module) | {"code": "1"}],
        "criteria": [dict.fromkeys(row) | {"code": "1.1"}],
    }
    for name in old:
        if name.endswith(("_milli", "_centi")):
            old[name] = 100
    for name in row:
        if name.endswith("_milli"):
            old["criteria"][0][name] = 100
    found = worded(difference(old, new))
    headings = [c.field for c in found.edition]
    for rows in (found.modules, found.criteria):
        headings += [c.field for changed in rows.changed for c in changed.fields]
    assert all(headings)
    assert not [heading for heading in headings if "_" in heading]
