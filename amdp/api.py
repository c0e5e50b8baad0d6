"""The API of one organization: every app registers its viewsets here.

``schema/`` is the OpenAPI description, ``docs/`` the page that reads it out. Members only, like everything else.
"""

from django.urls import path, reverse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.routers import DefaultRouter

from amdp.directory import api as directory
from amdp.directory.invitations import api as invitations
from amdp.exports import api as exports
from amdp.identity import api as identity
from amdp.imports import api as imports
from amdp.notifications import api as notifications
from cohorts import api as cohorts
from curriculum import api as curriculum
from mentoring import api as mentoring
from metrics import api as metrics
from selection import api as selection

APPS = [
    identity,
    directory,
    invitations,
    imports,
    exports,
    notifications,
    cohorts,
    mentoring,
    selection,
    metrics,
    curriculum,
]

app_name = "api"
router = DefaultRouter(use_regex_path=False)
router.include_format_suffixes = False
for app in APPS:
    app.register(router)


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own address, its start script in a file of its own: the security policy holds here too."""

    url_name = "api:schema"
    template_name = "identity/api_docs.html"

    def _get_schema_url(self, request: Request) -> str:
        return reverse(self.url_name, kwargs=self.kwargs)


urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    *router.urls,
]
