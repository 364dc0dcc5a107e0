"""The schemes of awards become a catalogue, to begin with those that were fixed before."""

import django.db.models.deletion
from django.db import migrations, models

ASSOCIATION = "中国银行业协会"
SCHEMES = [
    ("top100", "百佳网点", "Top hundred outlet"),
    ("top1000", "千佳网点", "Top thousand outlet"),
    ("star", "星级网点", "Star-rated outlet"),
]


def fill(apps, schema_editor):
    schemes = apps.get_model("honours", "AwardScheme").objects
    for position, (code, name, name_en) in enumerate(SCHEMES, start=1):
        values = {"name": name, "name_en": name_en, "body": ASSOCIATION, "level": "national"}
        schemes.get_or_create(code=code, defaults=values | {"position": position})


class Migration(migrations.Migration):
    dependencies = [("honours", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AwardScheme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=80)),
                ("body", models.CharField(max_length=80)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("national", "national"),
                            ("provincial", "of a province"),
                            ("municipal", "of a city"),
                            ("own", "of the bank itself"),
                        ],
                        max_length=10,
                    ),
                ),
                ("years", models.PositiveSmallIntegerField(null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["position", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("years__isnull", True),
                            models.Q(("years__gte", 1), ("years__lte", 20)),
                            _connector="OR",
                        ),
                        name="award_scheme_years",
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveConstraint("award", "award_once"),
        migrations.RemoveIndex("award", "award_on_path"),
        migrations.RenameField("award", "award", "code"),
        migrations.AddField(
            "award",
            "award",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="honours.awardscheme",
            ),
        ),
    ]
