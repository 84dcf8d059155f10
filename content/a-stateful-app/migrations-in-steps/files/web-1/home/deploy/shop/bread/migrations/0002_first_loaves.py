from django.db import migrations


def bake(apps, schema_editor):
    loaf = apps.get_model("bread", "Loaf")
    for name in ["Gull", "Lighthouse rye", "Pier baguette"]:
        loaf.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("bread", "0001_initial")]

    operations = [migrations.RunPython(bake, migrations.RunPython.noop)]
