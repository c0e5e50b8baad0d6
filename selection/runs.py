"""Working on a run of the assessment: claim it, read, solve, write. Each step is a transaction; solving holds
none. For workers: loads the solvers."""

from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from amdp.tenancy.context import organization_context
from amdp.web.progress import Tell, forget, teller
from selection import notices
from selection.assignment import assign
from selection.dayplan import plan
from selection.models import AssessmentRun
from selection.services.panel import assign_evenly, spread_of
from selection.services.planning import task_of, write_days

LEASE = timedelta(minutes=2)
State, Kind = AssessmentRun.State, AssessmentRun.Kind
HALFWAY = "It stopped halfway and nothing changed. Start it again."


class Stopped(Exception):  # noqa: N818 - a fact, not a fault
    """Somebody stopped the run, or another worker has it."""


def work_on(organization_id: int, run_id: int) -> None:
    """Do a run that waits, or one whose worker died. Safe to start twice: only one gets the claim."""
    run = _claim(organization_id, run_id)
    if run is None:
        return
    tell = _renewing(organization_id, run, teller(AssessmentRun, organization_id, run_id))
    try:
        work = _assign if run.kind == Kind.ASSIGN else _plan
        work(organization_id, run, tell)
    except Stopped:
        return
    except (ValidationError, PermissionDenied) as refused:
        said = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
        _end(organization_id, run, State.FAILED, said)
    except Exception:
        _end(organization_id, run, State.FAILED, HALFWAY)
        raise
    finally:
        forget(AssessmentRun, organization_id, run_id)


def _claim(organization_id: int, run_id: int) -> AssessmentRun | None:
    now = timezone.now()
    with organization_context(organization_id):
        run = (
            AssessmentRun.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("cohort__program", "cohort__organization", "started_by__user")
            .filter(pk=run_id)
            .first()
        )
        if run is None or not run.is_under_way or (run.claimed_until and run.claimed_until > now):
            return None
        run.state, run.claimed_until = State.WORKING, now + LEASE
        run.save(update_fields=["state", "claimed_until"])
        return run


def _renewing(organization_id: int, run: AssessmentRun, tell: Tell) -> Tell:
    """Tell how far it is, and keep the claim while the work goes on; raises Stopped when it is somebody
    else's, or was stopped."""
    renewed = timezone.now()

    def also(step: str, done: int, total: int) -> None:
        nonlocal renewed
        tell(step, done, total)
        now = timezone.now()
        if now - renewed > timedelta(seconds=3) or not done:
            renewed = now
            with organization_context(organization_id):
                kept = _own(run).update(claimed_until=now + LEASE)
            if not kept:
                raise Stopped
            run.claimed_until = now + LEASE

    return also


def _own(run: AssessmentRun) -> QuerySet[AssessmentRun]:
    return AssessmentRun.objects.filter(pk=run.pk, state=State.WORKING, claimed_until=run.claimed_until)


def _end(organization_id: int, run: AssessmentRun, state: str, said: str) -> None:
    with organization_context(organization_id):
        finish(run, state, said)


def finish(run: AssessmentRun, state: str, said: str) -> None:
    """End the run inside the transaction that wrote what came out; raises Stopped when it is not ours."""
    ended = _own(run).update(state=state, said=said, claimed_until=None, finished_at=timezone.now())
    if not ended:
        raise Stopped
    run.state, run.said = state, said
    notices.run_over(run)


# --- who scores whom ---------------------------------------------------------------------------------


def _assign(organization_id: int, run: AssessmentRun, tell: Tell) -> None:
    tell("Reading who may score whom", 0, 0)
    with organization_context(organization_id):
        problem = spread_of(run.cohort, anew=run.anew).problem
    tell("Finding the best spread", 0, 0)
    solved = (problem, assign(problem))
    tell("Handing out the score sheets", 0, 0)
    with organization_context(organization_id):
        by = run.started_by
        if by is None:
            raise ValidationError("Whoever started it has left. Start it again.")
        sheets = assign_evenly(run.cohort, by=by, anew=run.anew, solved=solved)
        count = len(sheets)
        said = f"{count} score {'sheet is' if count == 1 else 'sheets are'} handed out."
        if not count:
            said = "Everybody has their assessors already; nothing is better otherwise."
        finish(run, State.DONE, said)


# --- the days ----------------------------------------------------------------------------------------


def _plan(organization_id: int, run: AssessmentRun, tell: Tell) -> None:
    tell("Reading days, rooms and people", 0, 0)
    with organization_context(organization_id):
        task = task_of(run)
    found = plan(task, progress=_steps(tell))
    tell("Writing the days", 0, 0)
    with organization_context(organization_id):
        finish(run, State.DONE, write_days(run, task, found))


def _steps(tell: Tell) -> Callable[[int, int], None]:
    return lambda done, total: tell("Finding times and rooms", done, total)
