from django.urls import path

from metrics import views

app_name = "metrics"
urlpatterns = [
    path("", views.outcomes, name="outcomes"),
    path("definitions/", views.definitions, name="definitions"),
    path("summary/", views.summary, name="summary"),
    path("export/<slug:kind>/", views.outcomes_export, name="outcomes_export"),
    path("participants/<slug:kind>/", views.participants_export, name="participants_export"),
]
