"""A feedback report on paper, in the words of its page."""

from amdp.tenancy.models import Organization
from amdp.web import pdf
from amdp.web.colour import light_palette, rgb
from amdp.web.time import as_day
from selection.feedback import MEANINGS, WORDS
from selection.queries.feedback import Feedback

ABOUT = (
    "Each assessor wrote down what they saw and rated it on described levels. The words here say which "
    "description the ratings come closest to on average. No single assessor’s rating, and nobody else’s result, "
    "is in it."
)


def feedback_document(feedback: Feedback, organization: Organization) -> pdf.Document:
    """The report as its candidate reads it."""
    report, candidate = feedback.report, feedback.candidate
    cohort = candidate.cohort
    released = feedback.row.released_at if feedback.row else None
    when = f"{as_day(released):%-d %B %Y}" if released else "not released yet"
    return pdf.Document(
        title=f"Feedback for {candidate.person.name}",
        subtitle=f"{cohort.program.name}, {cohort.name} · {when}",
        footer=f"{organization.name} · for {candidate.person.name} alone",
        author=organization.name,
        accent=light_palette(rgb(organization.accent)).ink,
        blocks=[
            pdf.text(report.opening),
            pdf.heading("At a glance"),
            pdf.levels(
                [(line.name, line.about, line.level, line.word) for line in report.profile],
                ("Competency", "", "Level"),
            ),
            *_section("Your strengths", [(one.title, one.about, one.text) for one in report.strengths]),
            *_section("What to build on", [(one.title, one.about, one.text) for one in report.develop]),
            *_section("Suggested steps", [(one.title, "", one.text) for one in report.steps], numbered=True),
            pdf.heading("And now"),
            pdf.text(report.closing),
            pdf.heading("How to read it"),
            pdf.facts([(word, MEANINGS[level]) for level, word in WORDS.items()], ("Word", "What it means")),
            pdf.note(ABOUT),
        ],
    )


def feedback_name(feedback: Feedback) -> str:
    """What the file is called."""
    return f"Feedback {feedback.candidate.person.name}, {feedback.candidate.cohort.name}.pdf"


def _section(title: str, rows: list[tuple[str, str, str]], *, numbered: bool = False) -> list[pdf.Block]:
    return [pdf.heading(title), pdf.points(rows, numbered=numbered)] if rows else []
