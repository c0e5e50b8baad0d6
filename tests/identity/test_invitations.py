"""An invitation lets exactly one address in, once, for two weeks."""

import datetime as dt
from smtplib import SMTPServerDisconnected

import pytest
from allauth.account.models import EmailAddress
from celery.exceptions import Retry
from django.core.exceptions import ValidationError
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.directory.invitations.services import (
    accept_as_new_login,
    accept_invitation,
    invite_people,
    invite_person,
)
from amdp.directory.models import Person
from amdp.identity import mails
from amdp.identity.models import Invitation, Membership, Role, User
from amdp.identity.queries import invitation_for
from amdp.identity.services import (
    invite,
    remove_member,
    renew_link,
    resend_invitation,
    withdraw_invitation,
)
from amdp.identity.tasks import mail_invitations
from tests.factories.directory import PersonFactory
from tests.factories.identity import UserFactory

PASSWORD = "seven green lamps"


@pytest.fixture
def nora(acme):
    return PersonFactory(first_name="Nora", last_name="Field", email="nora@example.com")


@pytest.fixture
def invitation(nora, ld_admin):
    return invite_person(nora, roles=[Role.FACILITATOR], by=ld_admin)


def token_of(link):
    return link.rstrip("/").rsplit("/", 1)[-1]


def test_the_mail_has_a_link_that_finds_the_invitation(nora, ld_admin, acme, commit, mailoutbox, link_in):
    with commit():
        invitation = invite_person(nora, by=ld_admin)
    [mail] = mailoutbox
    assert (mail.to, mail.from_email) == (["nora@example.com"], "Acme via AMDP <no-reply@amdp.example>")
    assert mail.body.startswith("Lena Admin invites you, Nora Field, to Acme")
    path = link_in(mail)
    assert path.startswith("/invitations/acme/")
    assert f'href="http://127.0.0.1:8000{path}"' in mail.alternatives[0][0]
    assert invitation_for(token_of(path)) == invitation
    assert mail.subject == f"Join Acme by {invitation.expires_at:%a %-d %b}"


def test_the_token_is_neither_stored_nor_audited(invitation, acme):
    token = token_of(renew_link(invitation, acme))
    invitation.refresh_from_db()
    assert token not in str(vars(invitation))
    assert all(token not in str(vars(entry)) for entry in AuditEntry.objects.all())


def test_accepting_makes_a_verified_login_a_member_and_ties_the_person(invitation, nora, acme):
    member = accept_as_new_login(invitation, acme, name="Nora Field", password=PASSWORD)
    nora.refresh_from_db()
    invitation.refresh_from_db()
    assert nora.membership == member
    assert (member.granted_roles, member.user.email) == ([Role.FACILITATOR], "nora@example.com")
    assert member.user.check_password(PASSWORD)
    assert member.user.password.startswith("argon2")
    assert EmailAddress.objects.filter(user=member.user, verified=True, primary=True).count() == 1
    assert (invitation.state, invitation.accepted_by) == (Invitation.State.ACCEPTED, member)
    entries = list(AuditEntry.objects.order_by("id"))
    verbs = ["invitation.sent", "membership.added", "invitation.accepted", "person.login_tied"]
    assert [one.verb for one in entries] == verbs
    assert entries[-1].after == {"login": "nora@example.com"}


def test_an_invitation_works_once(invitation, acme):
    member = accept_as_new_login(invitation, acme, name="Nora", password=PASSWORD)
    with pytest.raises(ValidationError, match="no longer works"):
        accept_invitation(invitation, acme, user=member.user)


def test_an_expired_or_withdrawn_invitation_is_refused(invitation, acme, ld_admin):
    user = UserFactory(email="nora@example.com")
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    with pytest.raises(ValidationError, match="no longer works"):
        accept_invitation(invitation, acme, user=user)
    Invitation.objects.update(expires_at=timezone.now() + dt.timedelta(days=1))
    withdraw_invitation(invitation, by=ld_admin)
    with pytest.raises(ValidationError, match="no longer works"):
        accept_invitation(invitation, acme, user=user)
    assert Membership.objects.filter(user=user).count() == 0


def test_another_login_cannot_accept(invitation, acme):
    with pytest.raises(ValidationError, match=r"is for nora@example\.com"):
        accept_invitation(invitation, acme, user=UserFactory(email="eve@example.com"))


def test_equal_mail_alone_ties_nobody(nora, acme, ld_admin):
    invitation = invite("nora@example.com", by=None)
    accept_invitation(invitation, acme, user=UserFactory(email="nora@example.com"))
    nora.refresh_from_db()
    assert nora.membership is None


def test_an_existing_login_cannot_be_registered_again(invitation, acme):
    UserFactory(email="nora@example.com")
    with pytest.raises(ValidationError, match="Sign in to accept"):
        accept_as_new_login(invitation, acme, name="Nora", password=PASSWORD)


