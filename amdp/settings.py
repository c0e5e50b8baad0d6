"""Settings of every environment. What differs between them is read from environment variables.

Nothing has to be set to develop: without ``DATABASE_URL`` the embedded servers are used, and
``AMDP_MODE`` says whether this is ``development``, ``demo``, ``test`` or ``production``.
"""

from pathlib import Path

import environ

from amdp.servers import remembered_address, service_urls, settings_data_dir

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("AMDP_MODE", "development")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = env.bool("DEBUG", False)
DATA_DIR = settings_data_dir()
URLS = service_urls(DATA_DIR)

SECRET_KEY = env.str("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", "development-only-" + "0" * 50)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
# Private coaching notes are closed with the first key; the others still open older notes (mentoring/vault.py).
PRIVATE_NOTES_KEYS = (
    env.list("PRIVATE_NOTES_KEY")
    if PRODUCTION
    else env.list("PRIVATE_NOTES_KEY", default=["development-only"])
)
SITE_URL = (env.str("SITE_URL", "") or remembered_address(DATA_DIR)).rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL] if PRODUCTION else [])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "amdp.tenancy",
    "amdp.web",
    "amdp.audit",
    "amdp.identity",
    "amdp.directory",
    "amdp.notifications",
    "amdp.imports",
    "amdp.exports",
    "cohorts",
    "selection",
    "curriculum",
    "mentoring",
    "metrics",
    "amdp.home",
    *(["amdp.demo"] if not PRODUCTION else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "amdp.web.middleware.ResponseHeadersMiddleware",
    "amdp.web.middleware.DatabaseAwayMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "amdp.identity.middleware.OrganizationMiddleware",
    "amdp.directory.middleware.LocalTimeMiddleware",
    "amdp.web.middleware.SomebodyWasFasterMiddleware",
    "amdp.web.middleware.OnlyAButtonMiddleware",
]

ROOT_URLCONF = "amdp.urls"
WSGI_APPLICATION = "amdp.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*([BASE_DIR / "templates/demo/mode"] if DEMO else []), BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "amdp.home.context.shell",
            ],
            "builtins": ["amdp.web.templatetags.web"],
        },
    }
]

# --- database and Redis ------------------------------------------------------------------------------

# manage.py asks for the owner's login for the commands that shape tables.
OWNER_LOGIN = env.str("DATABASE_LOGIN", "application") == "owner"
DATABASES = {"default": env.db_url_config(URLS.migrate_database if OWNER_LOGIN else URLS.database)}
DATABASES["default"] |= {
    "ATOMIC_REQUESTS": True,
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 600),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("DATABASE_POOLER", False),
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
MIGRATE_DATABASE_URL = URLS.migrate_database
APPLICATION_ROLE = env.str("DATABASE_APPLICATION_ROLE", "amdp_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = URLS.redis
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "amdp",
    }
}
MEDIA_ROOT = DATA_DIR / "files"

# --- login -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "amdp.identity.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_FORMS = {
    "login": "amdp.identity.login_forms.LoginForm",
    "add_email": "amdp.identity.login_forms.AddEmailForm",
    "change_password": "amdp.identity.login_forms.ChangePasswordForm",
    "set_password": "amdp.identity.login_forms.SetPasswordForm",
    "reset_password": "amdp.identity.login_forms.ResetPasswordForm",
    "reset_password_from_key": "amdp.identity.login_forms.ResetPasswordKeyForm",
    "reauthenticate": "amdp.identity.login_forms.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": "amdp.identity.login_forms.AuthenticateForm",
    "reauthenticate": "amdp.identity.login_forms.CodeAgainForm",
    "activate_totp": "amdp.identity.login_forms.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "amdp.identity.adapters.MFAAdapter"
MFA_TOTP_ISSUER = "AMDP"
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# --- mail --------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://localhost:25" if PRODUCTION else "dummymail://")
vars().update(EMAIL_CONFIG)
if DEMO:
    # Kept for the page of sent mail, and sent on where EMAIL_URL names a server.
    DEMO_MAIL_ONWARD = EMAIL_CONFIG["EMAIL_BACKEND"] if env.str("EMAIL_URL", "") else ""
    EMAIL_BACKEND = "amdp.demo.mail.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "AMDP <no-reply@amdp.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- time, language, files ---------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Compressing takes a minute of a build, which the demo's first start has not got.
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else f"django.contrib.staticfiles.storage.{'Manifest' if DEMO else ''}StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not (PRODUCTION or DEMO)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- security ----------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "amdp.web.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # else everybody shares the proxy's address, and with it one limit of login attempts
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# --- API ---------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "amdp.identity.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["amdp.identity.permissions.IsMember"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["amdp.web.api.WholeTextParser"],
    "DEFAULT_PAGINATION_CLASS": "amdp.web.api.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("API_RATE", "600/min")},
    "EXCEPTION_HANDLER": "amdp.web.api.problem",
    "PAGE_SIZE": 25,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AMDP",
    "DESCRIPTION": "Account management development programs: the same verbs as the pages.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1/o/[^/]+",
    "COMPONENT_SPLIT_REQUEST": True,
    # Words that several things share as field names; without these the schema would number them.
    "ENUM_NAME_OVERRIDES": {
        "CohortStateEnum": "cohorts.models.Cohort.State",
        "ParticipantStateEnum": "cohorts.models.Participant.State",
        "ProgramStateEnum": "cohorts.models.Program.State",
        "CalibrationStateEnum": "selection.models.CalibrationSession.State",
        "AssessorConflictStateEnum": "selection.models.AssessorConflict.State",
        "MaterialAudienceEnum": "selection.models.ExerciseMaterial.Audience",
        "PulseAudienceEnum": "mentoring.models.Pulse.Audience",
        "MaterialReleaseEnum": "selection.models.ExerciseMaterial.Release",
        "DayPlanStateEnum": "selection.models.DayPlan.State",
        "AssessmentSlotStateEnum": "selection.models.AssessmentSlot.State",
        "AssessmentRunStateEnum": "selection.models.AssessmentRun.State",
        "AssessmentRunKindEnum": "selection.models.AssessmentRun.Kind",
        "ScoresheetStateEnum": "selection.models.Scoresheet.State",
        "ReferenceStateEnum": "selection.models.NominationReference.State",
        "ExerciseKindEnum": "selection.models.Exercise.Kind",
        "LetterKindEnum": "selection.models.LetterKind",
        "CoachingKindEnum": "mentoring.models.CoachingSession.Kind",
        "MatchWishKindEnum": "mentoring.models.MatchWish.Kind",
        "PairSideEnum": "mentoring.models.CheckIn.Side",
        "ImportKindEnum": "amdp.imports.models.Kind",
        "ExportStateEnum": "amdp.exports.models.ExportRun.State",
        "ExportFormatEnum": "amdp.exports.models.ExportRun.Format",
    },
}

