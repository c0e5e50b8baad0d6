from django.urls import path

from amdp.imports import views

app_name = "imports"
urlpatterns = [
    path("people/import/", views.import_list, name="import_list"),
    path("people/import/new/", views.import_new, name="import_new"),
    path("people/import/<int:pk>/", views.import_detail, name="import_detail"),
    path("people/import/<int:pk>/columns/", views.import_columns, name="import_columns"),
    path("people/import/<int:pk>/confirm/", views.import_confirm, name="import_confirm"),
    path("people/import/<int:pk>/restart/", views.import_restart, name="import_restart"),
    path("people/import/<int:pk>/discard/", views.import_discard, name="import_discard"),
    path("people/import/<int:pk>/<str:name>", views.import_file, name="import_file"),
]
