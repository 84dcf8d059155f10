from django.apps import AppConfig


class BreadConfig(AppConfig):
    name = "bread"
