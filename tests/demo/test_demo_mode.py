"""What exists in demo mode only, and that it does not exist elsewhere."""

import os
import subprocess
import sys

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.urls import NoReverseMatch, reverse

from amdp.demo.mail import newest
from amdp.servers.place import PROJECT
from tests.factories.identity import MembershipFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
BACKEND = "amdp.demo.mail.EmailBackend"


@pytest.fixture
def demo_mode(settings, tmp_path):
    """Addresses, mail and folder as in demo mode."""
    settings.ROOT_URLCONF = "tests.demo.urls"
    settings.EMAIL_BACKEND = BACKEND
    settings.DATA_DIR = tmp_path
    settings.DEMO_MAIL_ONWARD = ""


@pytest.fixture
def priya(db):
    organization = OrganizationFactory(slug="aurelia", name="Aurelia")
    return MembershipFactory(
        organization=organization, user__email="priya.raman@aurelia.example", granted_roles=["ld_admin"]
    )


def send(subject="Approve Jordan Lee", to="dana@aurelia.example"):
    message = EmailMultiAlternatives(subject, "Why you get this.", "Aurelia <no-reply@aurelia.example>", [to])
    message.attach_alternative("<p>Why you get <b>this</b>.</p><script>alert(1)</script>", "text/html")
    message.send()


def test_one_click_signs_in(demo_mode, client, priya):
    response = client.post(reverse("demo:sign_in", args=["aurelia", "ld_admin"]))
    assert response.url == "/o/aurelia/"
    assert client.get(response.url).status_code == 200


def test_signing_in_takes_a_post_and_a_part_of_the_demo(demo_mode, client, priya):
    assert client.get(reverse("demo:sign_in", args=["aurelia", "ld_admin"])).status_code == 405
    assert client.post(reverse("demo:sign_in", args=["aurelia", "nobody"])).status_code == 404
    assert client.post(reverse("demo:sign_in", args=["aurelia", "owner"])).status_code == 404


def test_sent_mail_is_listed_and_shown_as_html_and_text(demo_mode, client):
    send()
    send("Sign off the program", to="helena@aurelia.example")
    assert [one.subject for one in newest()] == ["Sign off the program", "Approve Jordan Lee"]
    page = client.get(reverse("demo:mail_list"), {"to": "dana"}).content.decode()
    assert "Approve Jordan Lee" in page
    assert "Sign off" not in page
    detail = client.get(reverse("demo:mail_detail", args=[newest()[1].name]))
    assert "Why you get this." in detail.content.decode()
    assert "frame-src 'self'" in detail["Content-Security-Policy"]


def test_the_html_of_a_mail_may_run_nothing(demo_mode, client):
    send()
    body = client.get(reverse("demo:mail_body", args=[newest()[0].name]))
    assert "<b>this</b>" in body.content.decode()
    assert "default-src 'none'" in body["Content-Security-Policy"]
    assert "script-src" not in body["Content-Security-Policy"]
    assert body["X-Frame-Options"] == "SAMEORIGIN"


def test_mail_leaves_as_well_where_a_server_is_named(demo_mode, settings):
    settings.DEMO_MAIL_ONWARD = "django.core.mail.backends.locmem.EmailBackend"
    send()
    assert [one.subject for one in mail.outbox] == ["Approve Jordan Lee"]
    assert len(newest()) == 1


@pytest.mark.parametrize("name", ["..", "../../etc/passwd", "20260101000000000000-deadbeef"])
def test_only_kept_mails_are_read(demo_mode, client, name):
    assert client.get(f"/demo/mail/{name}/").status_code == 404


def test_outside_demo_mode_there_is_no_such_address(client):
    with pytest.raises(NoReverseMatch):
        reverse("demo:mail_list")
    assert client.get("/demo/mail/").status_code == 404


def test_the_deploy_check_fails_in_demo_mode():
    asked = deploy_check(AMDP_MODE="demo")
    assert asked.returncode != 0
    assert "demo.E001" in asked.stderr
    assert "demo.E002" in asked.stderr
    assert "demo.E003" in asked.stderr


def test_production_knows_nothing_of_the_demo():
    asked = deploy_check(
        AMDP_MODE="production",
        SECRET_KEY="0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGH",
        PRIVATE_NOTES_KEY="MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        DATABASE_URL="postgres://amdp_app@database/amdp",
        REDIS_URL="redis://redis/0",
        ALLOWED_HOSTS="amdp.example",
        SITE_URL="https://amdp.example",
        EMAIL_URL="smtp://mail.example:25",
    )
    assert "demo." not in asked.stderr
    assert asked.returncode == 0, asked.stderr


def deploy_check(**variables):
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"],
        env={"PATH": os.environ["PATH"], "DATA": os.environ["DATA"], **variables},
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
