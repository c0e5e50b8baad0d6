from django.urls import path

from amdp.directory.views import accounts, people, settings

app_name = "directory"
urlpatterns = [
    path("people/", people.person_list, name="person_list"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/line/", people.person_line, name="person_line"),
    path("people/about-me/", settings.demographics_edit, name="demographics_edit"),
    path("accounts/", accounts.account_list, name="account_list"),
    path("accounts/<int:pk>/", accounts.account_detail, name="account_detail"),
    path("grades/", settings.grade_list, name="grade_list"),
]
