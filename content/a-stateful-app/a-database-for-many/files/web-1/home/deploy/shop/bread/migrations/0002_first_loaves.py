from django.db import migrations

LOAVES = {
    "Lighthouse rye": "Dark and moist, baked for sailors who are away for a week.",
    "Pier baguette": "Crisp outside, light inside. At its best before noon.",
    "Gull": "A seeded loaf with sunflower, flax and roasted walnuts.",
}


def bake(apps, schema_editor):
    loaf = apps.get_model("bread", "Loaf")
    for name, description in LOAVES.items():
        loaf.objects.get_or_create(name=name, defaults={"description": description, "stock": 100})


class Migration(migrations.Migration):
    dependencies = [("bread", "0001_initial")]

    operations = [migrations.RunPython(bake, migrations.RunPython.noop)]
