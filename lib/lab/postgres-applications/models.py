from django.contrib.postgres.fields import ArrayField
from django.db import models


class Loaf(models.Model):
    name = models.CharField(max_length=10, unique=True)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    extra = models.JSONField(default=dict)
    grains = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(price__gte=0), name="price_not_negative")]
