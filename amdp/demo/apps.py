from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "amdp.demo"

    def ready(self) -> None:
        from amdp.demo import checks  # noqa: F401  registers the system checks
