"""The addresses of demo mode."""

from django.urls import include, path

from amdp.urls import urlpatterns as product

urlpatterns = [*product, path("demo/", include("amdp.demo.urls"))]
