"""Work orders of a plan are found from the plan."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("premises", "0005_gaps_and_measures")]

    operations = [
        migrations.AlterField(
            model_name="workorder",
            name="plan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="premises.upkeepplan",
            ),
        ),
    ]
