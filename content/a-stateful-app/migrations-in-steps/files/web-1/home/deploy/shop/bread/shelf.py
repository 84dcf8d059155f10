from .models import Loaf


def on_the_shelf():
    """What the front page says about the bread."""
    return ", ".join(loaf.name for loaf in Loaf.objects.order_by("name"))
