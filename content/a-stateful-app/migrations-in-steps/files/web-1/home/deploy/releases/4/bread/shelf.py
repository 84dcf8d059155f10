from .models import Loaf


def on_the_shelf():
    """What the front page says about the bread."""
    return ", ".join(f"{loaf.name} ({'sold out' if loaf.sold_out else 'fresh'})" for loaf in Loaf.objects.order_by("name"))
