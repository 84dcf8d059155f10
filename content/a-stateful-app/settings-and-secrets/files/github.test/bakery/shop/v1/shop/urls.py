from django.urls import path

from shop.views import front_page, kitchen

urlpatterns = [
    path("", front_page),
    path("kitchen/", kitchen),
]
