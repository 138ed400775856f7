"""The provider of identity_provider.py as a program: a folder for its data, and the port on which it answers."""

import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from identity_provider import CLIENT, PEOPLE, SECRET

FOLDER, PORT = Path(sys.argv[1]), int(sys.argv[2])


def pem() -> str:
    """A new key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def configure() -> None:
    """A Django project as small as it can be."""
    settings.configure(
        SECRET_KEY="of the provider of the tests, which keeps nothing",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="provider_answers",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "provider_answers.Twisted",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "db.sqlite3")}},
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ACCOUNT_LOGIN_METHODS={"email"},
        ACCOUNT_SIGNUP_FIELDS=["email*", "password1*"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_RATE_LIMITS=False,
        IDP_OIDC_ADAPTER="provider_answers.Adapter",
        IDP_OIDC_PRIVATE_KEY=pem(),
        IDP_OIDC_RATE_LIMITS=False,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        # Cookies know hosts and no ports: those of two sites on one machine must not meet.
        SESSION_COOKIE_NAME="provider-session",
        CSRF_COOKIE_NAME="provider-csrf",
    )


def fill() -> None:
    """The people who have an account there, and the one site that asks it."""
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for email, word in PEOPLE.items():
        user = get_user_model().objects.create_user(email.partition("@")[0], email, word)
        EmailAddress.objects.create(user=user, email=email, verified="unverified" not in email, primary=True)
    client = Client(id=CLIENT, name="Forethought", scopes="openid\nprofile\nemail", skip_consent=True)
    client.set_secret(SECRET)
    client.save()


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing: errors alone are worth a line."""


if __name__ == "__main__":
    sys.modules["provider_site"] = sys.modules["__main__"]
    configure()
    import django

    django.setup()
    fill()
    from django.core.wsgi import get_wsgi_application

    make_server("localhost", PORT, get_wsgi_application(), Threads, Quiet).serve_forever()
