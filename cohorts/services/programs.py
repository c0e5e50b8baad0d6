"""A program's design: made from a blueprint or blank, and edited part by part."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, ProtectedError

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.blueprints import Blueprint
from cohorts.models import Behavior, Competency, Metric, Objective, Outcome, Program, Stakeholder
from cohorts.services.signoff import reopen

Ordered = Objective | Outcome | Metric | Competency | Behavior
Part = Ordered | Stakeholder

UNAUDITED = {"id", "organization", "program", "competency", "position"}


@transaction.atomic
def create_program(
    name: str, *, by: Membership | None, blueprint: Blueprint | None = None, **fields: Any
) -> Program:
    """A new program being designed; with a blueprint, its objectives, outcomes, metrics and competency
    model are filled in and the organization makes them its own. Raises ValidationError when the name is
    taken."""
    require_organization()
    program = Program(name=name.strip(), **fields)
    if blueprint is not None:
        program.blueprint = blueprint.slug
        program.summary = program.summary or blueprint.summary
        program.length_months = fields.get("length_months") or blueprint.length_months
    _refuse_taken_name(program)
    program.full_clean(exclude=["organization"])
    program.save()
    if blueprint is not None:
        _fill(program, blueprint)
    audit.record("program.created", program, by=by, after={"blueprint": program.blueprint})
    return program


def _fill(program: Program, blueprint: Blueprint) -> None:
    Objective.objects.bulk_create(
        Objective(program=program, text=text, position=place)
        for place, text in enumerate(blueprint.objectives)
    )
    Outcome.objects.bulk_create(
        Outcome(program=program, text=text, position=place) for place, text in enumerate(blueprint.outcomes)
    )
    Metric.objects.bulk_create(
        Metric(
            program=program,
            name=metric.name,
            definition=metric.definition,
            unit=metric.unit,
            source=metric.source,
            position=place,
        )
        for place, metric in enumerate(blueprint.metrics)
    )
    competencies = Competency.objects.bulk_create(
        Competency(program=program, name=one.name, description=one.description, position=place)
        for place, one in enumerate(blueprint.competencies)
    )
    Behavior.objects.bulk_create(
        Behavior(competency=competency, text=behavior.text, anchors=list(behavior.anchors), position=place)
        for competency, one in zip(competencies, blueprint.competencies, strict=True)
        for place, behavior in enumerate(one.behaviors)
    )


@transaction.atomic
def save_program(program: Program, *, by: Membership) -> Program:
    """Name, summary and length, as they now stand on the object."""
    require_organization()
    before = Program.objects.select_for_update().get(pk=program.pk)
    _refuse_taken_name(program)
    fields = ["name", "summary", "length_months"]
    program.save(update_fields=fields)
    audit.record(
        "program.changed",
        program,
        by=by,
        before={field: getattr(before, field) for field in fields},
        after={field: getattr(program, field) for field in fields},
    )
    return program


@transaction.atomic
def archive_program(program: Program, *, by: Membership) -> Program:
    """Put a signed-off program away: no new cohort opens from it. Raises ValidationError while a cohort runs."""
    require_organization()
    program = Program.objects.select_for_update().get(pk=program.pk)
    if program.cohorts.exclude(state__in=["graduated", "sustaining"]).exists():
        raise ValidationError(f"{program} still has cohorts under way. Archive it when they have graduated.")
    if Program.State.ARCHIVED not in program.MOVES[Program.State(program.state)]:
        raise ValidationError(f"{program} is not signed off, so there is nothing to archive yet.")
    program.state = Program.State.ARCHIVED
    program.save(update_fields=["state"])
    audit.record("program.archived", program, by=by)
    return program


@transaction.atomic
def save_part(part: Part, *, by: Membership) -> Part:
    """Add or change one objective, outcome, metric, competency, behaviour or stakeholder.

    A new one goes to the end. Stakeholders signed the former text, so a signed-off program is opened
    again. Raises ValidationError for an archived program or a name that is taken.
    """
    require_organization()
    program = Program.objects.select_for_update().get(pk=program_of(part).pk)
    _refuse_archived(program)
    is_new = part.pk is None
    before = {} if is_new else _facts(type(part)._default_manager.get(pk=part.pk))
    if is_new and not isinstance(part, Stakeholder):
        part.position = _next_position(part)
    _refuse_duplicate(part)
    part.full_clean(exclude=["organization"])
    part.save()
    after = _facts(part)
    if before != after:
        verb = "added" if is_new else "changed"
        audit.record(f"{part._meta.model_name}.{verb}", part, by=by, before=before, after=after)
        _reopen_for(program, part, verb, by=by)
    return part


@transaction.atomic
def delete_part(part: Part, *, by: Membership) -> None:
    """Take one part out of the design. Raises ValidationError when people have been scored on it."""
    require_organization()
    program = Program.objects.select_for_update().get(pk=program_of(part).pk)
    _refuse_archived(program)
    if isinstance(part, Competency) and part.scores.exists():
        raise ValidationError(f"People have been scored on “{part}”, so it stays. You can still reword it.")
    audit.record(f"{part._meta.model_name}.deleted", part, by=by, before=_facts(part))
    try:
        with transaction.atomic():
            part.delete()
    except ProtectedError:
        raise ValidationError(
            f"“{part}” has been used in an assessment, so it stays. You can still reword it."
        ) from None
    _reopen_for(program, part, "removed", by=by)


@transaction.atomic
def move_part(part: Ordered, *, up: bool, by: Membership) -> None:
    """Move one part one place up or down among its siblings. The order is not part of what was signed."""
    require_organization()
    siblings = list(_siblings(part).select_for_update())
    place = [one.pk for one in siblings].index(part.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(siblings):
        return
    siblings[place], siblings[other] = siblings[other], siblings[place]
    for position, one in enumerate(siblings):
        one.position = position
    type(part)._default_manager.bulk_update(siblings, ["position"])
    audit.record(f"{part._meta.model_name}.moved", part, by=by, after={"position": other})


def program_of(part: Part) -> Program:
    """The program a part belongs to."""
    return part.competency.program if isinstance(part, Behavior) else part.program


def _siblings(part: Part) -> Any:
    if isinstance(part, Behavior):
        return Behavior.objects.filter(competency=part.competency_id)
    return type(part)._default_manager.filter(program=part.program_id)


def _next_position(part: Part) -> int:
    last = _siblings(part).aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _facts(part: Part) -> dict[str, Any]:
    fields = [field for field in part._meta.fields if field.name not in UNAUDITED]
    return {field.name: field.value_from_object(part) for field in fields if field.editable}


def _reopen_for(program: Program, part: Part, verb: str, *, by: Membership) -> None:
    """A new signer has not signed; any other change is to what was signed. A signer who leaves changes nothing."""
    if isinstance(part, Stakeholder):
        if verb == "added":
            reopen(program, why=f"{part.person} was added as a stakeholder", by=by, keep_signatures=True)
        return
    what = str(part._meta.verbose_name)
    reopen(program, why=f"{what.capitalize()} {verb}: {str(part)[:200]}", by=by)


def _refuse_duplicate(part: Part) -> None:
    if isinstance(part, Competency):
        if part.program.competencies.filter(name=part.name).exclude(pk=part.pk).exists():
            raise ValidationError({"name": f"There is a competency called “{part.name}” already."})
    if isinstance(part, Stakeholder):
        if part.program.stakeholders.filter(person=part.person_id).exclude(pk=part.pk).exists():
            raise ValidationError({"person": f"{part.person} is a stakeholder already."})


def _refuse_archived(program: Program) -> None:
    if program.state == Program.State.ARCHIVED:
        raise ValidationError(f"{program} is archived and stays as it is. Create a new program instead.")


def _refuse_taken_name(program: Program) -> None:
    if Program.objects.filter(name=program.name).exclude(pk=program.pk).exists():
        raise ValidationError({"name": f"There is a program called “{program.name}” already."})
