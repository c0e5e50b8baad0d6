"""Mentoring's pages as people see them: nothing for axe to find, nothing that scrolls sideways, at any size."""

import datetime
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from amdp.tenancy.context import organization_context
from mentoring import runs
from mentoring.models import CheckIn, Mentorship
from mentoring.services import NextStep, SessionFacts, log_session, plan_pulse, publish_run, start_run
from tests.factories.cohorts import (
    CohortFactory,
    CompetencyFactory,
    CompetencyScoreFactory,
    ParticipantFactory,
)
from tests.factories.directory import AccountFactory, PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.mentoring import MentorFactory, MentorStrengthFactory
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = ["Mateo Álvarez", "Chidi Eze", "Ingrid Solberg", "Hana Sato", "Luís Teixeira", "Priscilla Oyelaran"]
MENTORS = ["Priya Raman", "Javier Ortega", "Anneke de Vries", "Tom Becker"]
SKILLS = [
    "Stakeholder mapping and relationships",
    "Business acumen and data analysis",
    "Leading without authority",
]


@pytest.fixture
def story():
    """A published match with one session, and a second match that waits to be looked at."""
    organization = OrganizationFactory(name="Aurelia Therapeutics", slug="acme")
    admin = MembershipFactory(organization=organization, user__name="Lena Admin", granted_roles=["ld_admin"])
    with organization_context(organization):
        cohort = CohortFactory(name="Account Director 2027", state="running")
        skills = [CompetencyFactory(program=cohort.program, name=name, behaviors=0) for name in SKILLS]
        mentors = [_mentor(organization, name, skills) for name in MENTORS]
        for number, name in enumerate(PEOPLE):
            _participant(organization, cohort, name, skills, number)
        ParticipantFactory(cohort=cohort, person__first_name="Yuki", person__last_name="Tanaka",
                           person__language="ja", person__time_zone="Asia/Tokyo")  # fmt: skip
        MentorFactory(invited=True)
        ParticipantFactory(
            graduated=True, offers_mentoring=True, person__first_name="Grace", person__last_name="Lindqvist"
        )
        first = start_run(cohort, by=admin)
    runs.work_on(organization.pk, first.pk)
    with organization_context(organization):
        first.refresh_from_db()
        publish_run(first, by=admin)
        pair = Mentorship.objects.select_related(
            "mentor__person__membership", "participant__person__membership"
        ).first()
        yesterday = timezone.now().date() - datetime.timedelta(days=1)
        facts = SessionFacts(
            held_on=yesterday,
            minutes=45,
            shared_notes="Five names on the map, two of them blockers. The secretary writes the agenda, so she comes first.",
            competencies=skills[:1],
            actions=[NextStep("Ask Elisa for an introduction to the secretary", due_on=yesterday)],
            private_note="He doubts the plan.",
        )
        session = log_session(pair, facts, token=uuid.uuid4(), by=pair.mentor.person.membership)
        check_in = CheckIn.objects.create(mentorship=pair, side="mentor", asked_on=yesterday)
        CheckIn.objects.create(
            mentorship=pair,
            side="mentee",
            asked_on=yesterday,
            going="green",
            sentence="He takes me along.",
            answered_at=timezone.now(),
        )
        plan_pulse(cohort, audience="both", subject="Bring one account", text="A real one.",
                   send_on=timezone.now().date() + datetime.timedelta(days=7), by=admin)  # fmt: skip
        late = ParticipantFactory(cohort=cohort, person__first_name="Noor", person__last_name="Haddad")
        CompetencyScoreFactory(person=late.person, competency=skills[0], score=1)
        second = start_run(cohort, by=admin)
    runs.work_on(organization.pk, second.pk)
    with organization_context(organization):
        rows = list(second.pairs.order_by("mentor"))
    here = "/o/acme/mentoring/"
    return {
        admin: [
            here, f"{here}mentors/", f"{here}mentors/invite/", f"{here}mentors/{pair.mentor_id}/",
            f"{here}cohorts/{cohort.pk}/", f"{here}cohorts/{cohort.pk}/settings/", f"{here}cohorts/{cohort.pk}/pulse/",
            f"{here}runs/{first.pk}/", f"{here}runs/{second.pk}/publish/",
            f"{here}runs/{second.pk}/pairs/{rows[0].pk}/?mentor={mentors[0].pk}",
            f"{here}runs/{second.pk}/pairs/{rows[-1].pk}/",
            f"{here}pairs/", f"{here}pairs/{pair.pk}/", f"{here}pairs/{pair.pk}/end/",
        ],
        pair.mentor.person.membership: [
            here, f"{here}profile/", f"{here}sessions/log/", f"{here}pairs/{pair.pk}/", f"{here}sessions/{session.pk}/",
            f"{here}check-ins/{check_in.pk}/", "/o/acme/",
        ],
        pair.participant.person.membership: [here, f"{here}sessions/{session.pk}/", f"{here}sessions/{session.pk}/amend/", f"{here}pairs/{pair.pk}/"],
    }  # fmt: skip


def _named(organization, name, **fields):
    first, _, last = name.partition(" ")
    member = MembershipFactory(organization=organization, user__name=name)
    return PersonFactory(first_name=first, last_name=last, membership=member, **fields)


def _mentor(organization, name, skills):
    person = _named(organization, name, job_title="Account Director")
    AccountFactory(owner=person)
    mentor = MentorFactory(person=person, account_types=["idn"], therapeutic_areas=["oncology"])
    for level, skill in enumerate(skills, start=len(name) % 3 + 1):
        MentorStrengthFactory(mentor=mentor, competency=skill, level=level)
    return mentor


def _participant(organization, cohort, name, skills, number):
    person = _named(organization, name, job_title="Senior Territory Manager")
    AccountFactory(owner=person, kind="idn" if number % 2 else "payer")
    for at, skill in enumerate(skills):
        CompetencyScoreFactory(person=person, competency=skill, score=(number + at) % 4 + 1)
    return ParticipantFactory(cohort=cohort, person=person)


@pytest.mark.parametrize(
    ("size", "theme"), [("wide", "light"), ("wide", "dark"), ("phone", "light"), ("phone", "dark")]
)
def test_the_pages_are_accessible_and_fit(story, live_server, size, theme):
    with chromium() as browser:
        for member, addresses in story.items():
            client = Client()
            client.force_login(member.user)
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
            page = new_page(browser, size, theme)
            page.context.add_cookies([cookie])
            for address in addresses:
                answer = page.goto(f"{live_server.url}{address}")
                assert answer.status == 200, address
                check_accessible(page)
                check_no_sideways_scroll(page)
            assert page.complaints == []


def test_a_session_is_logged_with_one_tap_on_a_phone(story, live_server):
    _, mentor, _ = story
    client = Client()
    client.force_login(mentor.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    with chromium() as browser:
        page = new_page(browser, "phone")
        page.context.add_cookies([cookie])
        page.goto(f"{live_server.url}/o/acme/mentoring/sessions/log/")
        page.locator("form.log button[type=submit]").dblclick()
        page.wait_for_url("**/pairs/**")
        assert "45 minutes with" in page.content()
