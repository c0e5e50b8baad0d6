"""Every page about one's login, in Chromium: nothing for axe to find, on a desk and on a phone, in our words."""

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from amdp.directory.invitations.services import invite_person
from amdp.identity.models import Invitation
from amdp.identity.services import renew_link
from amdp.tenancy.context import organization_context
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.identity.test_login import PASSWORD, current_code
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import SIZES, chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOT_OURS = (
    "uccessful", "Please", "please", "TOTP", "MFA", "token", "email", "This field is required", "Sign Up",
    "Authenticator code", "verif", "Verif", "credentials", "Enter a valid",
)  # fmt: skip


class Visitor:
    """Somebody at the login, who looks closely at every page."""

    def __init__(self, page, url):
        self.page, self.url = page, url

    def open(self, path, *seen):
        self.page.goto(path if path.startswith("http") else self.url + path)
        return self.look(*seen)

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]:not([type=radio])").fill(value)
        return self

    def press(self, name, *seen):
        return self.send(name).look(*seen)

    def send(self, name):
        before = self.page.evaluate("performance.timeOrigin")
        self.page.locator("main").get_by_role("button", name=name).click()
        self.page.wait_for_function("before => performance.timeOrigin !== before", arg=before)
        self.page.wait_for_load_state()
        return self

    def look(self, *seen):
        """The page says this, in our words, and axe and the window's width agree, wide and light, narrow and dark."""
        text = self.page.locator("body").inner_text()
        assert not [words for words in seen if words not in text], text
        assert not [words for words in NOT_OURS if words in text], text
        for size, scheme in (("wide", "light"), ("phone", "dark")):
            self.page.set_viewport_size(SIZES[size])
            self.page.emulate_media(color_scheme=scheme)
            check_accessible(self.page)
            check_no_sideways_scroll(self.page)
        return self


@pytest.fixture
def dora(live_server, settings):
    """Somebody with a confirmed address and a password. Limits start anew: they live in Redis."""
    cache.clear()
    settings.SITE_URL = live_server.url
    acme = OrganizationFactory(name="Acme", slug="acme")
    member = MembershipFactory(organization=acme, user__name="Dora Lee", user__email="dora@example.com")
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    return member


@pytest.fixture
def visitor(dora, live_server):
    with chromium() as browser:
        yield Visitor(new_page(browser), live_server.url)
    cache.clear()


@pytest.fixture
def signed_in(dora, visitor):
    visitor.open("/accounts/login/").fill(login="dora@example.com", password=PASSWORD).press("Sign in")
    return visitor


def test_signing_in_and_out(visitor):
    visitor.open("/accounts/login/", "Sign in").press("Sign in", "This needs an answer.")
    visitor.fill(login="not an address", password="x").press("Sign in", "Write the whole address")
    visitor.fill(login="dora@example.com", password="wrong")
    visitor.press("Sign in", "E-mail and password do not belong together.")
    for _ in range(4):
        visitor.fill(password="wrong").send("Sign in")
    visitor.fill(password="wrong").press("Sign in", "Too many attempts. Wait five minutes")
    cache.clear()
    visitor.fill(password=PASSWORD).press("Sign in", "Nothing needs you now.")
    visitor.open("/accounts/logout/", "Sign out").press("Sign out", "You are signed out.")
    visitor.open("/accounts/signup/", "By invitation only")


def test_one_tries_too_often(visitor):
    for _ in range(21):
        Client().post("/accounts/password/reset/", {"email": "eve@example.com"})
    visitor.open("/accounts/password/reset/").fill(email="eve@example.com")
    visitor.press("Send me the link", "Too many attempts", "Wait a few minutes")


def test_a_forgotten_password(dora, visitor):
    visitor.open("/accounts/password/reset/", "Forgot your password?").press(
        "Send me the link", "This needs an answer."
    )
    visitor.fill(email="dora@example.com").press("Send me the link", "Look into your mail")
    key = default_token_generator.make_token(dora.user)
    link = f"/accounts/password/reset/key/{user_pk_to_url_str(dora.user)}-{key}/"
    visitor.open(link, "Choose a new password").fill(password1="short", password2="other")
    visitor.press("Save the new password")
    visitor.fill(password1="twelve blue kettles", password2="twelve blue kettles")
    visitor.press("Save the new password", "Your password is changed")
    visitor.open(link, "This link does not work any more")


