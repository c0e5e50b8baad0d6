"""The template of a journey: copied from a blueprint, then edited module by module."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Competency, Participant, Program
from curriculum.blueprints import journey_blueprint
from curriculum.models import (
    Activity,
    ActivityCompetency,
    Attendance,
    Module,
    ParticipantActivity,
    Project,
    Session,
)

UNAUDITED = {"id", "organization", "program", "module", "position"}
NAME_THE_CHOICE = "Say what the choice is about. Modules with the same words are alternatives."
NOT_FIELDS = {"activities", "launches_with", "competencies", "session_starts"}


@transaction.atomic
def copy_blueprint(program: Program, *, by: Membership | None) -> list[Module]:
    """Fill an empty template from the program's blueprint; the organization makes it its own.

    Raises ValidationError when the program has modules already or its blueprint has no journey.
    """
    require_organization()
    program = _open_program(program.pk)
    if program.modules.exists():
        raise ValidationError(f"{program} has a journey already. Edit its modules, or delete them first.")
    plan = journey_blueprint(program.blueprint)
    if plan is None:
        raise ValidationError("There is no ready journey for this program. Add its modules yourself.")
    modules = Module.objects.bulk_create(
        Module(
            program=program,
            position=place,
            **{key: value for key, value in one.items() if key not in NOT_FIELDS},
        )
        for place, one in enumerate(plan)
    )
    _launch_together(modules, plan)
    _copy_activities(program, modules, plan)
    audit.record(
        "journey_template.copied",
        program,
        by=by,
        after={"blueprint": program.blueprint, "modules": len(modules)},
    )
    return modules


def _launch_together(modules: list[Module], plan: list[dict[str, Any]]) -> None:
    by_title = {module.title: module for module in modules}
    together = []
    for module, one in zip(modules, plan, strict=True):
        if "launches_with" in one:
            module.launches_with = by_title[one["launches_with"]]
            together.append(module)
    Module.objects.bulk_update(together, ["launches_with"])


def _copy_activities(program: Program, modules: list[Module], plan: list[dict[str, Any]]) -> None:
    drafts = [
        (module, place, one)
        for module, source in zip(modules, plan, strict=True)
        for place, one in enumerate(source["activities"])
    ]
    activities = Activity.objects.bulk_create(_activity(module, place, one) for module, place, one in drafts)
    competencies = {one.name: one for one in Competency.objects.filter(program=program)}
    ActivityCompetency.objects.bulk_create(
        ActivityCompetency(activity=activity, competency=competencies[name])
        for activity, (_, _, one) in zip(activities, drafts, strict=True)
        for name in one.get("competencies", [])
        if name in competencies
    )


def _activity(module: Module, place: int, one: dict[str, Any]) -> Activity:
    fields = {key: value for key, value in one.items() if key not in NOT_FIELDS}
    fields["instructions"] = fields.get("instructions", "").strip()
    starts = time.fromisoformat(one.get("session_starts", "09:00"))
    return Activity(module=module, position=place, session_starts=starts, **fields)


@transaction.atomic
def save_module(module: Module, *, by: Membership) -> Module:
    """Add or change a module; a new one goes to the end. Cohorts that are scheduled keep their dates until
    they are scheduled again."""
    require_organization()
    program = _open_program(module.program_id)
    _check_module(module)
    is_new = module.pk is None
    before = {} if is_new else _facts(Module.objects.get(pk=module.pk))
    if is_new:
        module.position = _next(Module.objects.filter(program=program))
    module.save()
    _record(module, before, is_new, by=by)
    return module


@transaction.atomic
def save_activity(
    activity: Activity, *, by: Membership, competencies: Iterable[Competency] | None = None
) -> Activity:
    """Add or change an activity and the competencies it builds; a new one goes to the end of its module."""
    require_organization()
    _open_program(activity.module.program_id)
    _check_activity(activity)
    is_new = activity.pk is None
    before = {} if is_new else _facts(Activity.objects.get(pk=activity.pk))
    if is_new:
        activity.position = _next(Activity.objects.filter(module=activity.module_id))
    elif before["mode"] != activity.mode:
        _refuse_begun([activity.pk], f"People have begun “{activity}”, so it keeps its kind.")
        if not activity.is_session:
            _refuse_seated([activity.pk])
            Session.objects.filter(activity=activity).delete()
    activity.save()
    if competencies is not None:
        activity.builds.all().delete()
        ActivityCompetency.objects.bulk_create(
            ActivityCompetency(activity=activity, competency=one) for one in competencies
        )
    _record(activity, before, is_new, by=by)
    return activity


@transaction.atomic
def delete_module(module: Module, *, by: Membership) -> None:
    """Take a module and its activities out. Raises ValidationError when somebody has begun one of them, or has
    a seat in a session of one that is planned."""
    require_organization()
    _open_program(module.program_id)
    ids = list(module.activities.values_list("pk", flat=True))
    _refuse_begun(ids, f"People have begun activities of “{module}”, so it stays. You can make it optional.")
    _refuse_seated(ids)
    audit.record("module.deleted", module, by=by, before=_facts(module))
    _remove(ids)
    module.delete()


@transaction.atomic
def delete_activity(activity: Activity, *, by: Membership) -> None:
    """Take an activity out. Raises ValidationError when somebody has begun it, or has a seat in a session of
    it that is planned."""
    require_organization()
    _open_program(activity.module.program_id)
    _refuse_begun([activity.pk], f"People have begun “{activity}”, so it stays. You can make it optional.")
    _refuse_seated([activity.pk])
    audit.record("activity.deleted", activity, by=by, before=_facts(activity))
    _remove([activity.pk])


@transaction.atomic
def move_module(module: Module, *, up: bool, by: Membership) -> None:
    """Move a module one place up or down. In each track, modules in order open one after the other."""
    require_organization()
    _open_program(module.program_id)
    _move(module, list(Module.objects.filter(program=module.program_id)), up=up, by=by)


@transaction.atomic
def move_activity(activity: Activity, *, up: bool, by: Membership) -> None:
    """Move an activity one place up or down in its module."""
    require_organization()
    _open_program(activity.module.program_id)
    _move(activity, list(Activity.objects.filter(module=activity.module_id)), up=up, by=by)


def _move(one: Any, siblings: list[Any], *, up: bool, by: Membership) -> None:
    places = {sibling.pk: place for place, sibling in enumerate(siblings)}
    if one.pk not in places:  # somebody else has just taken it out
        return
    place = places[one.pk]
    other = place - 1 if up else place + 1
    if not 0 <= other < len(siblings):
        return
    siblings[place], siblings[other] = siblings[other], siblings[place]
    for position, sibling in enumerate(siblings):
        sibling.position = position
    type(one)._default_manager.bulk_update(siblings, ["position"])
    audit.record(f"{one._meta.model_name}.moved", one, by=by, after={"position": other})


def _check_module(module: Module) -> None:
    errors: dict[str, str] = {}
    if not module.title.strip():
        errors["title"] = "Give the module a title."
    if module.rule == Module.Rule.ONE_OF and not module.choice.strip():
        errors["choice"] = NAME_THE_CHOICE
    partner = module.launches_with
    if partner is not None:
        if partner.pk == module.pk:
            errors["launches_with"] = "A module cannot launch with itself."
        elif partner.launches_with_id is not None:
            errors["launches_with"] = f"“{partner}” itself launches with another module. Choose that one."
        elif partner.program_id != module.program_id:
            errors["launches_with"] = "Choose a module of this journey."
        elif module.pk and module.launched_with.exists():
            errors["launches_with"] = "Other modules launch with this one, so it keeps a start of its own."
    if errors:
        raise ValidationError(errors)
    module.full_clean(exclude=["organization"])


def _check_activity(activity: Activity) -> None:
    activity.prompts = [text.strip() for text in activity.prompts if text.strip()]
    if len(set(activity.prompts)) != len(activity.prompts):
        raise ValidationError({"prompts": "Two prompts are the same. Write each once."})
    if activity.session_seats == 0:
        raise ValidationError(
            {"session_seats": "Leave it empty for a seat for everybody, or say how many there are."}
        )
    if activity.needs_confirmation and activity.is_session:
        raise ValidationError(
            {
                "needs_confirmation": "A session is confirmed by its roster. Use an on-the-job activity for this."
            }
        )
    if activity.needs_confirmation and not activity.prompts:
        raise ValidationError(
            {"prompts": "Write at least one prompt, so that there is something to confirm."}
        )
    activity.full_clean(exclude=["organization"])


def _refuse_begun(activity_ids: list[int], sentence: str) -> None:
    """Whatever somebody has done or written stays; who is about to has to wait for the answer."""
    items = ParticipantActivity.objects.select_for_update().filter(activity__in=activity_ids).order_by("pk")
    states = set(items.values_list("state", flat=True))
    marked = Attendance.objects.filter(session__activity__in=activity_ids, marked_at__isnull=False)
    written = Project.objects.filter(item__activity__in=activity_ids)
    if states - {ParticipantActivity.State.TO_DO} or marked.exists() or written.exists():
        raise ValidationError(sentence)


def _refuse_seated(activity_ids: list[int]) -> None:
    """A planned session in which people have a seat is cancelled first, so that they are told."""
    seats = Attendance.objects.filter(
        session__activity__in=activity_ids, session__state=Session.State.PLANNED
    ).exclude(participant__state=Participant.State.WITHDRAWN)
    seat = seats.select_related("session__activity", "session__journey__cohort").first()
    if seat is not None:
        session = seat.session
        raise ValidationError(
            f"“{session}” of {session.journey.cohort} is planned for {session.there}, and people have a seat in "
            "it. Cancel that session first, so that they are told."
        )


def _remove(activity_ids: list[int]) -> None:
    Session.objects.filter(activity__in=activity_ids).delete()
    ParticipantActivity.objects.filter(activity__in=activity_ids).delete()
    Activity.objects.filter(pk__in=activity_ids).delete()


def _open_program(pk: int) -> Program:
    """The program, locked, so that its template changes one step after another; archived ones stay as they are."""
    program = Program.objects.select_for_update().get(pk=pk)
    if program.state == Program.State.ARCHIVED:
        raise ValidationError(f"{program} is archived and stays as it is.")
    return program


def _next(siblings: Any) -> int:
    last = siblings.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _facts(one: Module | Activity) -> dict[str, Any]:
    return {
        field.name: field.value_from_object(one) for field in one._meta.fields if field.name not in UNAUDITED
    }


def _record(one: Module | Activity, before: dict[str, Any], is_new: bool, *, by: Membership) -> None:
    after = _facts(one)
    if before != after:
        verb = "added" if is_new else "changed"
        audit.record(f"{one._meta.model_name}.{verb}", one, by=by, before=before, after=after)
