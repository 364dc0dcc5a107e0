"""What visits go by until someone sets it otherwise.

Roads in and around towns are about 1.4 times the straight line; thirty kilometres an hour is what
a car makes from door to door. Thirty days after a visit nobody needs to ask anything more.
"""

from datetime import date, time

from django.db import migrations

SINCE = date(2000, 1, 1)


def forwards(apps, schema_editor):
    rules = apps.get_model("outreach", "VisitRules")
    rules.objects.create(
        valid_from=SINCE,
        detour_permille=1400,
        speed_kmh=30,
        margin_minutes=10,
        visit_minutes=60,
        day_from=time(8, 30),
        day_to=time(17),
        keep_days=30,
    )


def backwards(apps, schema_editor):
    apps.get_model("outreach", "VisitRules").objects.filter(valid_from=SINCE).delete()


class Migration(migrations.Migration):
    dependencies = [("outreach", "0003_visits")]
    operations = [migrations.RunPython(forwards, backwards)]
