from bread.shelf import on_the_shelf
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from .models import Order


def front_page(request):
    orders = Order.objects.order_by("-id")
    latest = orders[0]
    text = f"Harbor Bakery (release 2)\n{len(orders)} orders, the latest: {latest.loaf} for {latest.customer or latest.buyer}\n{on_the_shelf()}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_POST
def take_order(request):
    name, loaf = request.POST["name"], request.POST["loaf"]
    Order.objects.create(buyer=name, customer=name, loaf=loaf)
    return HttpResponse(f"Thank you, {name}.\n", content_type="text/plain; charset=utf-8")
