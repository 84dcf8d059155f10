from django.db import models


class Loaf(models.Model):
    name = models.CharField(max_length=60, unique=True)
    cents = models.PositiveIntegerField(help_text="Price in cents.")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "loaves"

    def __str__(self):
        return self.name

    @property
    def price(self):
        return f"{self.cents / 100:.2f}"
