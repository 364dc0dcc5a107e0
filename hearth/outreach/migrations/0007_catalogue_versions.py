"""Lines of the catalogues are changed on pages: each has a version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0006_activities_by_start")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="version",
            field=models.PositiveIntegerField(default=1),
        )
        for name in ("activitykind", "featurekind", "specialitykind")
    ]
