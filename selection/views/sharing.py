"""What people are asked before a nomination is shared: to endorse, to consent, to speak to it.

Where nominations close while somebody writes, the form comes back with their words and says why.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.identity.requests import MemberRequest
from selection import access, services
from selection.forms.nominations import ConsentForm, EndorsementForm, ReferenceForm
from selection.models import Consent, Endorsement, NominationReference
from selection.queries.eligibility import eligibility_for
from selection.queries.evidence import terms_for_nomination


def endorsement_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """What somebody of the line wrote about themselves, and whether the leader stands behind it."""
    endorsement = get_object_or_404(access.visible_endorsements(request.member), pk=pk)
    nomination = endorsement.nomination
    cohort, person = nomination.candidate.cohort, nomination.candidate.person
    waits = endorsement.state == Endorsement.State.ASKED and access.takes_answers(cohort)
    form = EndorsementForm(request.POST or None, terms=terms_for_nomination(nomination))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        agrees = data.pop("answer") == "yes"
        try:
            services.answer_endorsement(endorsement, agrees=agrees, by=request.member, **data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            said = "goes to those who decide" if agrees else "reads your reason"
            messages.success(request, f"{person if not agrees else f'The nomination of {person}'} {said}.")
            return redirect("selection:endorsement_detail", org, endorsement.pk)
    context = {
        "endorsement": endorsement,
        "nomination": nomination,
        "form": form if waits or request.method == "POST" else None,
        "eligibility": eligibility_for(cohort, person),
    }
    return render(request, "selection/endorsement_detail.html", context)


def consent_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """What the nominator wrote, and whether the nominee wants to be put forward."""
    consent = get_object_or_404(access.visible_consents(request.member), pk=pk)
    cohort = consent.nomination.candidate.cohort
    waits = consent.state == Consent.State.ASKED and access.takes_answers(cohort)
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees = form.cleaned_data["answer"] == "yes"
        try:
            services.answer_consent(
                consent, agrees=agrees, by=request.member, words=form.cleaned_data["words"]
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            told = f"{consent.nomination.nominator} is told."
            messages.success(
                request, f"{'You are put forward' if agrees else 'The nomination is taken back'}. {told}"
            )
            return redirect("selection:consent_detail", org, consent.pk)
    context = {
        "consent": consent,
        "nomination": consent.nomination,
        "form": form if waits or request.method == "POST" else None,
    }
    return render(request, "selection/consent_detail.html", context)


def reference_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """About whom a statement is wanted, and nothing else of the nomination."""
    reference = get_object_or_404(access.visible_references(request.member), pk=pk)
    cohort = reference.nomination.candidate.cohort
    waits = reference.state == NominationReference.State.ASKED and access.takes_answers(cohort)
    form = ReferenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_reference(reference, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Thank you. What you wrote joins the nomination.")
            return redirect("selection:reference_detail", org, reference.pk)
    context = {"reference": reference, "form": form if waits or request.method == "POST" else None}
    return render(request, "selection/reference_detail.html", context)
