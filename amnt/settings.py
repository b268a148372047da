"""One file, all from the environment, safe when unset. Every variable is explained in .env.example."""

from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.messages import constants
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from amnt.config import environment
from amnt.config.environment import database, flag, mailbox, one_of, port_number, refuse, secret, web_address, word

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = flag("DEBUG")
# Trying things out: invented people, mail that is caught, nothing to set up first. Without DEBUG its pages are those of production.
DEMO = DEBUG or flag("DEMO")
VAR_DIR = environment.folder("VAR_DIR", BASE_DIR / "var", within=("static",), private=("broker", "broker-control", "mail"))

SECRET_KEY = secret("SECRET_KEY")
if not SECRET_KEY:
    if not DEMO:
        refuse("Set SECRET_KEY (see .env.example), or DEMO=1 to try things out.")
    SECRET_KEY = "only-for-trying-things-out-on-one-machine-never-in-production"
# What is private is stored encrypted under the first of these keys, which belong neither in the database nor in its backup.
FIELD_KEYS = environment.keys("FIELD_KEY") or [SECRET_KEY]
if not DEMO:
    environment.strong("SECRET_KEY", SECRET_KEY)
    environment.strong("FIELD_KEY", FIELD_KEYS[0])

SITE_NAME = word("SITE_NAME", "Agenda")
# Who answers for this instance, and where people may write; shown on the privacy page and when something breaks.
HOSTED_BY = word("HOSTED_BY")
HOST_CONTACT = word("HOST_CONTACT")
# Whether public facts, and what two leads of a coalition chose to show, are on a page without a log-in.
PUBLIC_PAGE = flag("PUBLIC_PAGE", default=DEMO)
# Whether a browser may keep a note that could not be sent.
KEEPS_UNSENT = flag("KEEPS_UNSENT", default=True)
# Where weaknesses of this instance are reported, for security.txt.
SECURITY_CONTACT = environment.security_contact("SECURITY_CONTACT")
SECURITY_POLICY = web_address("SECURITY_POLICY")
SITE_URL = web_address("SITE_URL", "http://localhost:8000", of_a_site=True)
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", first=SITE_HOST)
if DEMO:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "modeltranslation",  # before admin, which it extends
    "amnt.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # our renderer looks for Django's own field templates there
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_countries",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "simple_history",
    "amnt",
    "amnt.audit",
    "amnt.encryption",
    "amnt.retention",
    "amnt.accounts",
    "amnt.mail",
    "resolutions",
    "coalitions",
    "calendar_app",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "amnt.site.middleware.PermissionsPolicyMiddleware",
    "amnt.site.middleware.NulRemovingMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "amnt.accounts.middleware.PersonMiddleware",
    "amnt.accounts.middleware.LockMiddleware",
    "amnt.accounts.middleware.ExposedFactorMiddleware",
    "amnt.accounts.middleware.LoginRequiredKeepingTextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "amnt.urls"
WSGI_APPLICATION = "amnt.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["amnt.templatetags.amnt"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "amnt.site.context_processors.site",
            ],
        },
    }
]
FORM_RENDERER = "amnt.core.forms.FieldRenderer"

DATABASES = {"default": environment.reachable(database(word("DATABASE_URL", f"sqlite:///{VAR_DIR / 'amnt.sqlite3'}")))}
# Backups are encrypted to these public keys; the private ones are kept elsewhere.
BACKUP_RECIPIENTS = environment.recipients("BACKUP_RECIPIENT")
BACKUP_DIR = environment.folder("BACKUP_DIR", VAR_DIR / "backups")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.redis("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "amnt.config.cache.SharedCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "amnt"}
}

# --- People -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "now"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "amnt.accounts.passwords.StrengthValidator"},
]
PASSWORD_RESET_TIMEOUT = 30 * 60

# A lead acts as one only behind a second factor. Where things are only tried out she is reminded of it, and let through.
LEADS_NEED_SECOND_FACTOR = flag("LEADS_NEED_SECOND_FACTOR", default=not DEMO)

