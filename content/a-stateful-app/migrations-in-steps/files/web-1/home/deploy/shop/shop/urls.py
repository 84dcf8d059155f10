from django.urls import path
from orders.views import front_page, take_order

urlpatterns = [
    path("", front_page),
    path("order", take_order),
]
