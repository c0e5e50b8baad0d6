"""Adverse impact: frozen with each stage, looked at for a purpose, reviewed with a conclusion."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from metrics import access
from metrics.impact import LEVELS, Level, furthest_of
from metrics.models import ImpactLook, ImpactReview, ImpactSnapshot
from metrics.queries.impact import CLOSED_WITH, reached
from metrics.stages import through_suppression
from selection.models import Slate

Occasion = ImpactSnapshot.Occasion
Conclusion = ImpactReview.Conclusion
# How long exact counts stay open after a purpose was written, and the least a purpose says.
SETTLED = "settled"
LOOK_LASTS = timedelta(hours=1)
PURPOSE_LENGTH = 10
NOT_A_REVIEWER = "Only the adverse-impact reviewer sees exact counts. An owner grants the role."


def freeze_stages(cohort: Cohort, before: str, by: Membership | None) -> None:
    """Named in ``settings.COHORT_MOVED``: what is counted when a stage closes stays as it is then."""
    for level in CLOSED_WITH.get(before, ()):
        if not ImpactSnapshot.objects.filter(cohort=cohort, level=level, occasion=Occasion.CLOSED).exists():
            _freeze(cohort, level, Occasion.CLOSED, by)


def slate_moved(slate: Slate, event: str) -> None:
    """Named in ``settings.SLATE_MOVED``: once every offer is answered, who accepted is frozen too, end to end again."""
    closed = ImpactSnapshot.objects.filter(cohort=slate.cohort_id, occasion=Occasion.CLOSED)
    if event == SETTLED and not closed.filter(level=Level.ACCEPTED).exists():
        _freeze(slate.cohort, Level.ACCEPTED, Occasion.CLOSED, None)


@transaction.atomic
def freeze_slate(cohort: Cohort, *, by: Membership) -> ImpactSnapshot:
    """Freeze the slate as it stands before the release, so that it can be reviewed while it can still change.

    Where nothing has changed since the last time, that one is taken. Raises ValidationError when no slate is being
    decided.
    """
    require_organization()
    _check_reviewer(by, cohort)
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)
    if cohort.state != Cohort.State.SELECTING:
        raise ValidationError("There is no slate being decided. A released one is frozen already.")
    last = ImpactSnapshot.objects.filter(cohort=cohort, level=Level.SLATED).order_by("-frozen_at").first()
    if last is not None and last.reached == reached(cohort, Level.SLATED):
        return last
    found = _freeze(cohort, Level.SLATED, Occasion.ASKED, by)
    if found is None:
        raise ValidationError("Nobody was nominated, so there is nothing to freeze.")
    return found


def _freeze(cohort: Cohort, level: Level, occasion: str, by: Membership | None) -> ImpactSnapshot | None:
    counts = reached(cohort, level)
    place = LEVELS.index(level)
    groups = counts["gender"].values()
    if not groups:
        return None
    came, passed = sum(found[place - 1] for found in groups), sum(found[place] for found in groups)
    shown = None
    if occasion == Occasion.CLOSED and level == Level.SLATED:
        shown = {name: published(found, level) for name, found in counts.items()}
    snapshot = ImpactSnapshot.objects.create(
        cohort=cohort, level=level, occasion=occasion, came=came, passed=passed, reached=counts, shown=shown
    )
    audit.record("impact.frozen", snapshot, by=by, after={"came": came, "passed": passed})
    return snapshot


def published(found: Mapping[str, Sequence[int]], level: Level) -> dict[str, dict[str, int | None]]:
    """The counts of all levels through the one engine: together, so that stages beside each other tell of no few."""
    return through_suppression(
        furthest_of(found, level), stages=[one.value for one in LEVELS[: LEVELS.index(level) + 1]]
    )


@transaction.atomic
def open_look(cohort: Cohort | None, *, purpose: str, by: Membership) -> ImpactLook:
    """Open exact counts of one selection, or of all compared, for an hour; what for is kept.

    Raises PermissionDenied for who is no reviewer, ValidationError without a purpose.
    """
    require_organization()
    _check_reviewer(by, cohort)
    purpose = purpose.strip()
    if len(purpose) < PURPOSE_LENGTH:
        raise ValidationError(
            {"purpose": "Say in a few words what you look for. It is kept in the audit log."}
        )
    now = timezone.now()
    look = ImpactLook.objects.create(
        cohort=cohort, by=by, purpose=purpose, opened_at=now, ends_at=now + LOOK_LASTS
    )
    audit.record("impact.opened", look, by=by, after={"ends_at": look.ends_at}, why=purpose)
    return look


def note_look(look: ImpactLook, *, how: str, by: Membership) -> None:
    """Each time exact counts are handed out: on a page, as a file, to a program."""
    if look.by_id != by.pk or not access.reviews_impact(by):
        raise PermissionDenied(NOT_A_REVIEWER)
    verb = "export.impact" if how in ("csv", "xlsx", "api") else "impact.viewed"
    audit.record(verb, look, by=by, after={"format": how}, why=look.purpose)


@transaction.atomic
def review_impact(
    snapshot: ImpactSnapshot,
    *,
    conclusion: str,
    by: Membership,
    explanation: str = "",
    measures: str = "",
) -> ImpactReview:
    """Say what a frozen table means: no concern, or a concern with what explains it and what is done.

    Raises PermissionDenied for who is no reviewer, ValidationError for who has not looked at it, and for a concern
    without explanation and measures.
    """
    require_organization()
    _check_reviewer(by, snapshot.cohort)
    looks = ImpactLook.objects.filter(by=by, cohort=snapshot.cohort_id, ends_at__gt=snapshot.frozen_at)
    if not looks.exists():
        raise ValidationError("Look at the counts first: say what for, then say what they mean.")
    if conclusion not in Conclusion.values:
        raise ValidationError({"conclusion": "Choose no concern or concern."})
    explanation, measures = explanation.strip(), measures.strip()
    lacks = {}
    if conclusion == Conclusion.CONCERN and not explanation:
        lacks["explanation"] = "Say what the concern is and what explains it."
    if conclusion == Conclusion.CONCERN and not measures:
        lacks["measures"] = "Say what is done about it."
    if lacks:
        raise ValidationError(lacks)
    review = ImpactReview.objects.create(
        snapshot=snapshot,
        conclusion=conclusion,
        explanation=explanation,
        measures=measures,
        reviewed_by=by,
    )
    audit.record("impact.reviewed", snapshot, by=by, after={"conclusion": conclusion})
    return review


def _check_reviewer(by: Membership, cohort: Cohort | None) -> None:
    if not access.reviews_impact(by):
        raise PermissionDenied(NOT_A_REVIEWER)
    if cohort is not None and not access.visible_impact(by).filter(pk=cohort.pk).exists():
        raise PermissionDenied("Nobody reviews a selection in which they are a candidate.")
