from django.db import models


class Loaf(models.Model):
    name = models.CharField(max_length=60, unique=True)
    description = models.TextField(blank=True)
    stock = models.IntegerField(default=0)

    def __str__(self):
        return self.name


class Order(models.Model):
    loaf = models.ForeignKey(Loaf, on_delete=models.PROTECT)
    till = models.IntegerField()

    def __str__(self):
        return f"{self.loaf}, till {self.till}"
