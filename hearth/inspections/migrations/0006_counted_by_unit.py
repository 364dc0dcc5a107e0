"""What figures count of checks lies in an index in the order of the outlets.

Findings of a check without a score counted as findings, though the check did not count as one: the
sum that the checks keep and the rows themselves are the same from here on.
"""

from typing import Any

from django.conf import settings
from django.db import migrations, models


def uncount(apps: Any, _schema_editor: Any) -> None:
    """Let findings count exactly where their check does."""
    found = apps.get_model("inspections", "Finding").objects
    without = apps.get_model("inspections", "Inspection").objects.filter(score_centi__isnull=True)
    found.filter(inspection__in=without, is_counted=True).update(is_counted=False)


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0005_findings_by_severity"),
        ("network", "0001_initial"),
        ("standards", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(uncount, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="inspection", name="inspection_by_status"),
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
                    "findings_count",
                ],
                name="inspection_by_status",
            ),
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(
                condition=models.Q(("is_current", True), ("is_ranked", True), ("status", "released")),
                fields=[
                    "unit",
                    "unit_path",
                    "inspected_on",
                    "status",
                    "channel",
                    "score_centi",
                    "findings_count",
                ],
                name="inspection_counted_by_unit",
            ),
        ),
    ]
