"""Settings of one installation. Each comes from the environment; docs/reference/settings.md lists them."""

from pathlib import Path

from forethought.core import env

ROOT = Path(__file__).resolve().parent.parent

DATA = env.folder("FORETHOUGHT_DATA", ROOT / "var")
MASTER_KEY_FILE = env.folder("FORETHOUGHT_MASTER_KEY_FILE", DATA / "keys" / "master.key")
#: Signs checkpoints of the trail. Beside the master key, and copied with it.
LOG_KEY_FILE = env.folder("FORETHOUGHT_LOG_KEY_FILE", MASTER_KEY_FILE.with_name("log.key"))
VAULT = env.folder("FORETHOUGHT_VAULT", DATA / "vault")
DEMONSTRATION = env.flag("FORETHOUGHT_DEMONSTRATION", False)
#: Plain http on a network that nobody else can reach: chosen, and said at each start.
CLOSED_NETWORK = env.flag("FORETHOUGHT_CLOSED_NETWORK", False)
HTTPS = env.flag("FORETHOUGHT_HTTPS", not (DEMONSTRATION or CLOSED_NETWORK))
SITE = env.text("FORETHOUGHT_SITE", "http://localhost:8000").rstrip("/")
EXIT_TO = env.text("FORETHOUGHT_EXIT_TO", "https://www.bbc.co.uk/weather")

DEBUG = False
SECRET_KEY_FILE = env.folder("FORETHOUGHT_SECRET_KEY_FILE", DATA / "keys" / "django.key")
SECRET_KEY = env.text("FORETHOUGHT_SECRET_KEY") or (
    SECRET_KEY_FILE.read_text().strip() if SECRET_KEY_FILE.exists() else ""
)
#: Another name of this server, which answers with the content of records and nothing else (evidence.md 3.9).
EVIDENCE_ORIGIN = env.origin("FORETHOUGHT_EVIDENCE_ORIGIN")
EVIDENCE_HOST = EVIDENCE_ORIGIN.partition("://")[2]
ALLOWED_HOSTS = env.words("FORETHOUGHT_HOSTS", "localhost 127.0.0.1 [::1]")
if EVIDENCE_HOST:
    ALLOWED_HOSTS.append(EVIDENCE_HOST.partition(":")[0])
CSRF_TRUSTED_ORIGINS = [SITE] if SITE.startswith("https://") else []
ROOT_URLCONF = "forethought.pages.urls"
WSGI_APPLICATION = "forethought.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
#: Addresses are unique whatever their case, by a constraint on Account that this check does not know.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "forethought",
]

MIDDLEWARE = [
    "forethought.pages.content.EvidenceOrigin",
    "forethought.pages.middleware.PublicPages",
    "forethought.pages.room.RoomToWrite",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "forethought.pages.middleware.LargeForms",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "forethought.pages.middleware.OneSchool",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "forethought" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "forethought.pages.context.everywhere",
            ],
            "builtins": ["forethought.templatetags.forethought"],
        },
    }
]
FORM_RENDERER = "forethought.pages.renderer.GovukRenderer"

# --- Databases (architecture.md, decision 8) ---

DATABASE_URL = env.text("DATABASE_URL")
#: The role that serves pages on PostgreSQL: no owner, no superuser, no bypass. Empty: the one in DATABASE_URL.
DATABASE_ROLE = env.text("FORETHOUGHT_DATABASE_ROLE")
#: Where PostgreSQL keeps its data on this machine, so that the room on its disk is watched. Empty: the server is asked.
DATABASE_FOLDER = env.text("FORETHOUGHT_DATABASE_FOLDER")
#: WAL + FULL loses nothing in a power cut; IMMEDIATE makes writers queue instead of failing (reliability.md F1, F3).
#: They wait a minute at most, and never inside SQLite (docs/decisions/0051).
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
    "PRAGMA cache_size=-2000; PRAGMA temp_store=MEMORY; "
    "PRAGMA journal_size_limit=67108864;"
)
DATABASES: dict[str, dict[str, object]]
if DATABASE_URL:
    _parts, _options = env.database(DATABASE_URL)
    if DATABASE_ROLE:
        _options["options"] = f"-c role={DATABASE_ROLE}"
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **_parts,
            # The server keeps the plans of prepared.py's queries; the others bring their values in their text.
            "OPTIONS": {**_options, "prepare_threshold": 0},
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "forethought.sqlite",
            "NAME": str(DATA / "forethought.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {"timeout": 60, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
        }
    }

# --- People and sessions (reliability.md 4) ---

