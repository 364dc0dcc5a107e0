"""Events of one action in the order of the trail: as its list shows them, the newest at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_allowance")]

    operations = [
        migrations.RemoveIndex(model_name="auditevent", name="audit_action_at"),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["action", "seq"], name="audit_action"),
        ),
    ]
