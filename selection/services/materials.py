"""Files of an exercise: added, replaced by a newer version, taken away."""

import hashlib
import uuid
from typing import IO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from selection import access
from selection.file_types import TYPES, type_of
from selection.models import Exercise, ExerciseMaterial, MaterialVersion, SelectionPlan

Audience, Release = ExerciseMaterial.Audience, ExerciseMaterial.Release
MOST = 40
CHUNK = 1024 * 1024


@transaction.atomic
def add_material(
    exercise: Exercise,
    file: IO[bytes],
    *,
    file_name: str,
    size: int,
    audience: str,
    by: Membership,
    name: str = "",
    release: str = Release.DAY,
) -> ExerciseMaterial:
    """Keep a file for candidates or assessors of an exercise. Raises ValidationError for what is too large or
    no kind of file people can open, also when it is called as if it were."""
    require_organization()
    exercise = _held(exercise, by)
    kind = type_of(file, file_name, size)
    name = name.strip() or file_name.rpartition(".")[0][:120] or kind.upper()
    files = ExerciseMaterial.objects.filter(exercise=exercise, removed_at=None)
    if files.filter(audience=audience, name=name).exists():
        raise ValidationError({"name": f"There is a “{name}” already. Add a newer version to it."})
    if files.count() >= MOST:
        raise ValidationError(f"An exercise has at most {MOST} files.")
    material = ExerciseMaterial.objects.create(
        exercise=exercise, name=name, audience=audience, release=release
    )
    version = _keep(material, file, kind, file_name, size, by)
    facts = {"exercise": str(exercise), "audience": audience, "release": release, "file": version.file_name}
    audit.record("exercise_material.added", material, by=by, after=facts)
    return material


@transaction.atomic
def replace_material(
    material: ExerciseMaterial, file: IO[bytes], *, file_name: str, size: int, by: Membership
) -> MaterialVersion:
    """Keep a newer version; people get it from now on, older ones stay on file for L&D."""
    require_organization()
    material = _locked(material, by)
    kind = type_of(file, file_name, size)
    version = _keep(material, file, kind, file_name, size, by)
    facts = {"version": version.number, "file": version.file_name}
    audit.record("exercise_material.replaced", material, by=by, after=facts)
    return version


@transaction.atomic
def remove_material(material: ExerciseMaterial, *, by: Membership) -> None:
    """Take a file away from candidates and assessors; its versions stay on file."""
    require_organization()
    material = _locked(material, by)
    material.removed_at = timezone.now()
    material.save(update_fields=["removed_at"])
    audit.record("exercise_material.removed", material, by=by, before={"name": material.name})


def _keep(
    material: ExerciseMaterial, file: IO[bytes], kind: str, file_name: str, size: int, by: Membership
) -> MaterialVersion:
    number = (material.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    folder = f"{require_organization()}/materials/{uuid.uuid4().hex}"
    path = default_storage.save(f"{folder}/{number}.{kind}", File(file))
    stem = " ".join(file_name.replace("\\", "/").rpartition("/")[2].split())
    return MaterialVersion.objects.create(
        material=material,
        number=number,
        file_name=stem[-200:],
        path=path,
        content_type=TYPES[kind],
        size=size,
        sha256=digest.hexdigest(),
        added_by=by,
    )


def _held(exercise: Exercise, by: Membership) -> Exercise:
    plan: SelectionPlan = exercise.plan
    if not access.can_run_plan(by, plan):
        raise PermissionDenied(access.NOT_THE_PLAN)
    if plan.cohort is not None and plan.cohort.state not in access.BEFORE_SLATE:
        raise ValidationError("The assessment of this cohort is over, so its materials stay as they were.")
    return Exercise.objects.select_for_update(of=("self",)).select_related("plan__cohort").get(pk=exercise.pk)


def _locked(material: ExerciseMaterial, by: Membership) -> ExerciseMaterial:
    _held(material.exercise, by)
    found = ExerciseMaterial.objects.select_for_update(of=("self",)).select_related("exercise__plan")
    material = found.get(pk=material.pk)
    if material.removed_at is not None:
        raise ValidationError("This file was taken away already.")
    return material
