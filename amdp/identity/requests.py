"""What a request carries once the middleware has found out who asks."""

from django.http import HttpRequest

from amdp.identity.models import Membership, User
from amdp.tenancy.models import Organization


class MemberRequest(HttpRequest):
    """The request of a view under ``/o/<slug>/`` or ``/api/v1/o/<slug>/``; for annotations only."""

    user: User
    member: Membership
    organization: Organization
    used_token: bool
