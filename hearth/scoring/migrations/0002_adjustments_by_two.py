"""Adjustments take two persons; those that stand already counted until now, and go on counting.

Who approved those, nobody can say: ``decided_by`` and ``decided_at`` stay empty.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

SOMEONE = {
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
}
STATUS = {
    "choices": [
        ("proposed", "Proposed"),
        ("approved", "Approved"),
        ("rejected", "Rejected"),
        ("leaving", "Leaving"),
        ("withdrawn", "Withdrawn"),
    ],
    "max_length": 9,
}


def mark_withdrawn(apps, schema_editor):
    rows = apps.get_model("scoring", "Adjustment").objects.filter(withdrawn_at__isnull=False)
    rows.update(status="withdrawn")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("scoring", "0001_initial"),
    ]

    operations = [
        migrations.AddField("adjustment", "decided_by", models.ForeignKey(**SOMEONE)),
        migrations.AddField("adjustment", "decided_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "adjustment", "decision", models.CharField(blank=True, default="", max_length=400), False
        ),
        migrations.AddField("adjustment", "withdrawn_by", models.ForeignKey(**SOMEONE)),
        migrations.AddField("adjustment", "withdrawal_approved_by", models.ForeignKey(**SOMEONE)),
        migrations.AddField("adjustment", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("adjustment", "status", models.CharField(default="approved", **STATUS)),
        migrations.RunPython(mark_withdrawn, migrations.RunPython.noop, elidable=True),
        migrations.AlterField("adjustment", "status", models.CharField(default="proposed", **STATUS)),
        migrations.AddIndex(
            "adjustment", models.Index(fields=["status"], name="adjustment_status")
        ),
        migrations.AddConstraint(
            "adjustment",
            models.CheckConstraint(
                name="adjustment_two_persons",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("recorded_by")),
            ),
        ),
        migrations.AddConstraint(
            "adjustment",
            models.CheckConstraint(
                name="adjustment_two_withdraw",
                condition=Q(withdrawal_approved_by__isnull=True)
                | ~Q(withdrawal_approved_by=F("withdrawn_by")),
            ),
        ),
        migrations.AddConstraint(
            "adjustment",
            models.CheckConstraint(
                name="adjustment_rejected_fields",
                condition=~Q(status="rejected")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="")),
            ),
        ),
        migrations.AddConstraint(
            "adjustment",
            models.CheckConstraint(
                name="adjustment_withdrawn_fields",
                condition=Q(status="withdrawn", withdrawn_at__isnull=False)
                | (~Q(status="withdrawn") & Q(withdrawn_at__isnull=True)),
            ),
        ),
    ]
