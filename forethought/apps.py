"""Forethought as one Django app whose folders are the areas of the policy."""

from django.apps import AppConfig


class Forethought(AppConfig):
    name = "forethought"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from forethought import checks, place_checks  # noqa: F401

        # It says that nothing may be let go of after a restore, and it must say so in every program that could.
        from forethought.backups import quarantine  # noqa: F401

        # Its registers fall due with everything else, in every program that works the list out.
        from forethought.protection import keeping  # noqa: F401
