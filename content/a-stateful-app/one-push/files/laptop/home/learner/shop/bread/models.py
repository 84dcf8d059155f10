from django.db import models


class Loaf(models.Model):
    name = models.CharField(max_length=16, unique=True)
    cents = models.PositiveIntegerField(help_text="Price in cents.")
    flour = models.CharField(max_length=20, default="wheat")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "loaves"

    def __str__(self):
        return self.name

    @property
    def price(self):
        return f"{self.cents / 100:.2f}"
