"""The verbs of identity, by noun."""

from amdp.identity.services.invitations import (
    invitation_accepted,
    invite,
    is_meant_for,
    mail_after_commit,
    register,
    renew_link,
    resend_invitation,
    withdraw_invitation,
)
from amdp.identity.services.members import add_member, change_profile, remove_member, set_roles
from amdp.identity.services.organizations import change_organization, confirm_time_zone, create_organization
from amdp.identity.services.tokens import create_token, revoke_token

__all__ = [
    "add_member",
    "change_organization",
    "change_profile",
    "confirm_time_zone",
    "create_organization",
    "create_token",
    "invitation_accepted",
    "invite",
    "is_meant_for",
    "mail_after_commit",
    "register",
    "remove_member",
    "renew_link",
    "resend_invitation",
    "revoke_token",
    "set_roles",
    "withdraw_invitation",
]
