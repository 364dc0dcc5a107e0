"""Whether checks by a standard count in the ranking."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="standard",
            name="is_ranked",
            field=models.BooleanField(default=True),
        ),
    ]
