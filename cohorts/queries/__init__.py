"""How programs, cohorts, participants and placements are read."""

from cohorts.queries.home import (
    desk_of,
    events_for,
    missing_signatures,
    needs_signature_of,
    tasks_for,
    waiting_for,
)
from cohorts.queries.lists import (
    ComplexityStep,
    active_in,
    complexity_step,
    latest_scores,
    of_cohort,
    offering_graduates,
    search_cohorts,
    search_participants,
    search_placements,
    search_programs,
    step_to,
    with_accounts,
    with_cohort_counts,
    with_participant_counts,
)

__all__ = [
    "ComplexityStep",
    "active_in",
    "complexity_step",
    "desk_of",
    "events_for",
    "latest_scores",
    "missing_signatures",
    "needs_signature_of",
    "of_cohort",
    "offering_graduates",
    "search_cohorts",
    "search_participants",
    "search_placements",
    "search_programs",
    "step_to",
    "tasks_for",
    "waiting_for",
    "with_accounts",
    "with_cohort_counts",
    "with_participant_counts",
]
