from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from amdp.directory.access import can_change_grades
from amdp.directory.forms import DemographicsForm, GradeFormSet, grade_rows
from amdp.directory.grades import save_grades
from amdp.directory.models import Grade
from amdp.directory.queries import person_of
from amdp.directory.services import identify_oneself
from amdp.identity.requests import MemberRequest


def demographics_edit(request: MemberRequest, org: str) -> HttpResponse:
    """What I say about myself; seen by nobody else but in totals."""
    person = person_of(request.member)
    if person is None:
        raise Http404
    said = person.demographics.first()
    form = DemographicsForm(request.POST or None, initial=DemographicsForm.initial_of(said))
    if request.method == "POST" and form.is_valid():
        identify_oneself(person, gender=form.said, by=request.member)
        messages.success(request, "Your answer is kept.")
        return redirect("directory:person_detail", org, person.pk)
    return render(request, "directory/demographics_edit.html", {"form": form, "person": person})


def grade_list(request: MemberRequest, org: str) -> HttpResponse:
    """The grade table, from the lowest rank up."""
    if not can_change_grades(request.member):
        raise PermissionDenied("Only owners of the organization change the grade table.")
    grades = list(Grade.objects.annotate(used=Count("people")))
    initial = [{"pk": g.pk, "code": g.code, "name": g.name, "rank": g.rank} for g in grades]
    formset = GradeFormSet(request.POST or None, initial=initial)
    refused = ""
    if request.method == "POST" and formset.is_valid():
        try:
            save_grades(grade_rows(formset), by=request.member)
        except ValidationError as error:
            refused = error.messages[0]
        else:
            messages.success(request, "The grade table is saved.")
            return redirect("directory:grade_list", org)
    used = {grade.pk: grade.used for grade in grades}
    context = {"formset": formset, "used": used, "refused": refused, "count": len(grades)}
    return render(request, "directory/grade_list.html", context)
