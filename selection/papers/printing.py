"""A file on paper, and as a ZIP of paper, data and a table."""

import io
import json
import zipfile
from datetime import datetime
from typing import IO, Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from amdp.tenancy.models import Organization
from amdp.web import pdf
from amdp.web.colour import light_palette, rgb
from amdp.web.exports import Column, write_csv
from amdp.web.time import place_of
from selection.feedback import from_document

Row = dict[str, Any]
NOT_IN_IT = (
    "Other candidates are not in this file, also where somebody wrote about them. Self-identified attributes, such as "
    "gender, take no part in a selection and are not in it."
)
STORY = [
    Column("When", lambda row: parse_datetime(row["at"]) if row["at"] else "", "In your time zone"),
    Column("Kind", lambda row: row["kind"]),
    Column("What", lambda row: row["what"]),
    Column("In whose words", lambda row: row["words"]),
]


def write_file(stream: IO[bytes], content: Row, organization: Organization, file_format: str) -> None:
    """The file as PDF, or as ZIP with the PDF, everything as JSON, and the story as a table."""
    at = parse_datetime(content["about"]["made_at"]) or timezone.now()
    paper = pdf.render(file_document(content, organization), at=at)
    if file_format == "pdf":
        stream.write(paper)
        return
    table = io.BytesIO()
    write_csv(table, STORY, content["story"])
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("file.pdf", paper)
        folder.writestr("file.json", json.dumps(content, ensure_ascii=False, indent=2))
        folder.writestr("story.csv", table.getvalue())


def file_document(content: Row, organization: Organization) -> pdf.Document:
    """The file as it is printed."""
    about, person = content["about"], content["person"]
    for_person = about["made_for"] == "person"
    whom = f"for {person['name']}" if for_person else "for a review board"
    return pdf.Document(
        title=f"Selection file of {person['name']}",
        subtitle=f"{about['program']}, {about['cohort']} · {whom} · {_date(about['made_at'])}",
        footer=f"{organization.name} · file of {person['name']}, {whom}, confidential",
        author=organization.name,
        accent=light_palette(rgb(organization.accent)).ink,
        blocks=[
            pdf.facts(_facts(content), ("What", "Value")),
            pdf.heading("What happened"),
            pdf.events([(_date(e["at"]), e["what"], e["words"]) for e in content["story"]], ("When", "What")),
            *(block for each in content["nominations"] for block in _nomination(each)),
            *_eligibility(content["eligibility"]),
            *_assessment(content["assessment"]),
            *_feedback(content["feedback"]),
        ],
    )


def _facts(content: Row) -> list[tuple[str, str]]:
    about, person, outcome = content["about"], content["person"], content["outcome"]
    rows = [
        ("Name", person["name"]),
        ("Number", person["number"]),
        (
            "Works as",
            ", ".join(filter(None, (person["job_title"], person["business_unit"], person["market"]))),
        ),
        ("Grade", person["grade"]),
    ]
    if outcome:
        rows.append(("Outcome", outcome["outcome"]))
        rows.append(("Reason", f"{outcome['reason']}. {outcome['words']}".strip()))
        if outcome.get("rank"):
            rows.append(("Rank", f"{outcome['rank']} with {outcome['points']} points"))
    if about["purpose"]:
        rows.append(("Purpose of this file", about["purpose"]))
    rows.append(("Times", place_of(about["time_zone"])))
    rows.append(("Said by their part only", ", ".join(about["by_part"]) or "nobody"))
    rows.append(("Not in it", NOT_IN_IT))
    return [(name, value or "–") for name, value in rows]


def _nomination(each: Row) -> list[pdf.Block]:
    rows = [("Why this person, why now", each["rationale"])]
    rows += [(one["name"], one["words"]) for one in each["criteria"]]
    rows += [("What was seen", each["evidence"])] if each["evidence"] else []
    for name, key in (("Performs today", "performance_view"), ("Potential", "potential_view")):
        rows += [(name, f"{each[key]} of 5")] if each[key] else []
    rows.append(("State", each["state"]))
    return [pdf.heading(f"Nomination by {each['by']}"), pdf.facts(rows, ("Asked", "Answered"))]


def _eligibility(found: Row | None) -> list[pdf.Block]:
    if found is None:
        return []
    rows = [(rule["rule"], f"{_met(rule)}: {rule['found']}") for rule in found["rules"]]
    return [pdf.heading(f"Eligibility: {found['verdict'].lower()}"), pdf.facts(rows, ("Rule", "Found"))]


def _met(rule: Row) -> str:
    return "Met" if rule["met"] else "Let pass by an exception" if rule["exception"] else "Not met"


def _assessment(found: Row | None) -> list[pdf.Block]:
    if found is None:
        return []
    means = [(each["name"], f"{each['mean']:.1f} of 5") for each in found["competencies"]]
    blocks = [pdf.heading("Assessment"), pdf.facts(means, ("Competency", "Mean over assessors"))]
    exercise = ""
    rows: list[tuple[str, str]] = []
    for each in found["behaviors"]:
        if each["exercise"] != exercise and rows:
            blocks += [pdf.subheading(exercise), pdf.facts(rows, ("Behaviour", "Rated and seen"))]
            rows = []
        exercise = each["exercise"]
        rows.append((each["behavior"], _ratings(each)))
    return [*blocks, pdf.subheading(exercise), pdf.facts(rows, ("Behaviour", "Rated and seen"))]


def _ratings(each: Row) -> str:
    if "ratings" in each:
        return "\n".join(
            f"{one['by'][:1].upper()}{one['by'][1:]}: {one['score']}. {' '.join(one['seen'])}".strip()
            for one in each["ratings"]
        )
    scores = " and ".join(str(score) for score in each["scores"])
    return "\n".join([f"Rated {scores} of 5", *each["seen"]])


def _feedback(kept: Row | None) -> list[pdf.Block]:
    if kept is None:
        return []
    report = from_document(kept)
    blocks = [
        pdf.heading("Feedback report"),
        pdf.text(report.opening),
        pdf.levels(
            [(line.name, "", line.level, line.word) for line in report.profile], ("Competency", "", "Level")
        ),
    ]
    for title, listed in (
        ("Strengths", report.strengths),
        ("To build on", report.develop),
        ("Steps", report.steps),
    ):
        if listed:
            rows = [(one.title, one.text) for one in listed]
            blocks += [pdf.subheading(title), pdf.facts(rows, ("Behaviour", "What was said"))]
    return [*blocks, pdf.text(report.closing)]


def _date(at: str | None) -> str:
    moment: datetime | None = parse_datetime(at) if at else None
    return f"{timezone.localtime(moment):%-d %b %Y, %H:%M}" if moment else "open"
