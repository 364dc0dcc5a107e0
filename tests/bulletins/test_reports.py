"""Reports: composed from the records of a day, kept as they stood, and their templates."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hearth.bulletins.composition.wording import plain
from hearth.bulletins.domain.report_language import read
from hearth.bulletins.models import Report, ReportTemplate, TemplateVersion
from hearth.bulletins.reports import services, stored
from hearth.bulletins.reports.asking import measures
from hearth.bulletins.reports.composing import compose, mistakes_of, with_earlier
from hearth.bulletins.reports.queries import beside, newest_version, version_of
from hearth.figures.registry import FIGURES
from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.models import Unit
from hearth.platform.models import AuditEvent
from tests.bulletins.reports import DAY, EARLIER, EN, ZH, asked, recorded, template, text, writer
from tests.factories import make_actor
from tests.factories_outreach import make_activity, refused
from tests.factories_premises import make_order, make_sign
from tests.factories_programme import make_target

pytestmark = pytest.mark.django_db


def said(parts, language="en"):
    """Title, headings and paragraphs."""
    told = parts[language]
    words = [b["text"] if b["kind"] == "heading" else plain(b["runs"]) for b in told["blocks"]]
    return [told["title"], *words]


def runs(parts, language="en"):
    blocks = parts[language]["blocks"]
    return [run for b in blocks if b["kind"] == "text" for run in b["runs"] if "to" in run]


def events(action):
    return AuditEvent.objects.filter(action=action).count()


# --- composing ----------------------------------------------------------------------------------


def test_a_report_is_told_in_both_languages():
    tree = recorded()

    parts = compose(writer(), asked(tree.province), template())

    assert said(parts, "zh") == [
        "示范省分行工作进展（截至2021年6月22日）",
        "维修标牌3块，增加1块。",
        "服务升温",
        "上门服务2次，此前1次。",
    ]
    assert said(parts) == [
        "Progress of 示范省分行 to 22 June 2021",
        "Signs repaired: 3, 1 more.",
        "Warmer service",
        "Visits: 2, before 1.",
    ]
    assert json.loads(json.dumps(parts)) == parts


def test_every_number_leads_to_its_rows_of_its_day():
    tree = recorded()

    found = runs(compose(writer(), asked(tree.east), template()))

    assert [(run["t"], run["to"], run["at"], run["may"]) for run in found] == [
        (
            "2",
            "/figures/signs.repaired/?unit=E&as_of=2021-06-22&since=2021-01-01",
            tree.east.path,
            "premises.view",
        ),
        (
            "2",
            "/figures/home_visits.count/?unit=E&as_of=2021-06-22&since=2021-01-01",
            tree.east.path,
            "outreach.view",
        ),
        (
            "1",
            "/figures/home_visits.count/?unit=E&as_of=2021-06-15&since=2021-01-01",
            tree.east.path,
            "outreach.view",
        ),
    ]


def test_a_section_without_records_is_left_out():
    tree = recorded()

    assert said(compose(writer(), asked(tree.west), template()), "zh") == [
        "西城分行工作进展（截至2021年6月22日）",
        "维修标牌1块，增加1块。",
    ]


def test_the_table_holds_every_figure_of_both_days():
    tree = recorded()

    table = compose(writer(), asked(tree.province), template())["en"]["table"]

    assert [[c if isinstance(c, str) else c["t"] for c in row] for row in table["rows"]] == [
        ["Signs repaired", "3", "2", "+1", "3"],
        ["Home visits made", "2", "1", "+1", "2"],
    ]
    alone = compose(writer(), asked(tree.province, earlier=None), template("other"))["en"]["table"]
    assert [len(row) for row in alone["rows"]] == [3, 3]
    assert len(alone["columns"]) == 3


@pytest.mark.parametrize(
    ("earlier", "since", "before"),
    [
        (EARLIER, None, "1"),  # the same year up to then
        (date(2020, 12, 31), None, "0"),  # the year before
        (EARLIER, date(2021, 6, 1), "0"),  # the same first day
        (date(2021, 3, 31), date(2021, 4, 1), "1"),  # a span of the same length before it
    ],
)
def test_the_earlier_span_is_like_the_present_one(earlier, since, before):
    tree = recorded()

    parts = compose(writer(), asked(tree.east, earlier=earlier, since=since), template())

    assert said(parts)[-1].endswith(f"before {before}.")


@pytest.mark.parametrize(
    ("as_of", "since", "earlier"),
    [
        ("2021-06-22", None, "2021-03-22"),  # nothing was recorded in 2020
        ("2021-04-10", None, "2021-03-10"),  # a quarter before lies in another year
        ("2021-02-10", None, None),
        ("2022-06-22", None, "2021-06-22"),
        ("2022-01-10", None, None),  # nothing is there now
        ("2021-06-30", date(2021, 6, 1), "2021-05-31"),  # in the span before it, one of the two
    ],
)
def test_a_report_is_compared_with_a_time_of_which_there_are_records(as_of, since, earlier):
    tree = recorded()
    make_activity(tree.east_outlets[0], "home_visit", on=date(2022, 6, 1))
    question = asked(tree.province, date.fromisoformat(as_of), None, since)

    found = with_earlier(question, template()).earlier

    assert found == (earlier and date.fromisoformat(earlier))


def test_what_was_never_there_before_is_told_as_the_first():
    tree = recorded()
    first = "# T\n{if lectures.sessions first}first{else}again{end}"
    version = template(zh=first, en=first)
    make_activity(tree.west_outlets[0], "lecture", on=date(2021, 6, 20))

    assert said(compose(writer(), asked(tree.province), version))[1] == "first"

    make_activity(tree.west_outlets[1], "lecture", on=date(2019, 6, 20))
    assert said(compose(writer(), asked(tree.province), version))[1] == "again"


def test_a_target_is_met_or_not_and_of_the_span_that_is_told():
    tree = recorded()
    goal = "# T\n{if signs.repaired met}met {else}not {end}{signs.repaired:target}"
    version = template(zh=goal, en=goal)
    make_target(tree.province, "signs.repaired", period="2021", target_milli=3_000)
    make_target(tree.province, "signs.repaired", period="2021Q2", target_milli=9_000)
    make_target(tree.province, "signs.repaired", period="2020", target_milli=1_000)

    def told(actor, **more):
        return said(compose(actor, asked(tree.province, **more), version))[1]

    assert told(writer()) == "met 3"
    assert told(writer(), since=date(2021, 4, 1)) == "not 9"
    assert told(make_actor("figures.view", unit=tree.province)) == "not —"


def test_changing_one_record_changes_the_next_report_and_no_kept_one():
    tree, version = recorded(), template()
    kept = services.keep_report(actor=writer(), asked=asked(tree.province), version=version)

    outlet = tree.west_outlets[1]
    sign = make_sign(outlet)
    make_order(outlet, sign=sign, opened_on=DAY, done_on=DAY)

    later = services.keep_report(actor=writer(), asked=asked(tree.province), version=version)
    kept = Report.objects.get(pk=kept.pk)
    assert later.pk != kept.pk
    assert said(kept.computed)[1] == "Signs repaired: 3, 1 more."
    assert said(later.computed)[1] == "Signs repaired: 4, 2 more."
    assert stored.is_intact(kept)
    assert beside(kept) == [later]


def test_a_report_asks_the_registry_once_a_source_and_day():
    tree, version, actor = recorded(), newest_version(), writer()  # it names every ledger

    def queries():
        with CaptureQueriesContext(connection) as found:
            parts = compose(actor, asked(tree.province), version)
        return len(found), {FIGURES[key].source for key in parts["figures"]}

    few, sources = queries()
    for number in range(25):
        outlet = tree.outlets[number % 5]
        make_order(outlet, sign=make_sign(outlet), opened_on=DAY, done_on=DAY)
        make_activity(outlet, "home_visit", on=DAY)

    assert queries()[0] == few
    more = 1 + 4 + 3  # targets, first-timers of four sources, places of three days
    assert few <= 2 * len(sources) + more + 1


# --- the shipped template -------------------------------------------------------------------------


def test_the_shipped_template_has_no_mistake_and_names_the_same_in_both_languages():
    version = newest_version()

    assert version.template.code == "programme"
    assert mistakes_of({"zh": version.text_zh, "en": version.text_en}) == {}
    zh, en = (read(version.text(language), measures()).keys for language in ("zh", "en"))
    assert set(zh) == set(en)


def test_the_shipped_template_tells_what_there_is():
    tree = recorded()

    parts = compose(writer(), asked(tree.province), newest_version())

    told = said(parts, "zh")
    assert told[0] == "示范省分行服务升温工程进展情况（截至2021年6月22日）"
    assert told[1] == (
        "示范省分行所辖5家营业网点持续推进服务升温工程。自2021年1月1日至2021年6月22日，"
        "各项工作进展如下，文中增减均与2021年6月15日相比。"
    )
    assert told[2:] == [
        "环境升温",
        "开展“擦亮招牌”行动，维修3块（增加1块）。",
        "便民适老设施配备率为50%。",
        "服务升温",
        "为高龄、重病、伤残等行动不便的客户上门服务2次，增加1次。",
    ]
    assert "Home visits to customers" in " ".join(said(parts))


def test_a_quiet_outlet_has_a_report_of_one_sentence():
    tree = recorded()

    told = said(compose(writer(), asked(tree.east_outlets[2]), newest_version()), "zh")

    assert told[1].startswith("东湖分理处持续推进服务升温工程。")
    assert len(told) == 2


# --- templates ------------------------------------------------------------------------------------


def test_a_template_gets_versions_that_never_change():
    first = template()

    second = services.save_template(
        actor=writer(),
        template_id=first.template_id,
        based_on=1,
        text=text(zh=ZH + "\n新的一段。", note="加一段"),
    )

    assert (second.number, second.note) == (2, "加一段")
    assert TemplateVersion.objects.get(pk=first.pk).text_zh == ZH
    assert newest_version("progress") == second
    assert version_of(first.template, 1) == first
    assert version_of(first.template, 3) is None
    assert events("report_template.saved") == 2


def test_saying_the_same_again_makes_no_version():
    first = template()

    again = services.save_template(
        actor=writer(), template_id=first.template_id, based_on=1, text=text()
    )

    assert again == first
    assert events("report_template.saved") == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"zh": "# T\n{profit}"}, "bad_template"),
        ({"en": "no title"}, "bad_template"),
        ({"en": ""}, "bad_template"),
        ({"name": " "}, "no_name"),
    ],
)
def test_a_bad_template_is_refused_and_nothing_is_written(changes, code):
    first = template()

    for act in (
        lambda: template("other", **changes),
        lambda: services.save_template(
            actor=writer(), template_id=first.template_id, based_on=1, text=text(**changes)
        ),
    ):
        with pytest.raises(RuleViolation) as refused, transaction.atomic():
            act()
        assert refused.value.code == code
    assert TemplateVersion.objects.filter(template=first.template_id).count() == 1
    assert not ReportTemplate.objects.filter(code="other").exists()


def test_the_refusal_names_figure_and_place():
    with pytest.raises(RuleViolation) as refused:
        template(en="# T\nx {signs.repared}")

    assert "signs.repared" in str(refused.value)
    assert "signs.repaired" in str(refused.value)
    assert [*refused.value.facts["mistakes"]] == ["en"]
    assert refused.value.facts["mistakes"]["en"][0].line == 2


def test_what_another_saved_meanwhile_is_not_written_over():
    first = template()
    save = {"actor": writer(), "template_id": first.template_id, "based_on": 1}
    services.save_template(**save, text=text(note="x", zh=ZH + "。"))

    with pytest.raises(StaleWrite) as refused:
        services.save_template(**save, text=text(zh=ZH + "？"))
    assert refused.value.facts["version"] == 2


def test_a_code_is_used_once():
    template()

    with refused("template_exists"):
        template()


def test_a_retired_template_is_used_no_more_until_it_is_taken_up():
    first = template()
    act = {"actor": writer(), "template_id": first.template_id}

    services.set_retired(**act, retired=True)

    with refused("no_template"):
        newest_version("progress")
    with refused("retired"):
        services.save_template(**act, based_on=1, text=text(zh=ZH + "。"))
    services.set_retired(**act, retired=True)
    services.set_retired(**act, retired=False)
    assert newest_version("progress") == first
    assert (events("report_template.retired"), events("report_template.taken_up")) == (1, 1)


def test_one_template_stays_in_use():
    shipped = ReportTemplate.objects.get()

    with refused("last_template"):
        services.set_retired(actor=writer(), template_id=shipped.pk, retired=True)


def test_only_the_office_writes_templates():
    first, actor = template(), make_actor("branch_manager")

    for act in (
        lambda: services.add_template(actor=actor, code="x", text=text()),
        lambda: services.save_template(
            actor=actor, template_id=first.template_id, based_on=1, text=text()
        ),
        lambda: services.set_retired(actor=actor, template_id=first.template_id, retired=True),
    ):
        with pytest.raises(NotAllowed):
            act()


# --- keeping --------------------------------------------------------------------------------------


def test_a_kept_report_holds_question_values_words_and_hash():
    tree, version = recorded(), template()

    kept = services.keep_report(
        actor=writer(), asked=asked(tree.east, since=date(2021, 1, 1)), version=version
    )

    kept = Report.objects.get(pk=kept.pk)
    assert (kept.unit, kept.unit_path, kept.version) == (tree.east, tree.east.path, version)
    assert (kept.as_of, kept.earlier, kept.since) == (DAY, EARLIER, date(2021, 1, 1))
    assert kept.title == "东城分行工作进展（截至2021年6月22日）"
    assert kept.computed["figures"]["signs.repaired"]["now"] == {
        "number": "2",
        "records": 2,
        "part": None,
        "whole": None,
    }
    assert kept.computed["template"] == {"code": "progress", "version": 1}
    assert len(kept.content_hash) == 64
    assert stored.is_intact(kept)
    event = AuditEvent.objects.get(action="report.kept")
    assert event.data["content_hash"] == kept.content_hash
    assert event.unit_path == tree.east.path


def test_keeping_the_same_again_gives_the_kept_one_back():
    tree, version = recorded(), template()

    first, again = (
        services.keep_report(actor=writer(), asked=asked(tree.east), version=version)
        for _time in range(2)
    )

    assert first == again
    assert (Report.objects.count(), events("report.kept")) == (1, 1)


def test_a_later_version_of_the_template_leaves_kept_reports_alone():
    tree, version = recorded(), template()
    kept = services.keep_report(actor=writer(), asked=asked(tree.east), version=version)

    services.save_template(
        actor=writer(), template_id=version.template_id, based_on=1, text=text(en=EN + "\nMore.")
    )

    kept = Report.objects.get(pk=kept.pk)
    assert kept.version == version
    assert "More." not in said(kept.computed)


def test_an_altered_report_no_longer_gives_its_hash():
    tree = recorded()
    kept = services.keep_report(actor=writer(), asked=asked(tree.east), version=template())

    Report.objects.filter(pk=kept.pk).update(title="全部达标")

    assert not stored.is_intact(Report.objects.get(pk=kept.pk))


@pytest.mark.parametrize(
    "days",
    [
        {"as_of": date(2999, 1, 1)},
        {"earlier": DAY},
        {"earlier": date(2021, 7, 1)},
        {"since": date(2021, 7, 1)},
    ],
)
def test_days_that_make_no_sense_are_refused(days):
    tree, version = recorded(), template()

    with refused("bad_days"):
        services.keep_report(actor=writer(), asked=asked(tree.east, **days), version=version)


def test_the_table_holds_such_days_out_too():
    tree, version = recorded(), template()
    fields = {"unit": tree.east, "unit_path": "x", "as_of": DAY, "version": version}
    fields |= {"computed": {}, "kept_by_id": writer().user_id, "content_hash": "x"}

    for bad in ({"earlier": DAY}, {"since": date(2021, 7, 1)}, {"content_hash": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.create(**fields | bad)


def test_who_may_keep_and_see():
    tree, version = recorded(), template()
    manager = make_actor("branch_manager", unit=tree.east)
    kept = services.keep_report(actor=manager, asked=asked(tree.east), version=version)

    with pytest.raises(NotAllowed):
        services.keep_report(actor=manager, asked=asked(tree.west), version=version)
    with pytest.raises(NotAllowed):
        services.keep_report(
            actor=make_actor("staff", unit=tree.east), asked=asked(tree.east), version=version
        )
    seen = {
        name: list(Report.objects.visible_to(make_actor(role, unit=unit).scope_for("figures.view")))
        for name, role, unit in [
            ("province", "programme_manager", tree.province),
            ("east", "staff", tree.east),
            ("outlet", "outlet_head", tree.east_outlets[0]),
            ("west", "branch_manager", tree.west),
        ]
    }
    assert seen == {"province": [kept], "east": [kept], "outlet": [], "west": []}


def test_a_template_that_names_a_figure_that_is_no_more_says_so():
    tree, version = recorded(), template()
    TemplateVersion.objects.filter(pk=version.pk).update(text_en="# T\n{old.figure}")

    with refused("template_broken"):
        compose(writer(), asked(tree.east), newest_version("progress"))
    assert Unit.objects.count() == 9
