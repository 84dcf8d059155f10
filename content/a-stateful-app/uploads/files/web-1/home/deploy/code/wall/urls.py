from django.urls import path

from . import views

urlpatterns = [
    path("", views.wall),
    path("media/<path:name>", views.picture),
]
