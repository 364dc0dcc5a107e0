"""The list of cold outlets 低温网点 and its two rules; numbers to be changed as data."""

from datetime import UTC, date, datetime, time

from django.db import migrations

CODE = "cold"
SEASON = [11, 12, 1, 2, 3]  # when houses in the north are heated
COMMON = {
    "measure": "business_mean",
    "threshold_milli": 18_000,  # degrees Celsius; the province's norm for heated homes
    "months": SEASON,
    "opens": time(9),
    "closes": time(17),
    "least_half_hours": 12,  # of 16
    "since": date(2020, 11, 1),
    "approved_at": datetime(2020, 11, 1, tzinfo=UTC),
}


def add(apps, schema_editor):
    watchlist = apps.get_model("premises", "Watchlist").objects.create(
        code=CODE,
        name="低温网点",
        name_en="Cold outlets",
        purpose="供暖季营业时间室温不达标的网点，逐个落实改造措施。",
    )
    rule = apps.get_model("premises", "WatchRule").objects
    rule.create(
        watchlist=watchlist, sort="entry", comparison="below", days=5, of_days=10, **COMMON
    )
    rule.create(
        watchlist=watchlist, sort="exit", comparison="at_least", days=10, of_days=10, **COMMON
    )


def remove(apps, schema_editor):
    apps.get_model("premises", "WatchRule").objects.filter(watchlist__code=CODE).delete()
    apps.get_model("premises", "Watchlist").objects.filter(code=CODE).delete()


class Migration(migrations.Migration):
    dependencies = [("premises", "0003_watch")]

    operations = [migrations.RunPython(add, remove)]
