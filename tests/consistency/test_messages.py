"""Every text has its Chinese; and scripts/messages.py notices where it has not."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from scripts import messages
from scripts.messages import Key

IMPORT = "from django.utils.translation import gettext, ngettext"
HEADER = 'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'


def test_every_text_has_its_chinese_and_every_page_is_translatable():
    assert [str(fault) for fault in messages.check()] == []


def test_the_frontend_has_its_words_from_the_page():
    """A script has no gettext: the template hands it what to show, in the reader's language."""
    sources = sorted((messages.ROOT / "frontend" / "src").rglob("*.ts"))

    assert sources
    assert [f.name for f in sources if messages.CHINESE.search(f.read_text("utf-8"))] == []


# --- the checker itself --------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path):
    """``project(code=…, page=…, po=…, more_po=…)``: the faults of a project of these files."""

    def faults(code="", page="", po="", more_po=""):
        (tmp_path / "templates").mkdir()
        (tmp_path / "zh_Hans").mkdir()
        (tmp_path / "code.py").write_text(f"{IMPORT}\n{code}")
        (tmp_path / "templates" / "page.html").write_text(page)
        (tmp_path / "zh_Hans" / "a.po").write_text(HEADER + po)
        (tmp_path / "zh_Hans" / "b.po").write_text(HEADER + more_po)
        found = messages.check(tmp_path, tmp_path / "zh_Hans")
        return [str(fault) for fault in found]

    return faults


def texts(source, *, template=False):
    read = messages.template_uses if template else messages.python_uses
    file = Path("page.html" if template else "code.py")
    uses, _faults = read(file, source)
    return [use.key for use in uses]


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("from django.utils.translation import gettext as _\n_('Save')", [("", "Save", "")]),
        (
            "from django.utils.translation import gettext_lazy\ngettext_lazy('a' 'b')",
            [("", "ab", "")],
        ),
        (
            "from django.utils.translation import ngettext\nngettext('one', 'many', n)",
            [("", "one", "many")],
        ),
        (
            "from django.utils.translation import pgettext as p\np('month', 'May')",
            [("month", "May", "")],
        ),
        (
            "from django.utils.translation import npgettext\nnpgettext('c', 'one', 'many', n)",
            [("c", "one", "many")],
        ),
        ("from django.utils import translation\ntranslation.gettext('Save')", [("", "Save", "")]),
        ("from hearth.kernel.text import N_\nN_('Save')", [("", "Save", "")]),
        ("def _(x): return x\n_('not ours')", []),
        ("from django.utils.translation import gettext as _\n_(variable)", []),
    ],
)
def test_texts_are_found_in_python(source, keys):
    assert texts(source) == keys


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("{% translate 'Save' %}", [("", "Save", "")]),
        ('{% translate "Say \\"no\\"" %}', [("", 'Say "no"', "")]),
        ('{% translate "May" context "month" as x %}', [("month", "May", "")]),
        ("{% translate '100%' %}", [("", "100%%", "")]),
        ("{% translate variable %}", []),
        ("{{ x|default:_('None') }}", [("", "None", "")]),
        ("{% include 'x.html' with title=_('Title') %}", [("", "Title", "")]),
        ("{% blocktranslate %}Page {{ n }}{% endblocktranslate %}", [("", "Page %(n)s", "")]),
        ("{% blocktranslate trimmed %}\n  a\n  b\n{% endblocktranslate %}", [("", "a b", "")]),
        ("{% blocktranslate %}5% of {{ n }}{% endblocktranslate %}", [("", "5%% of %(n)s", "")]),
        (
            "{% blocktranslate count n=x %}one{% plural %}{{ n }} of them{% endblocktranslate %}",
            [("", "one", "%(n)s of them")],
        ),
        ("{% comment %}{% translate 'gone' %}{% endcomment %}", []),
    ],
)
def test_texts_are_found_in_templates_under_the_name_django_looks_up(source, keys):
    assert texts(source, template=True) == keys


@pytest.mark.parametrize(
    "page",
    [
        "<p>Save it</p>",
        "<p>保存</p>",
        '<img alt="The map">',
        '<input type="submit" value="Send">',
        '<button data-hearth-confirm="Sure?">',
        "<p>{{ n }} rows</p>",
        "{% if a %}<b>Yes</b>{% endif %}",
        "{{ x|default:'无' }}",
    ],
)
def test_words_outside_a_translate_tag_are_a_fault(project, page):
    assert len(project(page=page)) == 1


