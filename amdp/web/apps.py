from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "amdp.web"
    label = "web"
