"""What a program's journey does for a competency (settings.DEVELOPMENT_OFFERS)."""

from curriculum.models import Activity, ActivityCompetency

# Not learning itself, but looking at what was learned.
LOOKS_BACK = (Activity.Mode.PULSE, Activity.Mode.ASSESSMENT, Activity.Mode.COACHING)


def offers(program_id: int) -> dict[int, list[str]]:
    """Titles of the activities that build each competency, by its id, in the order of the journey; one query."""
    rows = (
        ActivityCompetency.objects.filter(activity__module__program=program_id)
        .exclude(activity__mode__in=LOOKS_BACK)
        .order_by("activity__module__position", "activity__module_id", "activity__position", "activity_id")
        .values_list("competency_id", "activity__title")
    )
    found: dict[int, list[str]] = {}
    for competency, title in rows:
        found.setdefault(competency, []).append(title)
    return found
