"""No index of its own where a longer one begins with the same column: seven findings a check."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0002_kind_of_outlet_judged"),
        ("network", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="finding",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=PROTECT, related_name="findings", to="network.unit"
            ),
        ),
        migrations.AlterField(
            model_name="inspection",
            name="inspector",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=PROTECT,
                related_name="inspections",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="inspection",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=PROTECT, related_name="inspections", to="network.unit"
            ),
        ),
    ]