ACCOUNT_ADAPTER = "amnt.mail.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "amnt.accounts.forms.LoginForm",
    "reauthenticate": "amnt.accounts.forms.ReauthenticateForm",
    "change_password": "amnt.accounts.forms.ChangePasswordForm",
    "set_password": "amnt.accounts.forms.SetPasswordForm",
    "reset_password": "amnt.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "amnt.accounts.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
# A code by mail would let whoever holds the mailbox answer.
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# One address a person, User.email: allauth's own table of addresses stays empty.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
# Wrong passwords and codes are counted by amnt.accounts.attempts (docs/decisions/slow_down_not_lock_out.md); right ones never count.
ACCOUNT_RATE_LIMITS = {
    # One account from one network, or from a browser that was good before.
    "attempt": "5/15m/key",
    # What follows does not count where a log-in was good before: all accounts from one network, one account from everywhere,
    # and then one account from everywhere slowly.
    "attempt_network": "50/15m/ip",
    "attempt_anywhere": "5/15m/key",
    "attempt_slowly": "1/m/key",
    "second_step": "5/15m/key",
    "second_step_anywhere": "5/15m/key",
    # allauth's own would shut out a whole network, or a person by her account alone.
    "login": None,
    "login_failed": None,
    "reset_password": "5/15m/key,20/15m/ip",
    "reset_password_from_key": "20/15m/ip",
    # Each writes to an address of the asker's choice.
    "new_address": "5/h/user,5/h/key",
    # What is sent through one link of an organisation from outside: each answer is kept.
    "co_sign": "20/h/key",
    # One calendar address; and all that one network asks for, a provider's servers too, which read for many people.
    "calendar_feed": "60/h/key,1200/h/ip",
}
# A signature cannot be guessed, and a conference room may log in at once.
MFA_RATE_LIMITS = {"webauthn_login": None}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SITE_URL.startswith("https://") else 0
MFA_ADAPTER = "amnt.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "amnt.accounts.forms.CodeForm",
    "reauthenticate": "amnt.accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "amnt.accounts.forms.ActivateTOTPForm",
    "login_webauthn": "amnt.accounts.forms.PasskeyLoginForm",
    "authenticate_webauthn": "amnt.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "amnt.accounts.forms.ReauthenticatePasskeyForm",
    "add_webauthn": "amnt.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "amnt.accounts.forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Addresses are proven by the invitation.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A phone whose clock is half a minute off, or a slow line, is no reason to be shut out.
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

SESSION_ENGINE = "amnt.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "amnt.site.error_views.form_too_old"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
# A browser takes a cookie of such a name only from this host itself, over TLS: no neighbouring subdomain can plant one.
COOKIE_PREFIX = "__Host-" if SITE_URL.startswith("https://") else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True

# A message is a notice, which takes its tone from one of our status words.
MESSAGE_TAGS = {
    constants.DEBUG: "none",
    constants.INFO: "none",
    constants.SUCCESS: "good",
    constants.WARNING: "mixed",
    constants.ERROR: "risk",
}

# --- Languages and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
# The only list of them: columns, forms, menus and dates follow it. Codes have two letters. docs/changing.md tells how to add one.
LANGUAGES = [("fr", _("French")), ("en", _("English")), ("es", _("Spanish"))]
SECURITY_LANGUAGES = word("SECURITY_LANGUAGES", ", ".join(code for code, _name in LANGUAGES))
# Names of countries that come with a typewriter's apostrophe, a mistake or a comma, or as another country's, in one language or another.
COUNTRIES_OVERRIDE = {
    "AD": _("Andorra"),
    "CF": _("Central African Republic"),
    "CI": _("Côte d’Ivoire"),
    "CY": _("Cyprus"),
    "DJ": _("Djibouti"),
    "GY": _("Guyana"),
    "IO": _("British Indian Ocean Territory"),
    "MH": _("Marshall Islands"),
    "PS": _("Palestine"),
    "SA": _("Saudi Arabia"),
    "SB": _("Solomon Islands"),
    "SZ": _("Eswatini"),
    "TD": _("Chad"),
    "TT": _("Trinidad and Tobago"),
    "US": _("United States of America"),
}
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGE_CODE
# Who reads another language in this field reads English sooner than French.
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", *(code for code, _name in LANGUAGES if code != "en"))
USE_TZ = True
TIME_ZONE = "UTC"

