"""Outlets report a cleaning day by an activity; a video check against a standard verifies it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("premises", "0006_orders_of_plans"),
        ("standards", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="cleaningday",
            name="standard",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="standards.standard",
            ),
        ),
        migrations.DeleteModel(name="CleaningPhoto"),
        migrations.DeleteModel(name="CleaningReport"),
    ]
