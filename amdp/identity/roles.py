"""What the granted roles are for, in words."""

from amdp.identity.models import Role

ROLE_HELP: dict[str, str] = {
    Role.OWNER: "Members and roles, organization settings, import of the directory, audit log.",
    Role.LD_ADMIN: "Sets up programs and cohorts, runs selection, journeys and mentoring.",
    Role.HR_ANALYST: "Reads the directory, outcomes and the audit of HR data; co-signs selection.",
    Role.SPONSOR: "Signs off programs and reads one page of results.",
    Role.FACILITATOR: "Runs the own sessions: roster, attendance, materials.",
    Role.IMPACT_REVIEWER: (
        "For HR or legal: reads exact counts by self-identified attribute, each time with a purpose, and says what "
        "they mean. Not together with L&D admin."
    ),
}
