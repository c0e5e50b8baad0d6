import pytest


@pytest.fixture(autouse=True)
def cohorts_alone(settings):
    """Cohorts by themselves: what the apps above ask for and show is tested with them."""
    settings.COHORT_PRECONDITIONS = []
    settings.COHORT_CAUTIONS = []
    settings.COHORT_SECTIONS = []
    settings.COHORT_OPEN_WORK = []
