"""How programs, cohorts, participants and placements are read."""

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
    "latest_scores",
    "of_cohort",
    "offering_graduates",
    "search_cohorts",
    "search_participants",
    "search_placements",
    "search_programs",
    "step_to",
    "with_accounts",
    "with_cohort_counts",
    "with_participant_counts",
]
