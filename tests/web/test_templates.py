import pytest
from django.test import override_settings
from django.urls import clear_url_caches

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gallery(acme):
    with override_settings(ROOT_URLCONF="tests.web.gallery"):
        clear_url_caches()
        yield


@pytest.mark.parametrize("url", ["/gallery/people/", "/gallery/form/", "/gallery/parts/", "/accounts/login/"])
def test_page_renders(client, url):
    response = client.get(url)
    assert response.status_code == 200
    assert "style=" not in response.content.decode()
    print(response.content.decode()[:0])


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "503"])
@pytest.mark.parametrize("frame", ["", "?frame"])
def test_error_page_renders(client, name, frame):
    assert client.get(f"/gallery/error/{name}/{frame}").status_code == 200
