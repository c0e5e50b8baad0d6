from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "amdp.directory"

    def ready(self) -> None:
        from amdp.directory import checks  # noqa: F401
