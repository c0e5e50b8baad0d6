from django.urls import path

from metrics.views import impact, outcomes

app_name = "metrics"
urlpatterns = [
    path("", outcomes.outcomes, name="outcomes"),
    path("definitions/", outcomes.definitions, name="definitions"),
    path("summary/", outcomes.summary, name="summary"),
    path("export/<slug:kind>/", outcomes.outcomes_export, name="outcomes_export"),
    path("participants/<slug:kind>/", outcomes.participants_export, name="participants_export"),
    path("impact/", impact.impact_list, name="impact_list"),
    path("impact/all/", impact.impact_across, name="impact_across"),
    path("impact/<int:pk>/", impact.impact_detail, name="impact_detail"),
    path("impact/<int:pk>/freeze/", impact.slate_freeze, name="slate_freeze"),
    path("impact/<int:pk>/panel/", impact.impact_panel, name="impact_panel"),
    path("impact/looks/<int:pk>/", impact.look_detail, name="look_detail"),
    path("impact/looks/<int:pk>/export/<slug:kind>/", impact.look_export, name="look_export"),
    path("impact/looks/<int:pk>/review/<int:snapshot>/", impact.look_review, name="look_review"),
]
