"""The letters that tell the outcomes: one text for each, with merge fields."""

from collections.abc import Mapping

from cohorts.models import Cohort
from selection.letters import USUAL, Text, unknown_in
from selection.models import LetterKind, LetterTemplate, SelectionPlan, Stage
from selection.plan_parts.base import Part


def texts_in(plan: SelectionPlan | None) -> dict[str, Text]:
    """The text of each kind of letter: the plan's own, else the usual one."""
    own = {each.kind: Text(each.subject, each.body) for each in plan.letter_templates.all()} if plan else {}
    return {kind: own.get(kind, USUAL[kind]) for kind in LetterKind.values}


def store_texts(plan: SelectionPlan, texts: Mapping[str, Text]) -> None:
    """Write the texts; one that is as usual is not kept, so that it follows the usual one."""
    for kind, text in texts.items():
        if text == USUAL[kind]:
            plan.letter_templates.filter(kind=kind).delete()
        else:
            LetterTemplate.objects.update_or_create(
                plan=plan, kind=kind, defaults={"subject": text.subject, "body": text.body}
            )


def why_not_written(text: Text) -> list[str]:
    """Sentences for fields that are none."""
    return [f"{{{name}}} is not a merge field. Choose one of the list." for name in unknown_in(text.whole)]


def _content(plan: SelectionPlan) -> dict[str, str]:
    return {
        str(LetterKind(kind).label): text.whole if text != USUAL[kind] else "The usual text"
        for kind, text in texts_in(plan).items()
    }


def _propose(plan: SelectionPlan) -> None:
    """The usual texts, which no row is needed for."""


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    store_texts(target, texts_in(source))


def _missing(plan: SelectionPlan) -> list[str]:
    return [sentence for text in texts_in(plan).values() for sentence in why_not_written(text)]


def _said(plan: SelectionPlan) -> str:
    own = [
        str(LetterKind(kind).label).lower() for kind, text in texts_in(plan).items() if text != USUAL[kind]
    ]
    return f"Own text for: {', '.join(own)}" if own else "The usual text for each outcome"


PART = Part(
    key="letters",
    title="Outcome letters",
    about="What those selected, in reserve, not selected and moving up are written.",
    stage=Stage.Kind.DECISION,
    last=Cohort.State.RUNNING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
