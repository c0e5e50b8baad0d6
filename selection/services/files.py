"""Having the file of a candidate written out."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from amdp.audit import services as audit
from amdp.exports.models import ExportRun
from amdp.exports.services import ask_for_export
from amdp.identity.models import Membership
from selection import access
from selection.models import Candidate
from selection.papers.dossier import CAN_BE_NAMED, Audience, Terms
from selection.papers.making import FORMATS, LONGEST_PURPOSE, query_of


@transaction.atomic
def ask_for_file(
    candidate: Candidate,
    *,
    audience: str,
    file_format: str,
    by: Membership,
    purpose: str = "",
    named: Iterable[str] = (),
) -> ExportRun:
    """Have a worker write the file out for the person or a review board; who asked is told when it is there.

    What for is logged and stays in the file itself; for a board, or on somebody else's request, it is needed.
    ``named``: parts that appear by name before a board, as ``selection.story.Part`` calls them in small letters.
    """
    if not access.files_for(by, audience).filter(pk=candidate.pk).exists():
        raise PermissionDenied(access.NOT_THE_FILE)
    own = access.visible_outcomes(by).filter(pk=candidate.pk).exists()
    purpose = " ".join(purpose.split()) or ("Own request" if own else "")
    if not purpose:
        raise ValidationError({"purpose": "Say what it is for. It is logged and stands in the file."})
    if len(purpose) > LONGEST_PURPOSE:
        raise ValidationError({"purpose": f"At most {LONGEST_PURPOSE} characters."})
    if file_format not in FORMATS:
        raise ValidationError({"file_format": "Choose PDF or ZIP."})
    wanted = tuple(part for part in CAN_BE_NAMED if part.name.lower() in set(named))
    terms = Terms(Audience(audience), purpose, wanted if audience == Audience.BOARD else ())
    after = {"for": audience, "format": file_format, "named": [part.name.lower() for part in terms.named]}
    audit.record("candidate.file_asked", candidate, by=by, after=after, why=purpose)
    return ask_for_export("candidate-file", file_format, query_of(candidate, terms), by=by)
