"""A check keeps the kind of outlet it was judged by: the unit may be of another kind tomorrow."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_from_units(apps, schema_editor):
    inspections = apps.get_model("inspections", "Inspection").objects
    units = apps.get_model("network", "Unit").objects.filter(pk=OuterRef("unit_id"))
    inspections.update(unit_kind=Subquery(units.values("kind")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0001_initial"),
        ("network", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="inspection",
            name="unit_kind",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.RunPython(take_from_units, migrations.RunPython.noop),
    ]
