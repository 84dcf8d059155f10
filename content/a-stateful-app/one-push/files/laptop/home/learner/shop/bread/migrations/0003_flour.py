from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bread", "0002_first_loaves")]

    operations = [
        migrations.AddField("Loaf", "flour", models.CharField(max_length=20, default="wheat")),
        # Shorter names look better on a phone.
        migrations.AlterField("Loaf", "name", models.CharField(max_length=16, unique=True)),
    ]
