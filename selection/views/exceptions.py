import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.directory.access import visible_people
from amdp.directory.models import Person
from amdp.directory.queries import employed, person_of, search_people
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from cohorts.models import Cohort
from selection import access, services
from selection.forms.exceptions import AskExceptionForm, DecideExceptionForm
from selection.models import EligibilityException
from selection.queries.eligibility import eligibility_for, eligibility_of

FOUND = 12


class ExceptionFilter(django_filters.FilterSet):
    class Meta:
        model = EligibilityException
        fields = ["state"]


def exception_list(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Every exception of a cohort, asked for or decided; L&D finds people to ask for."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    may_ask = access.can_ask_exception(request.member, cohort)
    q = request.GET.get("find", "").strip()
    people = _found(request, q) if q and may_ask else []
    rows = ListPage(
        request,
        access.visible_exceptions(request.member).filter(cohort=cohort),
        noun=("exception", "exceptions"),
        search=search_exceptions,
        filters=ExceptionFilter,
        sorts={
            "asked": ("-asked_at", "-pk"),
            "name": ("person__last_name_key", "pk"),
            "rule": ("rule", "pk"),
        },
        placeholder="Search by name",
    )
    context = {
        "cohort": cohort,
        "list": rows,
        "may_ask": may_ask,
        "q": q,
        "found": people,
        "eligibility": eligibility_of(cohort, people) if people else {},
    }
    return render(request, "selection/exception_list.html", context)


def search_exceptions(found: QuerySet[EligibilityException], text: str) -> QuerySet[EligibilityException]:
    return found.filter(person__in=search_people(Person.objects.all(), text))


def _found(request: MemberRequest, q: str) -> list[Person]:
    people = visible_people(request.member).filter(employed())
    own = person_of(request.member)
    people = people.exclude(pk=own.pk) if own else people
    return list(search_people(people, q)[:FOUND])


def exception_ask(request: MemberRequest, org: str, pk: int, person: int) -> HttpResponse:
    """Ask a second person to let one rule pass for somebody."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    whom = get_object_or_404(visible_people(request.member), pk=person)
    if not access.can_ask_exception(request.member, cohort):
        raise PermissionDenied(access.NOT_ASKED_HERE)
    eligibility = eligibility_for(cohort, whom)
    form = AskExceptionForm(request.POST or None, unmet=eligibility.unmet)
    if request.method == "POST" and form.is_valid():
        try:
            exception = services.ask_exception(cohort, whom, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"The exception for {whom} waits for a second person of L&D or HR.")
            return redirect("selection:exception_detail", org, exception.pk)
    context = {
        "cohort": cohort,
        "person": whom,
        "form": form,
        "eligibility": eligibility,
        "candidate": _file(request, cohort, whom),
        "asked": access.visible_exceptions(request.member).filter(cohort=cohort, person=whom),
    }
    return render(request, "selection/exception_ask.html", context)


def exception_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Facts on the left, the second person's decision on the right. A GET never changes anything."""
    exception = get_object_or_404(access.visible_exceptions(request.member), pk=pk)
    may_decide = access.can_decide_exception(request.member, exception)
    if request.method == "POST" and not may_decide and exception.state == exception.State.ASKED:
        raise PermissionDenied(access.NOT_SECOND)
    form = DecideExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        confirm = form.cleaned_data["decision"] == "confirm"
        try:
            services.decide_exception(
                exception, confirm=confirm, remark=form.cleaned_data["remark"], by=request.member
            )
        except ValidationError as refused:
            if may_decide:
                form.refuse(refused)
            else:
                messages.warning(request, refused.messages[0])
                return redirect("selection:exception_detail", org, exception.pk)
        else:
            word = "confirmed" if confirm else "refused"
            messages.success(
                request, f"The exception for {exception.person} is {word}. Who asked is told now."
            )
            return redirect("selection:exception_detail", org, exception.pk)
    context = {
        "exception": exception,
        "form": form,
        "may_decide": may_decide,
        "is_mine": exception.asked_by_id == request.member.pk,
        "candidate": _file(request, exception.cohort, exception.person),
        "eligibility": eligibility_for(exception.cohort, exception.person),
        "is_open": exception.cohort.state == Cohort.State.NOMINATING,
    }
    return render(request, "selection/exception_detail.html", context)


def _file(request: MemberRequest, cohort: Cohort, person: Person) -> object:
    return access.visible_candidates(request.member).filter(cohort=cohort, person=person).first()
