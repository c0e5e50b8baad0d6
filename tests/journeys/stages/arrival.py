"""The first owner comes in by a link, brings the people in and invites them."""

from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from amdp.directory.models import Account, PerformanceRating, Person
from amdp.tenancy.models import Organization
from tests.journeys.cast import PEOPLE, accounts_file, people_file, ratings_file
from tests.journeys.story import LINK

PASSWORD = "tidewater formulary 2027"
LEADERS = ["Vera", "Dana", "Grace"]


def an_owner_comes_in(story):
    out = StringIO()
    call_command("create_organization", "acme", name="Acme", owner="olivia@acme.example", stdout=out)
    story.organization = Organization.objects.get(slug="acme")
    olivia = story.visitor()
    olivia.go(LINK.search(out.getvalue()).group())
    olivia.page.get_by_label("Name").fill("Olivia Owner")
    for field in olivia.page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    olivia.press("Set the password and join").home()


def she_imports_the_people(story):
    olivia = story.as_("Olivia")
    olivia.open("imports:import_new")
    olivia.page.get_by_label("CSV file").set_input_files(people_file(story.folder))
    olivia.press("Upload and choose columns")
    olivia.see("Which column holds what?").press("Check the file")
    olivia.see(f"{len(PEOPLE)} new, 0 changed").look()
    olivia.press(f"Import {len(PEOPLE)} rows")
    olivia.see("The directory now holds what the file says").look()
    assert story.count(Person) == len(PEOPLE)
    files = {
        "ratings": ratings_file(story.folder, timezone.localdate().year - 1),
        "accounts": accounts_file(story.folder),
    }
    call_command("import_directory", "acme", **files, stdout=StringIO())
    assert (story.count(PerformanceRating), story.count(Account)) == (2 * len(PEOPLE), 3)


def she_invites_the_leaders(story):
    olivia = story.as_("Olivia")
    olivia.open("invitations:person_list", query="?q=alice")
    olivia.page.get_by_role("checkbox", name="Alice Morgan").check()
    olivia.press("Invite the selected people").see("1 person is invited")
    alice = story.visitor()
    alice.go(story.link_in(story.mail("Alice", "Acme")))
    if alice.page.get_by_label("Name").count():
        alice.page.get_by_label("Name").fill("Alice Morgan")
    for field in alice.page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    alice.press("Set the password and join").home()
    assert story.person("Alice").membership_id == story.member("Alice").pk


def the_others_have_logins(story):
    story.give_logins(*(first for _, first, *_ in PEOPLE))
    story.give_role("Lena Admin", "ld_admin")
    story.give_role("Hana Analyst", "hr_analyst")
    story.give_role("Sam Sponsor", "sponsor")


STEPS = [an_owner_comes_in, she_imports_the_people, she_invites_the_leaders, the_others_have_logins]
