"""Who may see and change members, invitations, tokens and the audit log."""

from django.db.models import Q, QuerySet

from amdp.audit.models import AuditEntry
from amdp.identity.models import ApiToken, Invitation, Membership, Role
from amdp.identity.queries import members_of
from amdp.tenancy.models import Organization

# What L&D admins may hand out with an invitation; everything else is the owner's to grant.
GRANTED_BY_ADMINS = frozenset({Role.FACILITATOR})
HR_DATA = (
    Q(object_type__startswith="directory.") | Q(verb__startswith="import.") | Q(verb__startswith="export.")
)


def is_owner(member: Membership) -> bool:
    """Owners look after the organization: settings, members, roles, audit."""
    return member.has(Role.OWNER)


def visible_members(member: Membership) -> QuerySet[Membership]:
    """Owners see every membership, everybody else their own."""
    members = members_of(member.organization)
    return members if is_owner(member) else members.filter(pk=member.pk)


def visible_organizations(member: Membership) -> QuerySet[Organization]:
    """The organization with its settings, to its owners."""
    own = Organization.objects.filter(pk=member.organization_id)
    return own if is_owner(member) else own.none()


def can_invite(member: Membership) -> bool:
    """Owners invite anybody, L&D admins people of the directory."""
    return member.has(Role.OWNER, Role.LD_ADMIN)


def can_invite_outsiders(member: Membership) -> bool:
    """Whether the member may invite an address that stands in no directory."""
    return is_owner(member)


def grantable_roles(member: Membership) -> list[Role]:
    """The roles this member may hand out, in the order they are shown."""
    if is_owner(member):
        return list(Role)
    return [role for role in Role if role in GRANTED_BY_ADMINS] if can_invite(member) else []


def visible_invitations(member: Membership) -> QuerySet[Invitation]:
    """Owners see all; L&D admins those to people of the directory that grant no more than they may."""
    invitations = Invitation.objects.all()
    if is_owner(member):
        return invitations
    if can_invite(member):
        return invitations.filter(
            person_id__isnull=False, granted_roles__contained_by=list(GRANTED_BY_ADMINS)
        )
    return invitations.none()


def visible_tokens(member: Membership) -> QuerySet[ApiToken]:
    """One's own API tokens."""
    return ApiToken.objects.filter(membership=member)


def visible_entries(member: Membership) -> QuerySet[AuditEntry]:
    """The audit log: all of it for owners, what concerns HR data for HR analysts."""
    if is_owner(member):
        return AuditEntry.objects.all()
    if member.has(Role.HR_ANALYST):
        return AuditEntry.objects.filter(HR_DATA)
    return AuditEntry.objects.none()


def can_read_audit(member: Membership) -> bool:
    """Whether there is an audit page for this member."""
    return member.has(Role.OWNER, Role.HR_ANALYST)
