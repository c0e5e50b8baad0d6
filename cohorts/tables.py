"""What a downloaded list holds, column by column."""

from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.web.exports import Column
from amdp.web.pages import ListPage
from cohorts.models import Cohort
from cohorts.queries import complexity_step

COHORT_COLUMNS = [
    Column("Cohort", lambda cohort: cohort.name),
    Column("Program", lambda cohort: cohort.program.name),
    Column("Stage", lambda cohort: cohort.get_state_display()),
    Column("Starts", lambda cohort: cohort.starts_on),
    Column("Ends", lambda cohort: cohort.ends_on),
    Column("Nominations open", lambda cohort: cohort.nominations_open_on),
    Column("Nominations close", lambda cohort: cohort.nominations_close_on),
    Column("Seats", lambda cohort: cohort.seats, "How many people the cohort can take"),
    Column("Seats filled", lambda cohort: cohort.seated, "People enrolled and not withdrawn"),
]
PARTICIPANT_COLUMNS = [
    Column("Employee number", lambda one: one.person.employee_number),
    Column("First name", lambda one: one.person.first_name),
    Column("Last name", lambda one: one.person.last_name),
    Column("Job title", lambda one: one.person.job_title, "As in the directory today"),
    Column("Market", lambda one: one.person.market),
    Column("Stage", lambda one: one.get_state_display(), "Active, deferred, withdrawn or graduated"),
    Column("Enrolled", lambda one: timezone.localdate(one.enrolled_at)),
    Column("Graduated", lambda one: one.graduated_on),
    Column(
        "Open at graduation",
        lambda one: one.open_at_graduation if one.graduated_on else None,
        "Required activities not done on the day of graduation, accepted with a reason",
    ),
]
PLACEMENT_COLUMNS = [
    Column("Employee number", lambda one: one.participant.person.employee_number),
    Column("Graduate", lambda one: one.participant.person.name),
    Column("Cohort", lambda one: one.participant.cohort.name),
    Column("Role", lambda one: one.job_title),
    Column("Starts", lambda one: one.effective_on),
    Column("Stage", lambda one: one.get_state_display()),
    Column("Leader", lambda one: one.leader.name, "Who signs as the leader"),
    Column("Accounts", lambda one: "; ".join(named.account.name for named in one.placement_accounts.all())),
    Column(
        "Complexity before",
        lambda one: complexity_step(one).before,
        "Mean complexity index of the accounts owned on the day of the proposal",
    ),
    Column(
        "Complexity after",
        lambda one: complexity_step(one).after,
        "Mean complexity index of the accounts taken over",
    ),
]


def log_export(what: str, rows: ListPage, *, by: Membership, about: Cohort | None = None) -> None:
    """Every download is on record, with how much it held and of which cohort."""
    facts = {"rows": rows.count, "format": rows.download, "search": rows.q}
    audit.record(f"export.{what}", about, by=by, after=facts)
