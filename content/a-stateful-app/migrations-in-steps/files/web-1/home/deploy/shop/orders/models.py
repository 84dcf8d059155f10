from django.db import models


class Order(models.Model):
    buyer = models.CharField(max_length=60)
    loaf = models.CharField(max_length=60)

    def __str__(self):
        return f"{self.loaf}, order {self.pk}"
