"""What a journey is told with: visitors who press and read what people press and read, and the world around.

A visitor looks at every page it comes to: nothing against it from axe at 1440 px in light and at 390 px in
dark, no sideways scroll, no complaint in the console.
"""

import re
from contextlib import contextmanager

from django.test import Client
from django.urls import resolve, reverse

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.context import organization_context
from tests.factories.identity import MembershipFactory
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import SIZES, new_page
from tests.worker import wait_until

SECONDS = 15
# what some story of this process has looked at already
LOOKED_AT: set[tuple[str, str, bool, bool]] = set()
LINK = re.compile(r"https?://[^\s<>\"]+")


class Visitor:
    """Somebody in front of a browser."""

    def __init__(self, story, page, size):
        self.story, self.page, self.size = story, page, size
        page.set_default_timeout(SECONDS * 1000)

    def open(self, name, *args, query=""):
        """Go to an address of the organization."""
        path = reverse(name, args=[self.story.organization.slug, *args])
        return self.go(path + query)

    def go(self, path):
        self.page.goto(path if path.startswith("http") else self.story.url + path)
        return self.look()

    def finds_nothing(self, name, *args):
        """What one may not see is not there."""
        path = reverse(name, args=[self.story.organization.slug, *args])
        assert self.page.goto(self.story.url + path).status == 404, path
        self.page.complaints.clear()  # the browser says aloud that it was a 404
        return self

    def home(self):
        return self.open("home:home")

    def press(self, name, *, within=None):
        """A button; the page that answers is looked at."""
        return self._through((within or self.page).get_by_role("button", name=name).first)

    def follow(self, name, *, within=None):
        """A link."""
        return self._through((within or self.page).get_by_role("link", name=name).first)

    def _through(self, target):
        before = self.page.evaluate("performance.timeOrigin")
        target.click()
        self.page.wait_for_function("before => performance.timeOrigin !== before", arg=before)
        self.page.wait_for_load_state()
        return self.look()

    def fill(self, label, value):
        self.page.get_by_label(label).first.fill(value)
        return self

    def choose(self, text, *, of=None):
        """One of the big choices, by what is written on it, and of which question where that is needed."""
        within = self.page.get_by_role("group", name=of) if of else self.page
        within.locator("label.choice", has_text=text).first.click()
        return self

    def see(self, *texts):
        for text in texts:
            self.page.get_by_text(text).filter(visible=True).first.wait_for()
        return self

    def miss(self, *texts):
        for text in texts:
            assert self.page.get_by_text(text).count() == 0, f"{text} is shown on {self.page.url}"
        return self

    def region(self, text):
        """The panel or the row with this in it."""
        return self.page.locator("section.panel, form.panel, tr, li, article").filter(has_text=text).last

    def look(self):
        """Check the page that is open, once for each address and kind of answer, whoever tells the story."""
        page = self.page
        match = resolve(re.sub(r"^https?://[^/]+", "", page.url).split("?")[0].split("#")[0])
        refused = page.locator(".error-summary, .note-warn").count() > 0
        seen = (match.view_name, self.size, refused, page.locator("main form").count() > 0)
        if seen not in LOOKED_AT:
            LOOKED_AT.add(seen)
            check_accessible(page)
            check_no_sideways_scroll(page)
            if self.size == "wide":
                page.set_viewport_size(SIZES["phone"])
                page.emulate_media(color_scheme="dark")
                check_accessible(page)
                check_no_sideways_scroll(page)
                page.set_viewport_size(SIZES["wide"])
                page.emulate_media(color_scheme="light")
        assert not page.complaints, f"{page.url}: {page.complaints}"
        return self


class Story:
    """The organization, its mail, and whoever visits it."""

    def __init__(self, *, browser, url, smtp, folder):
        self.browser, self.url, self.smtp, self.folder = browser, url, smtp, folder
        self.organization = None
        self._visitors = {}

    def visitor(self, size="wide"):
        """Somebody who has not signed in."""
        return Visitor(self, new_page(self.browser, size), size)

    def as_(self, name, size="wide"):
        """A member at the browser, signed in, by first name."""
        key = (name, size)
        if key not in self._visitors:
            visitor = self.visitor(size)
            self._sign_in(visitor, self.member(name))
            self._visitors[key] = visitor
        return self._visitors[key]

    def _sign_in(self, visitor, member):
        client = Client()
        client.force_login(member.user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}
        visitor.page.context.add_cookies([cookie])

    # --- the world -----------------------------------------------------------------------------------

    @contextmanager
    def inside(self):
        """The database as the application sees it for this organization."""
        with organization_context(self.organization):
            yield

    def member(self, name):
        with self.inside():
            return Membership.objects.select_related("user", "organization").get(
                organization=self.organization, user__name__startswith=f"{name} "
            )

    def person(self, name):
        with self.inside():
            return Person.objects.get(first_name=name)

    def give_logins(self, *names):
        """Logins for people of the directory; the first of them came in by invitation, through the browser."""
        with self.inside():
            for person in Person.objects.filter(first_name__in=names, membership=None):
                person.membership = MembershipFactory(
                    organization=self.organization, user__email=person.email, user__name=person.name
                )
                person.save(update_fields=["membership"])

    def give_role(self, name, role):
        """A member without a person: somebody of the staff."""
        with self.inside():
            MembershipFactory(
                organization=self.organization,
                user__email=f"{name.split()[0].lower()}@acme.example",
                user__name=name,
                granted_roles=[role],
            )

    def mail(self, name, subject):
        """Wait for the mail that the worker sends to somebody, by a part of its subject."""
        address = f"{name.lower()}@acme.example"

        def found():
            return next((mail for mail in self.smtp.to(address) if subject in mail["Subject"]), None)

        return wait_until(found, f"“{subject}” to {address}; there is {self.subjects(name)}")

    def subjects(self, name):
        return [mail["Subject"] for mail in self.smtp.to(f"{name.lower()}@acme.example")]

    def link_in(self, mail):
        """Where the mail leads."""
        body = mail.get_body(preferencelist=("plain",)).get_content()
        links = LINK.findall(body)
        assert links, body
        return links[0]

    def count(self, model, **where):
        with self.inside():
            return model.objects.filter(**where).count()