# --- Mail ---------------------------------------------------------------------------------------------------------
SMTP_SECURITY = one_of("SMTP_SECURITY", "none", "starttls", "tls", default="none")
MAILERS = {
    "default": {
        "BACKEND": "amnt.mail.smtp.EmailBackend",
        "OPTIONS": {
            "host": word("SMTP_HOST", "localhost"),
            "port": port_number("SMTP_PORT", 1025),
            "username": word("SMTP_USER"),
            "password": secret("SMTP_PASSWORD"),
            "use_tls": SMTP_SECURITY == "starttls",
            "use_ssl": SMTP_SECURITY == "tls",
            "timeout": 30,
        },
    }
}
MAIL_FROM = mailbox("MAIL_FROM", f"agenda@{SITE_HOST}")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = f"{SITE_NAME} <{MAIL_FROM}>"
# An address outside that is notified every five minutes that all is well, and warns someone when it is not.
DEADMAN_URL = web_address("DEADMAN_URL")
# With it, /metrics counts mails and reminders for Prometheus; without it there is no such page.
METRICS_TOKEN = secret("METRICS_TOKEN")
MAIL_CATCHER_DIR = VAR_DIR / "mail"

# As many files as one drop may have (coalitions/texts/forms/uploads.py), and a few more, which are named as left out. All but small ones go
# to the disk: 310 of them take no more than 20 MB of memory.
DATA_UPLOAD_MAX_NUMBER_FILES = 310
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 2**10

# --- Requests to others -------------------------------------------------------------------------------------------
# The hosts this service may ask for calendars and pages, by their names; none: it asks nobody (docs/decisions/outgoing_requests.md).
OUTGOING_HOSTS = environment.outgoing_hosts("OUTGOING_HOSTS")

# --- Work by the clock --------------------------------------------------------------------------------------------
# The database is the queue: the broker only wakes workers up, and losing it loses nothing.
CELERY_BROKER_URL = REDIS_URL or "files://localhost"
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker"),
        "data_folder_out": str(VAR_DIR / "broker"),
        "control_folder": str(VAR_DIR / "broker-control"),
        "polling_interval": 0.2,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is gone must not keep a person waiting: one try, a second each.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_BROKER_CONNECTION_TIMEOUT = 1
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "amnt.config.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # A tick that found no worker for a minute is worth nothing: the next one reads the same rows.
    "remind": {"task": "calendar_app.tasks.tick", "schedule": 60.0, "options": {"expires": 60}},
    "coalitions": {"task": "coalitions.tasks.do_what_is_due", "schedule": 60.0, "options": {"expires": 60}},
    # Plans everything once a day; asks every hour, since a beat that restarts counts its hours anew.
    "plan": {"task": "calendar_app.tasks.plan_all", "schedule": 3600.0, "options": {"expires": 3600}},
    "deliver": {"task": "amnt.mail.tasks.deliver_waiting", "schedule": 60.0, "options": {"expires": 60}},
    "recoveries": {"task": "amnt.accounts.tasks.carry_out_recoveries", "schedule": 600.0, "options": {"expires": 600}},
    "lock": {"task": "amnt.accounts.tasks.keep_locked", "schedule": 60.0, "options": {"expires": 60}},
    "health": {"task": "calendar_app.tasks.watch_health", "schedule": 300.0, "options": {"expires": 300}},
    "watcher": {"task": "amnt.tasks.tell_watcher", "schedule": 300.0, "options": {"expires": 300}},
    "read": {"task": "resolutions.tasks.read_waiting", "schedule": 60.0, "options": {"expires": 60}},
    "audit": {"task": "amnt.audit.tasks.seal_new", "schedule": 60.0, "options": {"expires": 60}},
    # Walks the whole chain once a day; asks every hour, since a beat that restarts counts its hours anew.
    "audit-verify": {"task": "amnt.audit.tasks.verify_once_a_day", "schedule": 3600.0, "options": {"expires": 3600}},
    # Deletes what has been kept long enough, once a day; asks every hour, for the same reason.
    "retention": {"task": "amnt.retention.tasks.apply_once_a_day", "schedule": 3600.0, "options": {"expires": 3600}},
    "anchor": {"task": "resolutions.tasks.anchor_new_texts", "schedule": 600.0, "options": {"expires": 600}},
    # Each address once a week; asks every hour, since a beat that restarts counts its hours anew.
    "ask-others": {"task": "calendar_app.tasks.ask_others", "schedule": 3600.0, "options": {"expires": 3600}},
    "compare": {"task": "resolutions.tasks.make_comparisons", "schedule": 60.0, "options": {"expires": 60}},
}

