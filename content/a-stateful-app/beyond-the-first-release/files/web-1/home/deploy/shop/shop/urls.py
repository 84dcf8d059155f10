from bread.views import front_page, loaf_page
from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("", front_page),
    path("loaves/<int:number>/", loaf_page),
    path("admin/", admin.site.urls),
]
