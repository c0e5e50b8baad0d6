from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from amdp.notifications.access import visible_notifications
from amdp.notifications.queries import unread_count
from amdp.notifications.services import mark_all_read, mark_read
from amdp.web.pages import ListPage


@require_safe
def notification_list(request: MemberRequest, org: str) -> HttpResponse:
    rows = ListPage(
        request,
        visible_notifications(request.member),
        noun=("notification", "notifications"),
        sorts={"newest": ("-not_before",)},
    )
    context = {"list": rows, "unread": unread_count(request.member)}
    return render(request, "notifications/notification_list.html", context)


@require_safe
def notification_open(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Where the bell's lines lead: seen, and on to what it is about."""
    notification = get_object_or_404(visible_notifications(request.member), pk=pk)
    mark_read(notification)
    return redirect(notification.path or reverse("notifications:notification_list", args=[org]))


@require_POST
def notification_read_all(request: MemberRequest, org: str) -> HttpResponse:
    mark_all_read(by=request.member)
    messages.success(request, "All notifications are marked as read.")
    return redirect("notifications:notification_list", org)