@pytest.mark.parametrize(
    "page",
    [
        "<p>{{ a }} / {{ b }} · 97 %</p>",
        '<div class="card" id="main" data-hearth-toast></div>',
        '<a href="{% url "a:b" %}" {% if x %}aria-current="page"{% endif %}>{{ a }}</a>',
        "<script src='a.js'></script><code>hearth serve</code>",
        "{# a remark 备注 #}<!-- another -->",
        "<p>XLSX</p>",
        '<input type="text" value="abc">',
    ],
)
def test_markup_figures_and_names_of_formats_are_none(project, page):
    assert project(page=page) == []


def test_a_text_without_chinese_is_a_fault_with_its_place(project):
    found = project(code="gettext('Save')")

    assert len(found) == 1
    assert found[0].endswith("code.py:2: no Chinese for 'Save'")


def test_a_complete_project_has_none(project):
    code = "gettext('Save'); ngettext('%(n)s row', '%(n)s rows', n)"
    po = 'msgid "Save"\nmsgstr "保存"\n\n'
    po += 'msgid "%(n)s row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(n)s 行"\n'

    assert project(code=code, po=po) == []


@pytest.mark.parametrize(
    ("code", "po", "said"),
    [
        ("", 'msgid "Old"\nmsgstr "旧"\n', "nothing says 'Old'"),
        ("gettext('A')", 'msgid "A"\nmsgstr ""\n', "no Chinese for 'A'"),
        ("gettext('A')", '#, fuzzy\nmsgid "A"\nmsgstr "甲"\n', "fuzzy"),
        ("gettext('%(n)s x')", 'msgid "%(n)s x"\nmsgstr "个"\n', "placeholders"),
        ("gettext('%(n)s x')", 'msgid "%(n)s x"\nmsgstr "%(m)s 个"\n', "placeholders"),
        ("gettext('{n} x')", 'msgid "{n} x"\nmsgstr "{m} 个"\n', "placeholders"),
        ("gettext('%s of %s')", 'msgid "%s of %s"\nmsgstr "%s"\n', "placeholders"),
        ("gettext('A ')", 'msgid "A "\nmsgstr "甲"\n', "outer space"),
        ("gettext('甲')", 'msgid "甲"\nmsgstr "甲"\n', "Chinese in the msgid"),
        ("gettext('A')", 'msgid "A"\nmsgstr "甲"\n\nmsgid "A"\nmsgstr "甲"\n', "again"),
        ("gettext(f'{a} b')", "", "put together"),
        ("gettext('a ' + b)", "", "put together"),
        ("gettext('a {}'.format(b))", "", "put together"),
        ("gettext('A')", 'msgid "A"\nmsgstr "甲"\n\n#~ msgid "B"\n#~ msgstr "乙"\n', "obsolete"),
    ],
)
def test_each_fault_is_found(project, code, po, said):
    found = project(code=code, po=po)

    assert any(said in fault for fault in found), found


def test_one_text_with_two_translations_is_a_fault(project):
    one, other = 'msgid "Mark"\nmsgstr "判定"\n', 'msgid "Mark"\nmsgstr "标记"\n'

    found = project(code="gettext('Mark')", po=one, more_po=other)

    assert len(found) == 1
    assert "differently" in found[0]


def test_two_rooms_may_say_the_same(project):
    same = 'msgid "Mark"\nmsgstr "判定"\n'

    assert project(code="gettext('Mark')", po=same, more_po=same) == []


def test_the_compiled_catalogue_answers_as_the_rooms_say(tmp_path):
    po = 'msgid "Save"\nmsgstr "保存"\n\nmsgctxt "month"\nmsgid "May"\nmsgstr "五月"\n\n'
    po += 'msgid "%(n)s row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(n)s 行"\n'
    (tmp_path / "a.po").write_text(HEADER + po)
    target = tmp_path / "LC_MESSAGES" / "django.mo"

    count = messages.compile_catalogues(tmp_path, target)

    with target.open("rb") as stream:
        read = gettext.GNUTranslations(stream)
    assert count == 3
    assert read.gettext("Save") == "保存"
    assert read.pgettext("month", "May") == "五月"
    assert read.ngettext("%(n)s row", "%(n)s rows", 2) == "%(n)s 行"


def test_a_stub_can_be_pasted_into_a_catalogue(tmp_path):
    key = Key("month", 'Say "May"\n', "")
    (tmp_path / "a.po").write_text(HEADER + messages.stub(key, []) + "\n")

    entries, faults = messages.read_catalogues(tmp_path)

    assert [entry.key for entry in entries] == [key]
    assert faults == []