AUTH_USER_MODEL = "forethought.Account"
AUTHENTICATION_BACKENDS = ["forethought.people.sessions.SignedIn"]
SESSION_ENGINE = "forethought.people.sessions"
PASSWORD_HASHERS = ["forethought.people.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_RESET_TIMEOUT = 20 * 60

IDLE_SECONDS = env.number("FORETHOUGHT_IDLE_SECONDS", 600, least=60, most=600)
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
DRAFT_COOKIE_NAME = "__Host-draft" if HTTPS else "draft"
READER_COOKIE_NAME = "__Host-reader" if HTTPS else "reader"
SET_UP_COOKIE_NAME = "__Host-set-up" if HTTPS else "set-up"
CSRF_FAILURE_VIEW = "forethought.pages.errors.csrf_failed"

#: How long after proving who they are somebody may open cases, and may decide in one (seconds).
STEP_UP_ENTER_SECONDS = env.number("FORETHOUGHT_STEP_UP_ENTER_SECONDS", 1800, least=60, most=1800)
STEP_UP_DECIDE_SECONDS = env.number("FORETHOUGHT_STEP_UP_DECIDE_SECONDS", 300, least=60, most=300)

LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "forethought.pages.signin.SignIn"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_TIMEOUT = STEP_UP_DECIDE_SECONDS
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
#: Counted for each account; the limit for one address is high, because a whole school may sit behind one.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "60/m/ip,3/h/key",
    "reset_password_from_key": "60/m/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "forethought.pages.signin.SecondStep"
MFA_TOTP_ISSUER = "Forethought"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
#: allauth's own limit of ten a minute would be a whole school's.
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
#: allauth's own generator notes an unverified address, after which no second step can be added.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# --- Signing in elsewhere (docs/decisions/0042) ---

SOCIALACCOUNT_ADAPTER = "forethought.pages.elsewhere.Elsewhere"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
#: Where people of every school here may sign in, until a school says something else on its page.
SIGN_IN_PROVIDER = env.sign_in_provider(
    kind=env.text("FORETHOUGHT_SIGN_IN_KIND"),
    tenant=env.text("FORETHOUGHT_SIGN_IN_TENANT"),
    client_id=env.text("FORETHOUGHT_SIGN_IN_CLIENT_ID"),
    secret_file=env.text("FORETHOUGHT_SIGN_IN_SECRET_FILE"),
    second_step_counts=env.flag("FORETHOUGHT_SIGN_IN_SECOND_STEP_COUNTS", False),
)
#: Origins of sign-in that may be asked without https: on a closed network.
SIGN_IN_PLAIN_ORIGINS = env.origins("FORETHOUGHT_SIGN_IN_PLAIN_ORIGINS")

# --- Language and time (architecture.md, decision 10) ---

LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = "Europe/London"
USE_TZ = True

# --- Files ---

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "static-built"
#: The pictures of the guides, which the program shows too.
STATICFILES_DIRS = [("forethought/guide", ROOT / "docs" / "images")]
STORAGES = {
    # Nothing is kept through Django's own storage: exhibits go through the vault (reliability.md F2).
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31536000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
EXHIBIT_MAX_BYTES = env.number("FORETHOUGHT_EXHIBIT_MAX_MIB", 5 * 1024, least=1, most=5 * 1024) * 1024 * 1024

# --- Backups (reliability.md 9) ---

#: Folders on other disks, sftp://name@host/folder, or s3://bucket/path. None: the head's page says that there is none.
BACKUP_TO = env.words("FORETHOUGHT_BACKUP_TO")
#: Another place, for copies of the three key files. None: they are kept on paper alone.
BACKUP_KEYS_TO = env.text("FORETHOUGHT_BACKUP_KEYS_TO")
#: Public halves of the cards that open them (age1…). None: the one that `manage.py backup_key` noted.
BACKUP_CARDS = env.words("FORETHOUGHT_BACKUP_CARDS")
#: The newest backup of so many hours, days and months is kept.
BACKUP_SCHEDULE = env.numbers("FORETHOUGHT_BACKUP_SCHEDULE", "48 35 12", least=1, most=1000, count=3)
#: So long a file is locked in a bucket that can lock: nobody removes it, whoever has taken over the server.
BACKUP_LOCK_DAYS = env.number("FORETHOUGHT_BACKUP_LOCK_DAYS", 35, least=0, most=3650)
#: How many days a backup keeps keys, and so until when one may hold what was destroyed here. Ours let them go then.
BACKUPS_KEPT_DAYS = env.number("FORETHOUGHT_BACKUPS_KEPT_DAYS", 35, least=0, most=3650)
FREE_SPACE_RESERVE = env.number("FORETHOUGHT_FREE_SPACE_RESERVE_MIB", 1024, least=0, most=10**6) * 1024 * 1024
#: What is set aside beside the database and given back on a full disk, so that words are still taken.
DISK_RESERVE = env.number("FORETHOUGHT_DISK_RESERVE_MIB", 64, least=0, most=4096) * 1024 * 1024

#: The bucket of an S3 store in which records are kept, in place of the folder. Without one nothing of it is loaded.
S3_BUCKET = env.text("FORETHOUGHT_S3_BUCKET")
S3_ENDPOINT = env.origin("FORETHOUGHT_S3_ENDPOINT")
S3_REGION = env.text("FORETHOUGHT_S3_REGION", "eu-west-2")
S3_PREFIX = env.text("FORETHOUGHT_S3_PREFIX", "vault").strip("/") or "vault"
S3_KEY_FILE = env.folder("FORETHOUGHT_S3_KEY_FILE", MASTER_KEY_FILE.with_name("s3.key"))
S3_KEY_ID, S3_SECRET = env.text("FORETHOUGHT_S3_KEY_ID"), env.text("FORETHOUGHT_S3_SECRET")
S3_CA_FILE = env.text("FORETHOUGHT_S3_CA_FILE")
S3_LIMIT = env.number("FORETHOUGHT_S3_LIMIT_GIB", 0, least=0, most=10**6) * 1024**3
S3_LOCK_DAYS = env.number("FORETHOUGHT_S3_LOCK_DAYS", 30, least=0, most=3650)

#: Whether the DNS is asked for the key of a mail's signature when a mail is kept.
MAIL_KEYS = env.flag("FORETHOUGHT_MAIL_KEYS", True)

# --- Independent time (evidence.md 3.2) ---

#: Addresses of RFC 3161 authorities, each with the file of its root certificate. None: said on the page, never fatal.
TIME_AUTHORITIES = env.addresses_with_files("FORETHOUGHT_TIME_AUTHORITIES")

#: The school's own virus scanner (clamd): a socket's path, or host and port. None: no record is scanned.
VIRUS_SCANNER = env.socket_place("FORETHOUGHT_VIRUS_SCANNER")

# --- Takedowns ---

#: Whether the program looks by itself, at addresses that somebody had captured, whether something is gone.
LOOKS = env.flag("FORETHOUGHT_LOOKS", True)

# --- Procedures ---

#: How long somebody has to appeal unless the decision says otherwise. Acas guidance, not law.
APPEAL_WORKING_DAYS = env.number("FORETHOUGHT_APPEAL_WORKING_DAYS", 5, least=1, most=60)

#: Checks of a post in one minute: of a whole school, and of one session in which names are known.
CHECKS_A_MINUTE = env.number("FORETHOUGHT_CHECKS_A_MINUTE", 240, least=1, most=100_000)
NAMED_CHECKS_A_MINUTE = env.number("FORETHOUGHT_NAMED_CHECKS_A_MINUTE", 20, least=1, most=1000)

# --- Mail ---

EMAIL_HOST = env.text("FORETHOUGHT_SMTP_HOST")
EMAIL_PORT = env.number("FORETHOUGHT_SMTP_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = env.text("FORETHOUGHT_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("FORETHOUGHT_SMTP_PASSWORD")
#: Never in the clear over a network, unless somebody says so.
EMAIL_USE_TLS = env.flag("FORETHOUGHT_SMTP_TLS", EMAIL_HOST not in {"", "localhost", "127.0.0.1"})
EMAIL_TIMEOUT = 10
#: Mails that no clock demands go between 7am and 8pm, London. “no” sends them at any hour.
MAIL_BY_DAY = env.flag("FORETHOUGHT_MAIL_BY_DAY", True)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("FORETHOUGHT_MAIL_FROM", "forethought@localhost")

# --- Nudges beside the mail (docs/decisions/0048) ---

#: The push services of the common browsers, by which alone a browser may ask to be told. “none” offers none.
PUSH_SERVICES = env.services(
    "FORETHOUGHT_PUSH_SERVICES",
    "fcm.googleapis.com updates.push.services.mozilla.com *.push.apple.com *.notify.windows.com",
)
#: How a text message is sent: a command that reads the number and the words, or the https address of a gateway.
SMS_COMMAND = env.text("FORETHOUGHT_SMS_COMMAND")
SMS_ADDRESS = env.gateway("FORETHOUGHT_SMS_ADDRESS")
SMS_KEY_FILE = env.text("FORETHOUGHT_SMS_KEY_FILE")

# --- Headers ---

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
X_FRAME_OPTIONS = "DENY"
#: No inline script or style anywhere, so the policy is one constant and needs no nonce.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# --- Logs: what happened to the program, never what people wrote ---

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "forethought.pages.logs.Plain"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # Every page that is not there, with its address: nobody needs that in a log.
        "django.request": {"level": "ERROR"},
    },
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Room for counters, so that made-up addresses do not push a real one's count out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
