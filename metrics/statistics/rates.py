"""Events per person-year."""

from cohorts.estimates import CONFIDENCE, Estimate, check_confidence

from .quantiles import poisson_limits

DAYS_IN_A_YEAR = 365.25


def rate(events: int, person_years: float, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """Events per person-year with the exact Poisson interval; `n` is the people at risk.

    Raises ValueError for a negative count or no time at risk. Source: Garwood (1936), Biometrika 28:437–442.
    """
    check_confidence(confidence)
    if events < 0:
        raise ValueError(f"A count of events cannot be {events}.")
    if not person_years > 0:
        raise ValueError("A rate needs time at risk.")
    low, high = poisson_limits(events, (1 - confidence) / 2)
    return Estimate(events / person_years, low / person_years, high / person_years, n, events)
