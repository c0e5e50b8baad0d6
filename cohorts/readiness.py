"""How far a program's design is: the sections of its task list, and what is missing before signatures."""

from dataclasses import dataclass

from django.db.models import Count

from cohorts.models import Behavior, Program

NOT_STARTED, IN_PROGRESS, DONE, PROBLEM = "Not started", "In progress", "Done", "Problem"
TONES = {NOT_STARTED: "line", IN_PROGRESS: "accent", DONE: "good", PROBLEM: "bad"}
FEWEST_BEHAVIORS = 3


@dataclass(frozen=True)
class Section:
    """One line of a set-up task list."""

    key: str
    title: str
    status: str
    detail: str = ""
    missing: tuple[str, ...] = ()
    url: str = ""

    @property
    def tone(self) -> str:
        return TONES.get(self.status, "line")


def program_sections(program: Program) -> list[Section]:
    """Objectives, outcomes, baselines, competency model and stakeholders, each with its status."""
    return [
        _sentences(program, "objectives", "Objectives", "what the program is for"),
        _sentences(program, "outcomes", "Outcomes", "what will be different afterwards"),
        _baselines(program),
        _competency_model(program),
        _stakeholders(program),
    ]


def missing_for_sign_off(program: Program) -> list[str]:
    """Everything that has to be mended before stakeholders are asked, in sentences."""
    return [sentence for section in program_sections(program) for sentence in section.missing]


def _sentences(program: Program, key: str, title: str, what: str) -> Section:
    count = getattr(program, key).count()
    if not count:
        return Section(key, title, NOT_STARTED, f"Say {what}.", (f"{title}: write at least one.",))
    return Section(key, title, DONE, f"{count} written down")


def _baselines(program: Program) -> Section:
    metrics = list(program.metrics.all())
    if not metrics:
        return Section(
            "metrics",
            "Baseline metrics",
            NOT_STARTED,
            "Choose the numbers the program is judged by.",
            ("Baseline metrics: choose at least one number the program is judged by.",),
        )
    missing = tuple(
        f"{metric.name}: measure the baseline and say on which day."
        for metric in metrics
        if metric.baseline is None or metric.baseline_on is None
    )
    if not missing:
        return Section("metrics", "Baseline metrics", DONE, f"{len(metrics)} with a baseline")
    measured = len(metrics) - len(missing)
    return Section(
        "metrics",
        "Baseline metrics",
        IN_PROGRESS,
        f"{measured} of {len(metrics)} have a baseline",
        missing,
    )


def _competency_model(program: Program) -> Section:
    title = "Competency model"
    competencies = list(program.competencies.annotate(count=Count("behaviors")))
    if not competencies:
        return Section(
            "competencies",
            title,
            NOT_STARTED,
            "Say what good work looks like, in behaviours one can see.",
            ("Competency model: add at least one competency.",),
        )
    few = [
        f"{one.name}: describe at least {FEWEST_BEHAVIORS} behaviours, there {'is' if one.count == 1 else 'are'} {one.count}."
        for one in competencies
        if one.count < FEWEST_BEHAVIORS
    ]
    behaviors = Behavior.objects.filter(competency__program=program).select_related("competency")
    bare = [
        f"{one.competency}: “{one}” lacks an anchor for {_and(levels)}."
        for one in behaviors
        if (levels := missing_anchors(one))
    ]
    total = sum(one.count for one in competencies)
    detail = f"{len(competencies)} competencies, {total} behaviours"
    status = DONE if not few + bare else PROBLEM if bare else IN_PROGRESS
    return Section("competencies", title, status, detail, (*few, *bare))


def missing_anchors(behavior: Behavior) -> list[int]:
    """The points of the scale, 1–5, that have no words."""
    anchors = [*behavior.anchors, *[""] * 5][:5]
    return [point for point, text in enumerate(anchors, start=1) if not text.strip()]


def _and(levels: list[int]) -> str:
    words = [str(level) for level in levels]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _stakeholders(program: Program) -> Section:
    title = "Stakeholders"
    people = list(program.stakeholders.select_related("person"))
    if not people:
        return Section(
            "stakeholders",
            title,
            NOT_STARTED,
            "Name whose signature the design needs.",
            ("Stakeholders: name at least one person who signs.",),
        )
    missing = tuple(
        f"{one.person} has no login and cannot sign. Ask the organization owner to invite {one.person.first_name}."
        for one in people
        if one.person.membership_id is None
    )
    if missing:
        return Section("stakeholders", title, PROBLEM, f"{len(missing)} cannot sign in", missing)
    return Section("stakeholders", title, DONE, f"{len(people)} named")
