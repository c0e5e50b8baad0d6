"""Who scores whom as the core sees it: the question it is asked, and the present state explained."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Q, When

from cohorts.models import Cohort
from selection.assignment import Assessor as OnPanel
from selection.assignment import Assignment, Bar, Change, Problem, Remedy, Seat, Shortage, assign
from selection.assignment import Exercise as Sitting
from selection.models import Assessor, Candidate, Exercise, Scoresheet
from selection.queries.assessment import admitted, exercises_of
from selection.queries.conflicts import conflicts_of, counts

NAMED = 6


def problem_of(
    candidates: Mapping[int, Candidate],
    exercises: Mapping[int, Exercise],
    assessors: Mapping[int, Assessor],
    *,
    movable: Mapping[Seat, Scoresheet] | None = None,
) -> Problem:
    """What the core is asked; score sheets that exist are pins, but for those that may move
    and those that are left out, which are not handed out again."""
    movable = movable or {}
    sheets = Scoresheet.objects.filter(candidate__in=candidates, exercise__in=exercises).order_by()
    open_ = Q(state=Scoresheet.State.OPEN)
    rows = sheets.annotate(stays=Case(When(counts() | open_, then=True), default=False))
    places = rows.values_list("stays", "candidate_id", "exercise_id", "assessor_id")
    seats = {Seat(*place): stays for stays, *place in places}
    return Problem(
        candidates=list(candidates),
        exercises=[Sitting(exercise.pk, exercise.assessors) for exercise in exercises.values()],
        assessors=[_on_panel(assessor, exercises) for assessor in assessors.values()],
        conflicts=conflicts_of(candidates.values(), assessors.values()),
        pins=[seat for seat, stays in seats.items() if stays and seat not in movable],
        prohibited=[seat for seat, stays in seats.items() if not stays],
        current=list(movable),
    )


def _on_panel(assessor: Assessor, exercises: Mapping[int, Exercise]) -> OnPanel:
    trained = {pk for pk, exercise in exercises.items() if assessor.may_score(exercise)}
    return OnPanel(assessor.pk, None if len(trained) == len(exercises) else trained, assessor.most)


@dataclass(frozen=True)
class Load:
    """An assessor's score sheets: now, after the gaps are filled, and with how many others they share
    candidates."""

    assessor: Assessor
    sheets: int
    planned: int
    minutes: int
    partners: int

    @property
    def hours(self) -> str:
        return f"{self.minutes / 60:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Gap:
    """A candidate who lacks assessors in an exercise, what keeps the others out and what would help."""

    candidate: Candidate
    exercise: Exercise
    missing: int
    out: list[str]
    helps: list[str]


@dataclass(frozen=True)
class Explanation:
    """How the score sheets of a cohort lie, and what could be better."""

    loads: list[Load]
    gaps: list[Gap]
    bridges: list[str]
    groups: list[list[str]]
    thin: list[str]
    needed: int
    handed_out: int
    most: int
    bound: int
    level: int

    @property
    def open(self) -> int:
        """Places without an assessor so far that can be filled."""
        return self.needed - self.handed_out - sum(gap.missing for gap in self.gaps)


def explanation_of(cohort: Cohort) -> Explanation:
    """The present state read by the core; a handful of queries however many candidates."""
    candidates = {each.pk: each for each in admitted(cohort)}
    exercises = {each.pk: each for each in exercises_of(cohort)}
    assessors = {each.pk: each for each in cohort.assessors.select_related("person")}
    problem = problem_of(candidates, exercises, assessors)
    return _Words(candidates, exercises, assessors).explanation(problem, assign(problem))


OUT = {
    Bar.CONFLICT: "conflict of interest",
    Bar.UNTRAINED: "not trained for it",
    Bar.PROHIBITED: "ruled out",
    Bar.FULL: "as many score sheets as agreed",
}


@dataclass(frozen=True)
class _Words:
    candidates: Mapping[int, Candidate]
    exercises: Mapping[int, Exercise]
    assessors: Mapping[int, Assessor]

    def explanation(self, problem: Problem, result: Assignment) -> Explanation:
        ties = result.comparability
        handed_out = sum(
            min(self.exercises[exercise].assessors, count)
            for (_, exercise), count in _counts(problem.pins).items()
        )
        return Explanation(
            loads=self._loads(problem, result),
            gaps=[self._gap(each) for each in result.shortages],
            bridges=[self._bridge(each.seat, each.to) for each in ties.bridges],
            groups=[self._names(group) for group in ties.groups],
            thin=self._names(ties.thin),
            needed=result.needed,
            handed_out=handed_out,
            most=result.loads.most,
            bound=result.loads.bound,
            level=result.loads.level,
        )

    def _loads(self, problem: Problem, result: Assignment) -> list[Load]:
        minutes: dict[int, int] = {}
        now: dict[int, int] = {}
        for seat in problem.pins:
            now[seat.assessor] = now.get(seat.assessor, 0) + 1
            spent = self.exercises[seat.exercise].minutes
            minutes[seat.assessor] = minutes.get(seat.assessor, 0) + spent
        rows = [
            Load(
                assessor,
                now.get(pk, 0),
                result.loads.by_assessor[pk],
                minutes.get(pk, 0),
                result.comparability.partners.get(pk, 0),
            )
            for pk, assessor in self.assessors.items()
        ]
        return sorted(rows, key=lambda row: (-row.sheets, -row.planned, str(row.assessor)))

    def _gap(self, shortage: Shortage) -> Gap:
        return Gap(
            self.candidates[shortage.candidate],
            self.exercises[shortage.exercise],
            shortage.missing,
            [f"{', '.join(self._names(keys))}: {OUT[bar]}" for bar, keys in shortage.out.items()],
            [self._help(remedy, shortage) for remedy in shortage.remedies],
        )

    def _help(self, remedy: Remedy, shortage: Shortage) -> str:
        names = self._either(remedy.assessors)
        match remedy.change:
            case Change.RAISE:
                return f"Let {names} score one more than agreed."
            case Change.ALLOW:
                return f"Allow {names}."
            case Change.TRAIN:
                return f"Train {names} for “{self.exercises[shortage.exercise]}”."
            case Change.RECRUIT:
                return "Put somebody more on the panel, from outside the candidate’s line."

    def _bridge(self, seat: Seat, to: int) -> str:
        return (
            f"Let {self.assessors[to]} score {self.candidates[seat.candidate]} in "
            f"“{self.exercises[seat.exercise]}” instead of {self.assessors[seat.assessor]}."
        )

    def _names(self, keys: object) -> list[str]:
        return [str(self.assessors[key]) for key in keys]  # type: ignore[attr-defined]

    def _either(self, keys: tuple[int, ...]) -> str:
        names = self._names(keys[:NAMED])
        more = len(keys) - len(names)
        if more:
            return f"{', '.join(names)} or one of {more} more"
        return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _counts(seats: object) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for seat in seats:  # type: ignore[attr-defined]
        found[seat[:2]] = found.get(seat[:2], 0) + 1
    return found
