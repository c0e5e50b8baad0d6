"""Pages that show every part once, for rendering tests and screenshots. Not part of the product."""

import datetime as dt
from types import SimpleNamespace

import django_filters
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path
from django.utils import timezone

from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.home.context import NavItem, Shell
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from amdp.web.charts import Chart
from amdp.web.colour import brand_css
from amdp.web.exports import Column
from amdp.web.forms import Choices, DateField, Form, LongText, ManyChoices
from amdp.web.pages import ListPage
from amdp.web.time import zone_line

app_name = "gallery"
COLUMNS = [
    Column("Name", lambda person: person.name, "First and last name in the HR file"),
    Column("Title", lambda person: person.job_title),
    Column("Hired", lambda person: person.hire_date, "First day of work"),
]


class PersonFilter(django_filters.FilterSet):
    market = django_filters.ChoiceFilter(choices=[("US", "United States"), ("DE", "Germany")], label="Market")
    hired_after = django_filters.DateFilter(
        field_name="hire_date",
        lookup_expr="gte",
        label="Hired after",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Person
        fields = ["market"]


class NominationForm(Form):
    person = forms.ChoiceField(
        label="Who do you nominate?",
        choices=[("", "Choose a person"), ("1", "Jordan Lee, Philadelphia")],
        help_text="People in your reporting line, 34 in all.",
    )
    ready = Choices(
        label="When would they be ready to lead an account?",
        choices=[("6", "Within 6 months"), ("18", "In 6 to 18 months")],
        choice_help={"6": "Could take over a mid-size health system now with a mentor beside"},
    )
    why = LongText(label="Why now?", max_length=600, help_text="Two or three sentences.")
    start = DateField(label="Could start on", required=False)
    take_on = ManyChoices(
        label="What you take on",
        choices=[("day", "Free one day a week"), ("confirm", "Confirm each task")],
        required=False,
    )
    sure = forms.BooleanField(label="Their leader knows", help_text="We do not tell them.")


def frame() -> Shell:
    """A frame with every place in it."""
    names = ["Home", "Programs", "Selection", "Journeys", "Mentoring", "Outcomes", "People", "Settings"]
    icons = ["home", "stack-2", "list-check", "route", "users", "chart-line", "address-book", "settings"]
    nav = [
        NavItem(name, f"/{name.lower()}/", icon, current=name == "People", tally=5 if name == "Home" else 0)
        for name, icon in zip(names, icons, strict=True)
    ]
    acme = SimpleNamespace(name="Aurelia Therapeutics", slug="acme")
    other = SimpleNamespace(name="Nordlicht Pharma", slug="nordlicht")
    return Shell(
        nav=nav,
        organization=acme,
        organizations=[acme, other],
        person_name="Marcus Oyelaran",
        role_line="Regional director · mentor",
        unread=2,
        time_zone_line=zone_line(),
        home_url="/",
        search_url="/search/",
        notifications_url="/notices/",
        own_menu=[NavItem("Your profile", "/me/", "user"), NavItem("Password", "/password/", "key")],
    )


def people(request: HttpRequest) -> HttpResponse:
    with organization_context(Organization.objects.get(slug="acme")):
        return people_of_acme(request)


def people_of_acme(request: HttpRequest) -> HttpResponse:
    rows = ListPage(
        request,
        Person.objects.all(),
        noun=("person", "people"),
        search=search_people,
        filters=PersonFilter,
        sorts={"name": ("last_name_key", "name_key"), "hired": ("hire_date?",)},
        downloadable=True,
        bulk_url="/bulk/",
        placeholder="Search by name or number",
    )
    if rows.download:
        return rows.file(COLUMNS, "people")
    return page(request, PEOPLE, {"list": rows})


def form(request: HttpRequest) -> HttpResponse:
    bound = NominationForm(request.POST or None)
    bound.is_valid()
    messages.success(request, "Jordan is nominated. Dana is asked for approval.")
    return page(request, FORM, {"form": bound})


def parts(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    tasks = [
        SimpleNamespace(
            icon="user-check", title="Decide on Nora Castellanos for Account Director 2027", detail="Nominated by Ben Whitaker · 3 min",
            due=now - dt.timedelta(days=4), due_note="", url="/1/", action="Read and decide",
        ),
        SimpleNamespace(
            icon="message-dots", title="Log your session with Freya Lindgren", detail="You met on Thursday",
            due=now, due_note="as her mentor", url="/2/", action="Log session",
        ),
    ]  # fmt: skip
    chart = Chart(
        name="retention",
        finding="Graduates stay longer: 91% against 78% after two years",
        description="Two falling lines, the program's above the comparison's",
        spec={
            "data": {
                "values": [
                    {"t": t, "v": 1 - t * k, "arm": arm}
                    for arm, k in [("Program", 0.004), ("Comparison", 0.01)]
                    for t in range(0, 25, 6)
                ]
            },
            "mark": {"type": "line"},
            "encoding": {
                "x": {"field": "t", "type": "quantitative", "title": "Months"},
                "y": {
                    "field": "v",
                    "type": "quantitative",
                    "axis": {"format": ".0%"},
                    "title": "Still employed",
                },
                "color": {
                    "field": "arm",
                    "type": "nominal",
                    "title": None,
                    "scale": {"domain": ["Program", "Comparison"], "range": ["--chart-1", "--chart-2"]},
                },
            },
        },
        columns=["Group", "People", "After 2 years", "95% interval"],
        rows=[
            ["Program", "118", "91%", "84–95%"],
            ["Comparison", "96", "78%", "68–85%"],
            ["Other", "fewer than 5", "hidden", "hidden"],
        ],
        note="As of 31 Jan, unmatched.",
    )
    return page(
        request, PARTS, {"tasks": tasks, "chart": chart, "now": now, "soon": now + dt.timedelta(days=2)}
    )


def page(request: HttpRequest, source: str, context: dict) -> HttpResponse:
    template = engines["django"].from_string(source)
    return HttpResponse(template.render({"shell": frame(), **context}, request))


def brand(request: HttpRequest) -> HttpResponse:
    return HttpResponse(brand_css(request.GET.get("accent", "#155e75")), content_type="text/css")


def error(request: HttpRequest, name: str) -> HttpResponse:
    context = {
        "sentence": "Only the nominator can withdraw a nomination.",
        "shell": frame() if "frame" in request.GET else Shell(),
    }
    return render(request, f"{name}.html", context)


PEOPLE = """{% extends "list.html" %}
{% block title %}People{% endblock %}
{% block crumbs %}{% crumb "Directory" "/" %}{% crumb "People" %}{% endblock %}
{% block state %}<strong>{{ list.count_line }}</strong> in your line. From HR data of today 06:00.{% endblock %}
{% block actions %}<a class="btn btn-primary" href="/import/">{% icon "upload" %}Import people</a>{% endblock %}
{% block list_head %}<th scope="col" class="td-tick"><label class="tick"><input type="checkbox" data-select-all><span class="visually-hidden">Select all on this page</span></label></th>{% heading list "name" "Name" %}<th scope="col">Title</th>{% heading list "hired" "Hired" "num" %}<th scope="col">State</th><th scope="col"><span class="visually-hidden">Actions</span></th>{% endblock %}
{% block list_rows %}{% for row in list.rows %}<tr><td class="td-tick">{% select_row row.pk row.name %}</td><th scope="row">{% person row.name row.market "/p/" %}</th><td data-label="Title">{{ row.job_title|default:"–" }}</td><td class="num" data-label="Hired">{{ row.hire_date|day }}</td><td data-label="State">{% status "On track" "good" %}</td><td class="row-actions"><a class="btn btn-quiet" href="/nominate/">Nominate<span class="visually-hidden"> {{ row.name }}</span></a></td></tr>{% endfor %}{% endblock %}
{% block list_bulk %}<button class="btn btn-quiet" type="submit">Invite</button>{% endblock %}
{% block list_empty %}{% empty_state "No people yet" "Bring your people in from the HR system; it takes about five minutes." "address-book" "/import/" "Import people" %}{% endblock %}"""

FORM = """{% extends "base.html" %}
{% block title %}Nominate Jordan Lee{% endblock %}
{% block crumbs %}{% crumb "Selection" "/" %}{% crumb "Account Director 2027" "/" %}{% crumb "Nominate" %}{% endblock %}
{% block state %}Account Director 2027 · <strong>41 nominated for 16 seats</strong> · nominations close Mon 15 Feb{% endblock %}
{% block actions %}<span class="saved" role="status" data-autosave-status></span>{% endblock %}
{% block content %}<div class="split"><form class="panel" method="post" id="nomination" data-autosave><div class="panel-body">{% csrf_token %}{{ form }}</div><div class="panel-foot"><div class="actions"><button class="btn btn-primary">Nominate Jordan and ask Dana for approval</button><a class="btn btn-link-plain" href="/">Cancel</a></div><p class="mt-2 mb-0">Jordan is not told now.</p></div></form><section class="panel"><div class="panel-head"><h2>What happens then</h2></div><div class="panel-body"><p>Dana decides by Tue 16 Feb.</p>{% why "Why Dana?" %}<p><b>Rule</b> The first leader above the nominator.</p>{% endwhy %}</div></section></div>{% endblock %}"""

PARTS = """{% extends "base.html" %}
{% block title %}Good morning, Marcus{% endblock %}
{% block scripts %}{% include "components/chart_scripts.html" %}{% endblock %}
{% block state %}<strong>2 things need you, 1 is late.</strong>{% endblock %}
{% block content %}
<div class="split"><div><section class="panel" aria-labelledby="needs"><div class="panel-head"><h2 id="needs">What needs you now</h2><span class="muted small">{{ now|day }}</span></div><ul>{% for one in tasks %}{% task one first=forloop.first %}{% endfor %}</ul></section>
<section class="panel"><div class="panel-body pt-4">{% chart chart %}</div></section></div>
<div><section class="panel"><div class="panel-head"><h2>Import</h2></div><div class="panel-body">{% progress 4200 10000 "Reading rows" %}<p>{{ soon|due }}, {{ 0.914|percent }} of {{ 10001|number }}, {{ 1|plural:"person,people" }}</p>{% status "1 module late" "warn" %} {% status "Refused" "bad" %} {% status "Draft" "line" %} {% status "Open" "accent" %}</div></section>
<section class="panel tasks-list"><div class="panel-head"><h2>Set up</h2></div><ul><li class="tl-row"><div><a href="/">Dates and seats</a><p>20 seats, starts Mon 7 Jun</p></div>{% status "Done" "good" %}</li><li class="tl-row"><div><a href="/">Criteria and weights</a><p>Weights add up to 90%</p></div>{% status "Problem" "bad" %}</li></ul></section></div></div>{% endblock %}"""

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("gallery/people/", people),
    path("gallery/form/", form),
    path("gallery/parts/", parts),
    path("gallery/brand.css", brand),
    path("gallery/error/<str:name>/", error),
]
