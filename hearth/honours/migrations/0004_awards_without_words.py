"""The word that named an award before is gone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("honours", "0003_awards_of_schemes")]

    operations = [
        migrations.RemoveField("award", "code"),
        migrations.AlterField(
            "award",
            "award",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="honours.awardscheme",
            ),
        ),
        migrations.AddConstraint(
            "award",
            models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("unit", "award", "since"),
                name="award_once",
            ),
        ),
        migrations.AddIndex(
            "award",
            models.Index(fields=["award", "since", "unit_path"], name="award_on_path"),
        ),
    ]
