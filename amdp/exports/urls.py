from django.urls import path

from amdp.exports import views

app_name = "exports"
urlpatterns = [
    path("exports/<int:pk>/", views.export_detail, name="export_detail"),
    path("exports/<int:pk>/file/", views.export_file, name="export_file"),
    path("exports/<int:pk>/again/", views.export_again, name="export_again"),
    path("exports/<slug:kind>/<slug:file_format>/", views.export_new, name="export_new"),
]