# --- Pages and files ----------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "amnt" / "static"]
STATICFILES_FINDERS = [
    "amnt.config.static_files.CombinedCSSFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Served from where they lie: trying out takes no collectstatic.
WHITENOISE_USE_FINDERS = DEMO
MEDIA_ROOT = VAR_DIR / "media"

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    # The page of a note alone may have one (coalitions/live/views/notes.py).
    "worker-src": [CSP.NONE],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SITE_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# --- API ----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "amnt.accounts.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["amnt.api.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "amnt.api.pages.ApiPagination",
    "DEFAULT_FILTER_BACKENDS": ["amnt.api.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "amnt.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "30/min", "user": "300/min"},
    # Who asks is told by the proxy in front of us; without one, a forged header counts for nothing.
    "NUM_PROXIES": 1 if SITE_URL.startswith("https://") else 0,
    "EXCEPTION_HANDLER": "amnt.api.problems.as_problem",
    "PAGE_SIZE": 25,
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "DESCRIPTION": _(
        "What a person may see and do here, for that person’s own programs. A key acts as the person who created it; "
        "anything that would change something is refused (403) to a read-only key."
    ),
    # Docstrings are for us, and in one language.
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "SERVERS": [{"url": SITE_URL}],
    # Fields of one name and several meanings.
    "ENUM_NAME_OVERRIDES": {
        "AnswerStateEnum": "coalitions.statements.read_models.tally.AnswerState",
        "ClauseKindEnum": "resolutions.models.texts.ClauseKind",
        "DeclaredStanceEnum": "coalitions.models.delegations.DeclaredPosition.Stance",
        "FollowUpStateEnum": "coalitions.models.follow_ups.FollowUp.State",
        "LanguageEnum": LANGUAGES,
        "OwnRouteStateEnum": "coalitions.models.own_routes.OwnRoute.State",
        "PartEnum": "resolutions.models.texts.Part",
        "PositionAnswerKindEnum": "coalitions.models.positions.PositionAnswer.Kind",
        "PositionStanceEnum": "coalitions.models.positions.Position.Stance",
        "ProposalEventKindEnum": "resolutions.models.contributions.ProposalEvent.Kind",
        "ProposalStatusEnum": "resolutions.models.contributions.Proposal.Status",
        "RedLineKindEnum": "coalitions.models.positions.RedLine.Kind",
        "ReportLinePartEnum": "coalitions.models.outcomes.ReportLine.Part",
        "RightEnum": "coalitions.importers.advocacy.right_choices",
        "TextLanguageEnum": "amnt.core.languages.TextLanguage",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"class": "amnt.config.logs.UtcFormatter", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"routes": {"()": "amnt.config.logs.RouteLogFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["routes"]}},
    "root": {"handlers": ["console"], "level": one_of("LOG_LEVEL", "DEBUG", "INFO", "WARNING", "ERROR", default="INFO")},
}