def test_an_address_is_confirmed(dora, visitor):
    address = EmailAddress.objects.get()
    EmailAddress.objects.update(verified=False)
    visitor.open("/accounts/confirm-email/", "Confirm your e-mail address")
    link = f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/"
    visitor.open(link, "Is dora@example.com yours?").press(
        "Yes, confirm it", "dora@example.com is confirmed."
    )
    visitor.open("/accounts/confirm-email/nonsense/", "This link does not work any more")


def test_a_login_that_is_switched_off(dora, visitor):
    dora.user.is_active = False
    dora.user.save()
    visitor.open("/accounts/login/").fill(login="dora@example.com", password=PASSWORD)
    visitor.press("Sign in", "This login is switched off")


def test_a_second_factor_from_setting_up_to_switching_off(dora, signed_in):
    me = signed_in
    me.open("/accounts/2fa/", "Two-factor authentication", "Off.")
    me.open("/accounts/2fa/totp/activate/", "Is it still you?").fill(password="wrong")
    me.press("Continue", "That is not your password.")
    me.fill(password=PASSWORD).press("Continue", "Set up two-factor authentication")
    me.press("Switch on two-factor authentication", "This needs an answer.")
    me.fill(code="000000").press("Switch on two-factor authentication", "This code does not fit.")
    secret = me.page.locator(".code-block-one").text_content().strip()
    me.fill(code=current_code(secret)).press(
        "Switch on two-factor authentication", "Two-factor authentication is on."
    )
    me.look("10 of 10 left")
    me.open("/accounts/2fa/recovery-codes/generate/").press(
        "Make new codes", "Here are ten new recovery codes."
    )
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    me.open("/accounts/2fa/", "On.")
    me.open("/accounts/2fa/reauthenticate/", "Is it still you?").fill(code="1").press(
        "Continue", "This code does not fit."
    )
    me.fill(code=codes[0]).press("Continue")
    me.page.context.clear_cookies()
    me.open("/accounts/login/").fill(login="dora@example.com", password=PASSWORD)
    me.press("Sign in", "Enter your code").press("Sign in", "This needs an answer.")
    me.fill(code="000000").press("Sign in", "This code does not fit.")
    me.fill(code=codes[1]).press("Sign in", "Nothing needs you now.")
    me.open("/accounts/2fa/totp/deactivate/", "Is it still you?").fill(password=PASSWORD)
    me.press("Continue", "Switch off two-factor authentication?")
    me.press("Switch it off", "Two-factor authentication is off.")


def test_ones_own_login(dora, signed_in):
    me = signed_in
    me.open("/accounts/email/", "Your e-mail addresses").fill(email="dora@example.com")
    me.press("Add and confirm by mail", "This address is yours already.")
    me.fill(email="dora.lee@example.com").press("Add and confirm by mail", "Is it still you?")
    me.fill(password=PASSWORD).press("Continue", "is on its way to dora.lee@example.com")
    me.open("/accounts/password/change/", "Change your password")
    me.fill(oldpassword="wrong", password1="twelve blue kettles", password2="other").press(
        "Change my password"
    )
    Client().post("/accounts/login/", {"login": "dora@example.com", "password": PASSWORD})
    me.open("/accounts/sessions/", "2 browsers").press(
        "End my other sessions", "Your other sessions are ended."
    )


def test_an_organization_asks_for_a_second_factor(dora, signed_in):
    dora.organization.requires_two_factor = True
    dora.organization.save()
    signed_in.open("/o/acme/", "Acme asks for two-factor authentication.")


def test_an_invitation_and_one_that_no_longer_works(dora, visitor):
    with organization_context(dora.organization):
        admin = MembershipFactory(organization=dora.organization, granted_roles=["ld_admin"])
        nora = PersonFactory(first_name="Nora", last_name="Field", email="nora@example.com")
        link = renew_link(invite_person(nora, roles=[], by=admin), dora.organization)
    visitor.open(link, "invites nora@example.com to Acme").press(
        "Set the password and join", "This needs an answer."
    )
    with organization_context(dora.organization):
        Invitation.objects.update(expires_at=timezone.now())
    visitor.open(link, "This invitation no longer works")
    with organization_context(dora.organization):
        doras = PersonFactory(first_name="Dora", last_name="Lee", email="dora@example.com")
        link = renew_link(invite_person(doras, roles=[], by=admin), dora.organization)
    visitor.open(link)
    client = Client()
    client.force_login(admin.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": visitor.url}
    visitor.page.context.add_cookies([cookie])
    visitor.open(link, "Sign out, then open the link once more.")
