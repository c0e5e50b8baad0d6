"""Signing in, mails about the login, the second factor, other sessions."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tests.factories.identity import MembershipFactory

PASSWORD = "a long pass phrase"


@pytest.fixture
def dora(acme):
    """Somebody with a verified address and a password."""
    member = MembershipFactory(organization=acme, user__name="Dora Lee", user__email="dora@example.com")
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    return member


def login(client, password=PASSWORD, email="dora@example.com", **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def test_login_by_mail_address_leads_to_the_only_organization(client, dora):
    response = login(client, email="Dora@Example.com")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/").headers["Location"] == "/o/acme/"


def test_the_page_one_comes_to_says_no_more_than_it_has_to(client, dora):
    login(client)
    assert "uccessfully" not in client.get("/o/acme/").content.decode()


def test_login_leads_back_to_the_page_one_wanted(client, dora):
    response = login(client, next="/o/acme/me/")
    assert response["Location"] == "/o/acme/me/"


def test_nobody_signs_up_alone(client, db):
    response = client.post(
        "/accounts/signup/", {"email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert response.templates[0].name == "account/signup_closed.html"


def test_an_unverified_address_gets_a_mail_instead(client, dora, commit, mailoutbox, link_in):
    EmailAddress.objects.update(verified=False)
    with commit():
        response = login(client)
    assert response["Location"] == "/accounts/confirm-email/"
    [mail] = mailoutbox
    assert mail.subject == "Confirm your e-mail address"
    client.post(link_in(mail))
    assert EmailAddress.objects.get().verified
    assert login(client)["Location"] == "/"


def test_a_new_password_by_mail_in_html_and_text(client, dora, commit, mailoutbox, link_in):
    with commit():
        client.post(
            "/accounts/password/reset/", {"email": "dora@example.com"}, headers={"host": "evil.example"}
        )
    [mail] = mailoutbox
    assert mail.body.count("http://127.0.0.1:8000/accounts/password/reset/key/") == 1
    assert "evil" not in mail.body
    assert "Set a new password</a>" in mail.alternatives[0][0]
    form = client.get(link_in(mail))["Location"]
    new = "twelve blue kettles"
    client.post(form, {"password1": new, "password2": new})
    assert login(Client()).status_code == 200
    assert login(Client(), new)["Location"] == "/"


def test_asking_for_an_unknown_address_looks_the_same(client, dora, commit, mailoutbox):
    with commit():
        unknown = client.post("/accounts/password/reset/", {"email": "eve@example.com"})
        known = client.post("/accounts/password/reset/", {"email": "dora@example.com"})
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert [mail.subject for mail in mailoutbox] == [
        "There is no login for this address",
        "Set a new password",
    ]


def test_guessing_passwords_is_stopped(client, dora):
    for _ in range(5):
        login(client, "wrong")
    refused = login(client)
    assert refused.status_code == 200
    assert "Too many attempts. Wait five minutes" in refused.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_password_is_kept_with_argon2(dora):
    dora.user.set_password(PASSWORD)
    assert dora.user.password.startswith("argon2$argon2id$")


@pytest.fixture
def totp(dora):
    """Dora's authenticator app: its secret as the app on her phone knows it."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(dora.user, secret)
    RecoveryCodes.activate(dora.user)
    return secret


def current_code(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_the_second_factor_is_asked_for(client, dora, totp):
    assert login(client)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/o/acme/me/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": current_code(totp)})
    assert client.get("/o/acme/me/").status_code == 200


def test_a_recovery_code_works_once(client, dora, totp):
    code = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
    login(client)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" in client.session
    other = Client()
    login(other)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" not in other.session


def test_authenticator_secrets_are_encrypted_at_rest(dora, totp):
    stored = " ".join(str(row.data) for row in Authenticator.objects.all())
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    assert totp not in stored
    assert not [code for code in codes if code in stored]


def test_an_organization_can_require_the_second_factor(client, dora, acme):
    acme.requires_two_factor = True
    acme.save()
    client.force_login(dora.user)
    response = client.get("/o/acme/me/")
    assert response["Location"] == "/accounts/2fa/totp/activate/?next=%2Fo%2Facme%2F"
    assert client.get("/api/v1/o/acme/me/").status_code == 403
    TOTP.activate(dora.user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert client.get("/o/acme/me/").status_code == 200


def test_setting_up_the_second_factor_is_told_by_mail(client, dora, commit, mailoutbox):
    login(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    with commit():
        response = client.post("/accounts/2fa/totp/activate/", {"code": current_code(secret)})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    assert "Two-factor authentication is on" in [mail.subject for mail in mailoutbox]


def test_other_sessions_can_be_ended(client, dora):
    elsewhere = Client()
    login(client)
    login(elsewhere)
    assert elsewhere.get("/o/acme/me/").status_code == 200
    client.get("/o/acme/me/")
    client.post("/accounts/sessions/")
    assert elsewhere.get("/o/acme/me/").status_code == 302
    assert client.get("/o/acme/me/").status_code == 200


def test_an_expired_session_inside_a_page_leads_to_the_login(client, acme):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/o/acme/people/?page=2"}
    response = client.get("/o/acme/people/", headers=headers)
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=/o/acme/people/"


def test_login_pages_are_never_stored(client, dora):
    assert "no-store" in client.get("/accounts/login/")["Cache-Control"]
    login(client)
    assert re.search("no-store", client.get("/o/acme/me/")["Cache-Control"])
