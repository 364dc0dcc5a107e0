"""What pages count and put in order lies in the indexes; the long rows are read for what they show.

The indexes of edition and criterion alone go: nothing is found by them that these do not find, and
SQLite took that of the edition for lists where every check is of the same one.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0003_indexes_once"),
        ("standards", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="finding", name="finding_on_criterion"),
        migrations.RemoveIndex(model_name="inspection", name="inspection_on_path"),
        migrations.RemoveIndex(model_name="inspection", name="inspection_status_on"),
        migrations.AlterField(
            model_name="finding",
            name="criterion",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="standards.criterion",
            ),
        ),
        migrations.AlterField(
            model_name="inspection",
            name="edition",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inspections",
                to="standards.edition",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=[
                    "criterion",
                    "inspected_on",
                    "unit_path",
                    "is_counted",
                    "channel",
                    "unit",
                    "lost_milli",
                ],
                name="finding_by_criterion",
            ),
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(
                fields=[
                    "inspected_on",
                    "id",
                    "unit_path",
                    "is_current",
                    "status",
                    "inspector",
                    "channel",
                    "unit",
                    "edition",
                    "released_at",
                ],
                name="inspection_by_day",
            ),
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(
                fields=[
                    "status",
                    "inspected_on",
                    "id",
                    "unit_path",
                    "is_current",
                    "is_ranked",
                    "score_centi",
                    "channel",
                    "unit",
                    "edition",
                    "unit_kind",
                    "inspector",
                ],
                name="inspection_by_status",
            ),
        ),
    ]
