from django.urls import path

from amdp.demo import views

app_name = "demo"
urlpatterns = [
    path("sign-in/<slug:slug>/<slug:key>/", views.sign_in, name="sign_in"),
    path("mail/", views.mail_list, name="mail_list"),
    path("mail/<slug:name>/", views.mail_detail, name="mail_detail"),
    path("mail/<slug:name>/body/", views.mail_body, name="mail_body"),
]
