import logging

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Question

logger = logging.getLogger("polls")


@receiver(post_save, sender=Question)
def question_saved(sender, instance, created, **kwargs):
    logger.info("%s question %s", "new" if created else "changed", instance.pk)
