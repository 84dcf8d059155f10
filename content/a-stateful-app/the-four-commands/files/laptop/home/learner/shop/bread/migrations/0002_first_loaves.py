from django.db import migrations


def bake(apps, schema_editor):
    loaf = apps.get_model("bread", "Loaf")
    for name, cents in [("Lighthouse rye", 480), ("Pier baguette", 290), ("Seeded harbor loaf", 530)]:
        loaf.objects.get_or_create(name=name, defaults={"cents": cents})


class Migration(migrations.Migration):
    dependencies = [("bread", "0001_initial")]

    operations = [migrations.RunPython(bake, migrations.RunPython.noop)]
