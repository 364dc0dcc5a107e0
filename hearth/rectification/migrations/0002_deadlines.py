"""The deadlines that hold until the programme office sets its own."""

from datetime import date

from django.db import migrations

SHIPPED = date(2000, 1, 1)


def add(apps, _schema):
    apps.get_model("rectification", "Deadline").objects.create(
        effective_from=SHIPPED,
        red_days=1,
        major_days=5,
        minor_days=10,
        escalate_days=3,
        is_approved=True,
    )


def remove(apps, _schema):
    deadlines = apps.get_model("rectification", "Deadline").objects
    deadlines.filter(effective_from=SHIPPED, proposed_by=None).delete()


class Migration(migrations.Migration):
    dependencies = [("rectification", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
