"""Every address of the product."""

from django.conf import settings
from django.urls import include, path

from amdp.health import healthz

handler400 = "amdp.web.errors.bad_request"
handler403 = "amdp.web.errors.forbidden"
handler404 = "amdp.web.errors.not_found"
handler429 = "amdp.web.errors.too_many"
handler500 = "amdp.web.errors.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("", include("amdp.identity.urls")),
    path("", include("amdp.directory.invitations.urls")),
    path("api/v1/o/<slug:org>/", include("amdp.api")),
    path(
        "o/<slug:org>/",
        include(
            [
                path("", include("amdp.home.urls")),
                path("", include("amdp.imports.urls")),
                path("", include("amdp.exports.urls")),
                path("", include("amdp.directory.urls")),
                path("", include("selection.urls")),
                path("notifications/", include("amdp.notifications.urls")),
                path("", include("cohorts.urls")),
                path("journeys/", include("curriculum.urls")),
                path("mentoring/", include("mentoring.urls")),
                path("outcomes/", include("metrics.urls")),
            ]
        ),
    ),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("amdp.demo.urls")))
