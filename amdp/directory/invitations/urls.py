from django.urls import include, path

from amdp.directory.invitations import acceptance, views

app_name = "invitations"
inside = [
    path("", views.invitation_list, name="invitation_list"),
    path("new/", views.invitation_new, name="invitation_new"),
    path("people/", views.person_list, name="person_list"),
    path("bulk/", views.invitation_bulk, name="invitation_bulk"),
    path("<int:pk>/resend/", views.invitation_resend, name="invitation_resend"),
    path("<int:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
]
urlpatterns = [
    path("invitations/<slug:org>/<str:token>/", acceptance.invitation_accept, name="invitation_accept"),
    path(
        "invitations/<slug:org>/<str:token>/brand.css", acceptance.invitation_brand, name="invitation_brand"
    ),
    path("o/<slug:org>/settings/invitations/", include(inside)),
]
