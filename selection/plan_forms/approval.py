"""What L&D fills in to say who approves: a row per step, blank rows for more."""

from typing import Any

from django import forms

from amdp.directory.models import Grade, Person
from amdp.directory.queries import search_people
from selection.models import ApprovalStep, Decider, SelectionPlan
from selection.models.approvals import DAYS_TO_DECIDE
from selection.plan_forms.base import PlanForm
from selection.plan_parts import approval

Kind = ApprovalStep.Kind
MOST, SPARE, LEVELS = 8, 2, 4
FIELDS = (
    "place", "who", "person", "markets", "business_units", "replaces_line", "days", "remind_after",
    "escalate_after", "escalate_to",
)  # fmt: skip
NOBODY = "Nobody in the directory is called so. Write the full name, or the employee number."


def who_choices() -> list[tuple[str, str]]:
    """Whom a step can ask, by the key the form uses: ``leader-1``, ``grade-12``, ``role-ld_admin``, ``person``."""
    leaders = [
        (f"leader-{level}", approval.NTH.get(level, f"Leader number {level} above the nominator"))
        for level in range(1, LEVELS + 1)
    ]
    grades = [
        (f"grade-{grade.pk}", f"Every leader above the nominator, up to {grade}")
        for grade in Grade.objects.order_by("rank")
    ]
    roles = [(f"role-{role.value}", f"{role.label}: whoever decides first") for role in Decider]
    return [("", "No step"), *leaders, *grades, *roles, ("person", "A named person")]


def key_of(step: ApprovalStep) -> str:
    """The form's key for whom a step asks."""
    which = {Kind.LEADER: step.level, Kind.GRADE: step.grade_id, Kind.ROLE: step.role}.get(Kind(step.kind))
    return Kind.PERSON.value if which is None else f"{step.kind}-{which}"


class ApprovalForm(PlanForm):
    """The steps of the chain in order. A row without anybody is no step; no row at all means the nearest
    leader above the nominator."""

    def build(self) -> None:
        self.steps = approval.steps_in(self.plan)
        self.who = who_choices()
        self.markets = self._known("market")
        self.business_units = self._known("business_unit")
        for number in range(1, MOST + 1):
            self._add(number, self.steps[number - 1] if number <= len(self.steps) else None)
        self.awaited = tuple(self.fields)

    def _known(self, name: str) -> list[tuple[str, str]]:
        people = Person.objects.exclude(**{name: ""}).order_by()
        found = set(people.values_list(name, flat=True).distinct())
        for step in self.steps:
            found |= set(getattr(step, f"{name}s"))
        return [(one, one) for one in sorted(found)]

    def _add(self, number: int, step: ApprovalStep | None) -> None:
        made = {
            "place": forms.IntegerField(label="Place in the order", min_value=1, max_value=99, initial=number),
            "who": forms.ChoiceField(label="Who decides", choices=self.who, initial=key_of(step) if step else ""),
            "person": forms.CharField(
                label="Named person",
                help_text="Full name or employee number, where a named person decides.",
                max_length=160,
                initial=_named(step),
            ),
            "markets": forms.MultipleChoiceField(
                label="Only for nominees of these markets",
                choices=self.markets,
                widget=forms.CheckboxSelectMultiple,
                initial=step.markets if step else [],
            ),
            "business_units": forms.MultipleChoiceField(
                label="Only for nominees of these business units",
                choices=self.business_units,
                widget=forms.CheckboxSelectMultiple,
                initial=step.business_units if step else [],
            ),
            "replaces_line": forms.BooleanField(
                label="For them, in place of the leaders", initial=bool(step and step.replaces_line)
            ),
            "days": _days("Business days to decide", step.days if step else DAYS_TO_DECIDE),
            "remind_after": _days("Remind after so many", step.remind_after if step else None),
            "escalate_after": _days("Business days late until somebody else is asked too", step.escalate_after if step else None),
            "escalate_to": forms.ChoiceField(
                label="Who is asked too",
                choices=ApprovalStep.Escalation.choices,
                initial=step.escalate_to if step else ApprovalStep.Escalation.ABOVE,
            ),
        }  # fmt: skip
        for name, field in made.items():
            field.required = False
            self.fields[f"step_{number}_{name}"] = field

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields by name of each step, with blank rows for more."""
        filled = [number for number in range(1, MOST + 1) if self.data.get(f"step_{number}_who")]
        shown = min(MOST, max(len(self.steps), *filled, 0) + SPARE)
        return [self._row(number, is_open=number in filled) for number in range(1, shown + 1)]

    def _row(self, number: int, *, is_open: bool) -> dict[str, Any]:
        bound = {name: self[f"step_{number}_{name}"] for name in FIELDS}
        some = any(
            bound[name].value() or bound[name].errors
            for name in ("markets", "business_units", "replaces_line")
        )
        is_new = number > len(self.steps)
        return {"number": number, "is_new": is_new, "open": is_open, "some": some, **bound}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        rows = []
        for number in range(1, MOST + 1):
            row = {name: data.get(f"step_{number}_{name}") for name in FIELDS}
            if row["who"]:
                rows.append((row["place"] or number, number, self._step(number, row)))
        self.found = [step for _, _, step in sorted(rows, key=lambda row: row[:2]) if step is not None]
        return data

    def _step(self, number: int, row: dict[str, Any]) -> ApprovalStep | None:
        kind, _, which = row["who"].partition("-")
        some = bool(row["markets"] or row["business_units"])
        if row["replaces_line"] and not some:
            self.add_error(f"step_{number}_replaces_line", "Choose the markets or business units for which.")
        person = self._person(number, row["person"]) if kind == Kind.PERSON else None
        if kind == Kind.PERSON and person is None:
            return None
        return ApprovalStep(
            kind=kind,
            level=int(which) if kind == Kind.LEADER else 1,
            grade=Grade.objects.get(pk=which) if kind == Kind.GRADE else None,
            role=which if kind == Kind.ROLE else "",
            person=person,
            markets=row["markets"] or [],
            business_units=row["business_units"] or [],
            replaces_line=bool(row["replaces_line"] and some),
            days=row["days"] or DAYS_TO_DECIDE,
            remind_after=row["remind_after"],
            escalate_after=row["escalate_after"],
            escalate_to=row["escalate_to"] or ApprovalStep.Escalation.ABOVE,
        )

    def _person(self, number: int, text: str | None) -> Person | None:
        text = (text or "").strip()
        found = list(search_people(Person.objects.all(), text)[:20]) if text else []
        exact = [one for one in found if text.lower() in (one.name.lower(), one.employee_number.lower())]
        if len(exact) == 1:
            return exact[0]
        names = ", ".join(f"{one.name} ({one.employee_number})" for one in (exact or found)[:3])
        sentence = f"Which of them: {names}? Write the employee number." if names else NOBODY
        self.add_error(f"step_{number}_person", sentence)
        return None

    def write(self, plan: SelectionPlan) -> None:
        approval.store_steps(plan, self.found)


def _named(step: ApprovalStep | None) -> str:
    """The number is certain; the name is what people read, where only one has it."""
    if step is None or step.person is None:
        return ""
    same = Person.objects.filter(name_key=step.person.name.lower()).count()
    return step.person.name if same == 1 else step.person.employee_number


def _days(label: str, initial: int | None) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=60, initial=initial)
