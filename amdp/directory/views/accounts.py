from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from amdp.audit import services as audit
from amdp.directory.access import can_import, visible_accounts, visible_people
from amdp.directory.queries import search_accounts
from amdp.directory.tables import ACCOUNT_COLUMNS, AccountFilter
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage


def account_list(request: MemberRequest, org: str) -> HttpResponseBase:
    """Customers, as far as the member sees them."""
    rows = ListPage(
        request,
        visible_accounts(request.member),
        noun=("account", "accounts"),
        search=search_accounts,
        filters=AccountFilter,
        sorts={"name": ("name_key",), "complexity": ("complexity?",), "number": ("account_number",)},
        default="name",
        placeholder="Search by name or number",
        downloadable=True,
    )
    if rows.download:
        facts = {"rows": rows.count, "format": rows.download, "search": rows.q}
        audit.record("export.accounts", by=request.member, after=facts)
        return rows.file(ACCOUNT_COLUMNS, "accounts")
    context = {"list": rows, "can_import": can_import(request.member)}
    return render(request, "directory/account_list.html", context)


def account_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """One customer and who owns it."""
    visible = visible_accounts(request.member)
    account = get_object_or_404(visible, pk=pk)
    context = {
        "account": account,
        "sees_owner": account.owner_id is not None
        and visible_people(request.member).filter(pk=account.owner_id).exists(),
        "others": visible.filter(owner=account.owner_id).exclude(pk=pk)[:10] if account.owner_id else [],
    }
    return render(request, "directory/account_detail.html", context)
