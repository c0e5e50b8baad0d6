from django.urls import include, path

from amdp.identity.views import audit, members, organizations, profile

app_name = "identity"
inside = [
    path("settings/", organizations.settings, name="settings"),
    path("settings/organization/", organizations.organization_change, name="organization_change"),
    path("settings/time-zone/", organizations.time_zone_confirm, name="time_zone_confirm"),
    path("settings/organization/accent/", organizations.accent_preview, name="accent_preview"),
    path("settings/members/", members.member_list, name="member_list"),
    path("settings/members/<int:pk>/", members.member_change, name="member_change"),
    path("settings/members/<int:pk>/remove/", members.member_remove, name="member_remove"),
    path("settings/audit/", audit.entry_list, name="entry_list"),
    path("settings/exports/", audit.export_list, name="export_list"),
    path("me/", profile.profile, name="profile"),
    path("me/tokens/", profile.token_list, name="token_list"),
    path("me/tokens/<int:pk>/revoke/", profile.token_revoke, name="token_revoke"),
]
urlpatterns = [
    path("", organizations.organization_list, name="organization_list"),
    path("o/<slug:org>/", include(inside)),
]
