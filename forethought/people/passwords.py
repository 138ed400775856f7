"""How passwords of accounts are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at 46 MiB, a tenth of a second. With Django's own 100 MiB, 20 sign-ins would fill a small machine."""

    time_cost = 2
    memory_cost = 46 * 1024
    parallelism = 1
