"""The file of a candidate as something the exports make (``settings.EXPORTS``)."""

from functools import partial
from typing import IO
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone

from amdp.exports.kinds import Paper
from amdp.identity.models import Membership
from amdp.web.forms import as_key
from selection import access
from selection.models import Candidate
from selection.papers.dossier import CAN_BE_NAMED, Audience, Terms, dossier
from selection.papers.printing import write_file

FORMATS = ("pdf", "zip")
LONGEST_PURPOSE = 300
MARKS = str.maketrans({"%": "%25", "&": "%26", "=": "%3D", "+": "%2B", ";": "%3B", "#": "%23", " ": "+"})


def candidate_file(member: Membership, query: QueryDict) -> Paper | None:
    """The file of ``candidate`` ``for`` the person or a board, with the ``purpose`` and who is to be ``named``;
    None for what the member may not take out."""
    key = as_key(query.get("candidate", ""))
    wanted = query.get("for", "")
    if key is None or wanted not in [one.value for one in Audience]:
        return None
    named = tuple(part for part in CAN_BE_NAMED if part.name.lower() in query.getlist("named"))
    terms = Terms(Audience(wanted), query.get("purpose", ""), named)
    candidate = access.files_for(member, terms.audience.value).filter(pk=key).first()
    if candidate is None or (terms.audience == Audience.BOARD and not terms.purpose.strip()):
        return None
    title = f"File of {candidate.person}"
    return Paper(title, FORMATS, partial(_write, candidate=candidate, terms=terms, member=member))


def query_of(candidate: Candidate, terms: Terms) -> str:
    """The same as an address has it, readable in the log."""
    named = "".join(f"&named={part.name.lower()}" for part in terms.named)
    purpose = f"&purpose={terms.purpose.translate(MARKS)}" if terms.purpose else ""
    return f"candidate={candidate.pk}&for={terms.audience.value}{named}{purpose}"


def _write(
    stream: IO[bytes], file_format: str, *, candidate: Candidate, terms: Terms, member: Membership
) -> None:
    zone = member.time_zone or member.organization.time_zone
    content = dossier(candidate, terms, at=timezone.now(), zone=zone)
    with timezone.override(ZoneInfo(zone)):
        write_file(stream, content, member.organization, file_format)
