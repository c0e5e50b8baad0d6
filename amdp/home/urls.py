from django.urls import path

from amdp.home import views

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search_results, name="search"),
    path("brand.css", views.brand, name="brand"),
    path("more/", views.more, name="more"),
]
