from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bread", "0002_first_loaves")]

    operations = [migrations.AddField("loaf", "sold_out", models.BooleanField(db_default=False))]
