from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "amdp.tenancy"

    def ready(self) -> None:
        from amdp.tenancy import checks  # noqa: F401  registers the system checks
