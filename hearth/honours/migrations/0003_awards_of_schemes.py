"""Each award says by its scheme what it said by a word; apart, for its rows are altered next."""

from django.db import migrations


def link(apps, schema_editor):
    awards = apps.get_model("honours", "Award").objects
    for code, pk in apps.get_model("honours", "AwardScheme").objects.values_list("code", "pk"):
        awards.filter(code=code).update(award_id=pk)


class Migration(migrations.Migration):
    dependencies = [("honours", "0002_award_schemes")]

    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
