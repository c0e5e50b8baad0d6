"""Fetching a file that a worker has made."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from amdp.exports.kinds import FORMATS, export_of
from amdp.exports.models import ExportRun
from amdp.identity.models import Membership


def made_file(run: ExportRun, member: Membership) -> FileResponse:
    """The file, for who may still take out what is in it; everybody else finds nothing."""
    ready = run.state == ExportRun.State.READY and default_storage.exists(run.file)
    if not ready or export_of(run.kind, member, run.query) is None:
        raise Http404
    name = f"{run.kind}-{run.asked_at:%Y-%m-%d}.{run.file_format}"
    opened, kind = default_storage.open(run.file, "rb"), FORMATS[run.file_format]
    return FileResponse(opened, as_attachment=True, filename=name, content_type=kind)
