from django.contrib import admin

from .models import Loaf

admin.site.register(Loaf)