# --- Celery ------------------------------------------------------------------------------------------

CELERY_BROKER_URL = URLS.broker
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 1800
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "amdp.health.beat_heartbeat", "schedule": 10.0},
    "tick": {"task": "amdp.notifications.tasks.tick", "schedule": 60.0},
}

# --- big files ---------------------------------------------------------------------------------------

# Functions (member, query) -> a table (amdp.web.copying.Export) or a Paper (amdp.exports.kinds), or None for what the member may not take out.
EXPORTS: dict[str, str] = {
    "people": "amdp.directory.exports.people",
    "candidate-file": "selection.papers.making.candidate_file",
}

# --- what apps above cohorts add to it (docs/adr/0006) ------------------------------------------------

# Functions (cohort, to) -> sentences that have to be mended before the cohort moves there.
COHORT_PRECONDITIONS: list[str] = [
    "selection.queries.unmet_for_move",
    "metrics.queries.impact.unmet_for_release",
]
# Functions (cohort, to, member) -> cohorts.life.Caution: what a move leaves behind, said before it happens.
COHORT_CAUTIONS: list[str] = ["selection.queries.cautions_for_move"]
# Functions (cohort, member) -> {participant id: cohorts.graduation.OpenWork}, asked before people graduate.
COHORT_OPEN_WORK: list[str] = ["curriculum.queries.open_work"]
# Functions (cohort, former state, member or None) called inside the transaction in which a cohort moved on.
COHORT_MOVED: list[str] = [
    "selection.services.eligibility.freeze",
    "selection.services.sharing.close_questions",
    "selection.services.feedback.keep_released",
    "metrics.services.impact.freeze_stages",
]
# Functions (program id) -> {competency id: titles}: what a program offers to who wants to build a competency.
DEVELOPMENT_OFFERS: list[str] = ["curriculum.queries.offers"]
# Functions (cohort) called once before the files of a selection are deleted: what has to be measured while they last.
BEFORE_ERASURE: list[str] = ["metrics.services.figures.measure_before_erasure"]
# Functions (slate, event) called inside the transaction in which outcomes were released and offers of seats
# answered: "released", "answered", "settled"; see selection/services/slate/moved.py.
SLATE_MOVED: list[str] = ["metrics.services.impact.slate_moved"]
# Functions (organization id) called after facts about people changed; see amdp/directory/changes.py.
DIRECTORY_CHANGED: list[str] = ["selection.tasks.directory_changed"]
# Functions (cohort, member) -> cohorts.readiness.Section lines of the cohort's own page and set-up.
COHORT_SECTIONS: list[str] = [
    "selection.queries.cohort_sections",
    "curriculum.sections.journey_sections",
    "mentoring.sections.cohort_sections",
    "metrics.sections.impact_sections",
]
# Functions (program, member) -> cohorts.readiness.Section lines on a program's page: what its cohorts begin with.
PROGRAM_SECTIONS: list[str] = ["selection.queries.program_sections"]
# Functions (member) -> queryset of ids of people whose entry in the directory that member reads for a task,
# beside the own line (docs/adr/0011).
DIRECTORY_READERS: list[str] = ["mentoring.access.mentees_of", "selection.access.assigned_to"]
# Functions (member) -> ids of participants whose journey that member may read beside line and L&D admins.
PROGRESS_READERS: list[str] = ["mentoring.access.mentee_participants"]
# Functions (organization id, now) that the tick calls for organizations with something due; see
# amdp/notifications/services.py.
TICK_HOOKS: list[str] = [
    "curriculum.reminders.remind",
    "mentoring.tasks.due",
    "selection.services.eligibility.check_daily",
    "selection.clock.keep_approvals",
    "selection.services.retention.keep_files",
    "selection.clock.release_due",
    "selection.clock.lapse_offers",
    "amdp.imports.retention.delete_old",
    "amdp.exports.services.delete_old",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "amdp.web.logs.WithoutSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["without_secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
