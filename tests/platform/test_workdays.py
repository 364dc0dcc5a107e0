from datetime import date

from hearth.kernel.calendar import china
from hearth.platform.workdays import workdays

NEW_YEAR = date(2031, 1, 1)


def test_what_ships_holds_where_nothing_was_added(settings, tmp_path):
    settings.HEARTH_HOME = tmp_path

    assert workdays() is china()


def test_a_file_of_the_house_adds_a_year_and_is_read_again_when_it_changes(settings, tmp_path):
    settings.HEARTH_HOME = tmp_path
    file = tmp_path / "holidays.csv"
    file.write_text("first,last,kind,name\n2031-01-01,2031-01-01,off,元旦\n", encoding="utf-8-sig")
    assert workdays().holiday(NEW_YEAR) == "元旦"
    assert workdays().is_business_day(date(2021, 2, 7))

    file.unlink()
    assert workdays().is_business_day(NEW_YEAR)
