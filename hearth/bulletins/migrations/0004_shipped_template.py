"""The template with which reports can be written at once; people write its next versions."""

from pathlib import Path

from django.db import migrations

SHIPPED = Path(__file__).resolve().parents[1] / "reports" / "shipped"
CODE = "programme"


def ship(apps, schema_editor):
    template = apps.get_model("bulletins", "ReportTemplate").objects.create(
        code=CODE, name="服务升温工程进展", name_en="Progress of the service programme"
    )
    apps.get_model("bulletins", "TemplateVersion").objects.create(
        template=template,
        number=1,
        text_zh=(SHIPPED / f"{CODE}-1.zh.txt").read_text(encoding="utf-8").strip(),
        text_en=(SHIPPED / f"{CODE}-1.en.txt").read_text(encoding="utf-8").strip(),
    )


def take_back(apps, schema_editor):
    apps.get_model("bulletins", "TemplateVersion").objects.filter(template__code=CODE).delete()
    apps.get_model("bulletins", "ReportTemplate").objects.filter(code=CODE).delete()


class Migration(migrations.Migration):

    dependencies = [("bulletins", "0003_reports")]

    operations = [migrations.RunPython(ship, take_back)]
