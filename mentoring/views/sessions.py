from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from amdp.directory.queries import local_today
from amdp.identity.requests import MemberRequest
from mentoring import access, queries, services
from mentoring.capacity import load_of
from mentoring.forms import AmendForm, SessionForm, new_token
from mentoring.models import CoachingSession, Mentorship
from mentoring.vault import open_note


@sensitive_post_parameters("private_note", "shared_notes")
def session_log(request: MemberRequest, org: str) -> HttpResponse:
    pairs = queries.mentees_longest_first(access.own_mentorships(request.member), request.member)
    if not pairs:
        raise PermissionDenied("You have no mentee, so there is nothing to log.")
    form = SessionForm(request.POST or None, mentorships=pairs, initial=_prefilled(request, list(pairs)))
    if request.method == "POST" and form.is_valid():
        pair, token = form.cleaned_data["mentorship"], form.cleaned_data["token"]
        try:
            session = services.log_session(pair, form.facts(), token=token, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(
                request,
                f"{session.minutes} minutes with {pair.participant} are logged. They are asked to confirm.",
            )
            return redirect("mentoring:mentorship_detail", org, pair.pk)
    return render(request, "mentoring/session_log.html", _form_context(request, form, list(pairs)))


def _prefilled(request: MemberRequest, pairs: list[Mentorship]) -> dict[str, object]:
    asked = request.GET.get("with", "")
    chosen = next((one for one in pairs if str(one.pk) == asked), pairs[0])
    return {
        "mentorship": chosen.pk,
        "held_on": local_today(request.member),
        "minutes": 45,
        "kind": CoachingSession.Kind.COACHING,
        "token": new_token(),
    }


def _form_context(request: MemberRequest, form: SessionForm, pairs: list[Mentorship]) -> dict[str, object]:
    today = local_today(request.member)
    chosen = str(form["mentorship"].value() or "")
    pair = next((one for one in pairs if str(one.pk) == chosen), pairs[0])
    return {
        "form": form,
        "pair": pair,
        "only_one": len(pairs) == 1,
        "today": today,
        "minutes": queries.minutes_in_month(pair.mentor, today),
        "load": load_of(pair.mentor, today),
        "open_actions": queries.open_actions(pair),
    }


def session_detail(request: MemberRequest, org: str, session: int) -> HttpResponse:
    found = _session(request, session)
    note = access.visible_private_notes(request.member).filter(session=found).first()
    context = {
        "session": found,
        "pair": found.mentorship,
        "is_mentor": access.can_edit_session(request.member, found),
        "may_answer": access.can_answer_session(request.member, found),
        "note": open_note(note.ciphertext, request.member) if note else "",
    }
    return render(request, "mentoring/session_detail.html", context)


@sensitive_post_parameters("private_note", "shared_notes")
def session_edit(request: MemberRequest, org: str, session: int) -> HttpResponse:
    found = _session(request, session)
    if not access.can_edit_session(request.member, found):
        raise PermissionDenied("The mentor changes what was logged; you can ask for a change.")
    note = access.visible_private_notes(request.member).filter(session=found).first()
    text = open_note(note.ciphertext, request.member) if note else ""
    pairs = access.own_mentorships(request.member).filter(pk=found.mentorship_id)
    form = SessionForm(
        request.POST or None, mentorships=pairs, session=found, initial=SessionForm.values_of(found, text)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_session(found, form.facts(), by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Changed. {found.mentorship.participant} confirms it as it is now.")
            return redirect("mentoring:session_detail", org, found.pk)
    context = _form_context(request, form, list(pairs)) | {"session": found}
    return render(request, "mentoring/session_log.html", context)


@require_POST
def session_confirm(request: MemberRequest, org: str, session: int) -> HttpResponse:
    found = _session(request, session)
    if not access.is_mentee_in(request.member, found.mentorship):
        raise PermissionDenied("Only the participant confirms a session.")
    try:
        services.confirm_session(found, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "Confirmed.")
    return redirect("mentoring:mentorship_detail", org, found.mentorship_id)


def session_amend(request: MemberRequest, org: str, session: int) -> HttpResponse:
    found = _session(request, session)
    if not access.can_answer_session(request.member, found):
        raise PermissionDenied(
            "Only the participant asks for a change, while the session waits for an answer."
        )
    form = AmendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_to_amend(found, **form.cleaned_data, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{found.mentorship.mentor} is asked to change it.")
            return redirect("mentoring:session_detail", org, found.pk)
    return render(
        request, "mentoring/session_amend.html", {"form": form, "session": found, "pair": found.mentorship}
    )


@require_POST
def action_done(request: MemberRequest, org: str, action: int) -> HttpResponse:
    found = get_object_or_404(access.visible_actions(request.member), pk=action)
    services.finish_action(found, done=request.POST.get("done") != "no")
    return redirect("mentoring:mentorship_detail", org, found.session.mentorship_id)


def _session(request: MemberRequest, pk: int) -> CoachingSession:
    sessions = access.visible_sessions(request.member).select_related(
        "mentorship__mentor__person",
        "mentorship__participant__person",
        "mentorship__participant__cohort",
        "account",
    )
    return get_object_or_404(sessions.prefetch_related("topics__competency", "actions"), pk=pk)