def test_a_weak_password_is_refused_and_leaves_no_login(invitation, acme):
    with pytest.raises(ValidationError) as refused:
        accept_as_new_login(invitation, acme, name="Nora", password="nora")
    assert list(refused.value.message_dict) == ["password"]
    assert not User.objects.filter(email="nora@example.com").exists()


def test_a_person_with_a_login_is_not_invited(alice, ld_admin):
    with pytest.raises(ValidationError, match="Alice Manager has a login already"):
        invite_person(alice.person, by=ld_admin)


def test_after_the_login_was_removed_a_person_may_be_invited_again(alice, owner, acme):
    remove_member(alice, why="Address changed", by=owner)
    invitation = invite_person(alice.person, email="alice.new@example.com", by=owner)
    member = accept_as_new_login(invitation, acme, name="Alice", password=PASSWORD)
    assert Person.objects.get(pk=alice.person.pk).membership == member


def test_a_member_without_a_person_is_tied_by_accepting(owner, acme):
    person = PersonFactory(email=owner.user.email)
    accept_invitation(invite_person(person, by=owner), acme, user=owner.user)
    person.refresh_from_db()
    owner.refresh_from_db()
    assert (person.membership, owner.granted_roles) == (owner, [Role.OWNER])


def test_the_login_of_one_person_is_not_offered_to_another(alice, nora, ld_admin):
    with pytest.raises(ValidationError, match="is the login of Alice Manager"):
        invite_person(nora, email=alice.user.email, by=ld_admin)


def test_an_address_is_invited_once_at_a_time(invitation, nora, ld_admin):
    with pytest.raises(ValidationError, match="invited already"):
        invite_person(nora, by=ld_admin)


def test_after_it_expired_an_address_may_be_invited_anew(invitation, nora, ld_admin):
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    again = invite_person(nora, by=ld_admin)
    invitation.refresh_from_db()
    assert (invitation.state, again.state) == (Invitation.State.WITHDRAWN, Invitation.State.SENT)


def test_a_member_is_not_invited(owner, alice):
    with pytest.raises(ValidationError, match="is a member already"):
        invite(alice.user.email.upper(), by=owner)


def test_in_bulk_those_who_cannot_be_invited_are_named(nora, alice, ld_admin, commit, mailoutbox):
    nobody = PersonFactory(first_name="Nemo", last_name="Nomail", email="")
    gone = PersonFactory(first_name="Greta", last_name="Gone", termination_date=dt.date(2020, 1, 1))
    with commit():
        result = invite_people([nora, alice.person, nobody, gone], by=ld_admin)
    assert [i.email for i in result.invitations] == ["nora@example.com"]
    assert [sentence for _, sentence in result.refused] == [
        "Alice Manager has a login already.",
        "The directory has no e-mail address for Nemo Nomail.",
        "Greta Gone does not work here any more.",
    ]
    assert len(mailoutbox) == 1


def test_sending_again_renews_the_link(invitation, ld_admin, acme, commit, mailoutbox, link_in):
    with commit():
        mail_invitations(acme.pk, [invitation.pk])
    with commit():
        resend_invitation(invitation, by=ld_admin)
    former, latest = (invitation_for(token_of(link_in(mail))) for mail in mailoutbox)
    assert (former, latest) == (None, invitation)


def test_a_mail_task_that_runs_twice_sends_once(invitation, acme, mailoutbox):
    mail_invitations(acme.pk, [invitation.pk])
    mail_invitations(acme.pk, [invitation.pk])
    assert len(mailoutbox) == 1


def test_a_withdrawn_invitation_is_not_mailed(invitation, ld_admin, acme, mailoutbox):
    withdraw_invitation(invitation, by=ld_admin)
    mail_invitations(acme.pk, [invitation.pk])
    assert mailoutbox == []


def test_one_address_that_fails_does_not_hold_up_the_others(
    invitation, ld_admin, acme, mailoutbox, monkeypatch
):
    other = invite_person(PersonFactory(email="other@example.com"), by=ld_admin)
    as_message = mails.Mail.as_message

    def refuse(mail):
        if mail.to == invitation.email:
            raise SMTPServerDisconnected("gone")
        return as_message(mail)

    monkeypatch.setattr(mails.Mail, "as_message", refuse)
    with pytest.raises((Retry, SMTPServerDisconnected)):
        mail_invitations(acme.pk, [invitation.pk, other.pk])
    invitation.refresh_from_db()
    assert [mail.to for mail in mailoutbox] == [["other@example.com"]]
    assert invitation.mailed_at is None


def test_an_invitation_of_acme_is_unknown_at_globex(invitation, acme, globex):
    from amdp.tenancy.context import organization_context

    token = token_of(renew_link(invitation, acme))
    assert invitation_for(token) is not None
    with organization_context(globex):
        assert invitation_for(token) is None
