"""On what the one relied who verified the work of the past."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("premises", "0007_cleaning_days")]

    operations = [
        migrations.AddField(
            model_name="workorder",
            name="verification_note",
            field=models.CharField(blank=True, default="", max_length=400),
            preserve_default=False,
        ),
    ]
