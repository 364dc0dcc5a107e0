"""When the present stage of a job began: its rate and what is left of it follow from that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_key_proof")]

    operations = [
        migrations.AddField(
            model_name="job", name="stage_at", field=models.DateTimeField(null=True)
        ),
    ]
