"""An order may put right what an inspection found."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inspections", "0005_findings_by_severity"), ("premises", "0008_verified_history")]

    operations = [
        migrations.AddField(
            model_name="workorder",
            name="finding",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_orders",
                to="inspections.finding",
            ),
        ),
    ]
