import datetime as dt
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import ApiToken, Membership
from amdp.identity.queries import token_hash
from amdp.tenancy.context import require_organization

MAX_DAYS = 365


@transaction.atomic
def create_token(
    member: Membership, *, name: str, scope: str = ApiToken.Scope.READ, days: int = 90
) -> tuple[ApiToken, str]:
    """A personal token and its secret, which is shown this once and kept as a hash only."""
    require_organization()
    if not 1 <= days <= MAX_DAYS:
        raise ValidationError({"days": "A token works for at least one day and at most a year."})
    secret = f"amdp_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        membership=member,
        name=name,
        scope=scope,
        prefix=secret[:10],
        token_hash=token_hash(secret),
        expires_at=timezone.now() + dt.timedelta(days=days),
    )
    audit.record("api_token.created", token, by=member, after={"scope": scope, "days": days})
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Membership) -> ApiToken:
    """End a token at once; ending it again changes nothing."""
    require_organization()
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record("api_token.revoked", token, by=by)
    return token
