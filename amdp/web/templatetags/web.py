"""Tags and filters that every template may use; they are built in, no ``{% load %}`` needed.

``docs/pages.md`` shows them at work.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from amdp.web import charts, time
from amdp.web.fields import FieldLook

register = template.Library()

TONE_ICONS = {"good": "check", "warn": "clock", "bad": "alert-triangle", "accent": "point"}  # icons


# --- parts -------------------------------------------------------------------------------------------


@register.simple_tag
@lru_cache(maxsize=1000)  # pages draw the same few dozen times and again
def icon(name: str, size: str = "", tone: str = "", label: str = "") -> SafeString:
    """A Tabler icon out of our sprite; silent to screen readers unless it has a ``label``."""
    classes = " ".join(part for part in ("icon", f"icon-{size}" if size else "", tone) if part)
    heard = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    sprite = static("vendor/icons.svg")
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', classes, heard, sprite, name)


@register.filter
def initials(name: str) -> str:
    """``Mateo Álvarez`` → ``MÁ``."""
    words = [word for word in str(name or "").replace("-", " ").split() if word[:1].isalpha()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


@register.simple_tag
def face(name: str, size: str = "", tone: str = "") -> SafeString:
    """The round badge with a person's initials, an ornament beside the name."""
    classes = " ".join(
        x for x in ("face", f"face-{size}" if size else "", f"face-{tone}" if tone else "") if x
    )
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, initials(name))


@register.inclusion_tag("components/person.html")
def person(name: str, role: str = "", url: str = "", size: str = "", tone: str = "") -> dict[str, Any]:
    """A person as name and role with initials."""
    return {"name": name, "role": role, "url": url, "size": size, "tone": tone}


@register.simple_tag
def status(label: str, tone: str = "", icon_name: str = "") -> SafeString:
    """A state in words and shape: ``{% status "On track" "good" %}``; tones good, warn, bad, accent, line."""
    name = icon_name or TONE_ICONS.get(tone, "")
    return format_html(
        '<span class="st{}">{}{}</span>', f" st-{tone}" if tone else "", icon(name) if name else "", label
    )


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumb; the last one has no address."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_tag(takes_context=True)
def title_again(context: template.Context) -> str:
    """What the page put into its ``title`` block, so that the heading need not repeat it."""
    return context.render_context[BLOCK_CONTEXT_KEY].get_block("title").render(context)


@register.inclusion_tag("components/empty.html")
def empty_state(
    title: str, text: str = "", icon_name: str = "", url: str = "", action: str = ""
) -> dict[str, Any]:
    """What stands where there is nothing yet: what this is for and the button that fills it."""
    return {"title": title, "text": text, "icon_name": icon_name, "url": url, "action": action}


@register.inclusion_tag("components/task.html")
def task(task: Any, *, first: bool = False) -> dict[str, Any]:
    """One line of what needs somebody: an ``amdp.web.tasks.Task``."""
    return {"task": task, "first": first}


@register.inclusion_tag("components/progress.html")
def progress(value: float, maximum: float, label: str, text: str = "") -> dict[str, Any]:
    """A bar with its numbers in words beside it."""
    return {"value": value, "maximum": maximum, "label": label, "text": text}


@register.simple_block_tag
def why(content: str, question: str = "Why?", about: str = "") -> SafeString:
    """An explanation that opens in place; ``about`` tells screen readers which one."""
    unseen = format_html('<span class="visually-hidden"> {}</span>', about) if about else ""
    return format_html(
        '<details class="why"><summary>{}{}</summary><div class="why-body">{}</div></details>',
        question,
        unseen,
        content,
    )


# --- lists -------------------------------------------------------------------------------------------


@register.inclusion_tag("components/list_controls.html")
def list_controls(rows: Any, placeholder: str = "") -> dict[str, Any]:
    """Search, filter chips and sort of a ``pages.ListPage``."""
    return {"list": rows, "placeholder": placeholder or "Search"}


@register.inclusion_tag("components/heading.html")
def heading(rows: Any, sort: str, label: str, css: str = "") -> dict[str, Any]:
    """A column heading that sorts when pressed."""
    state = rows.sort_state(sort)
    return {"state": state, "label": label, "css": css, "url": rows.sort_url(sort)}


@register.inclusion_tag("components/pagination.html")
def pagination(rows: Any) -> dict[str, Any]:
    """Where one is in a list and the way to the other pages."""
    return {"list": rows}


@register.simple_tag
def select_row(value: object, label: str, form: str = "bulk") -> SafeString:
    """A checkbox that puts this row into the bulk action below the list."""
    return format_html(
        '<label class="tick"><input type="checkbox" name="selected" value="{}" form="{}">'
        '<span class="visually-hidden">Select {}</span></label>',
        value,
        form,
        label,
    )


# --- forms -------------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "", help_text: str | None = None, css: str = "") -> dict[str, Any]:
    """One field: label, help, error, input. ``help_text=""`` leaves the help out."""
    return {"look": FieldLook(bound, label=label, help_text=help_text), "css": css}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """What has to be mended, on top of the form, each line a link to its field. Takes formsets too."""
    single = [one for form in forms for one in (form.forms if hasattr(form, "forms") else [form])]
    whole = [str(text) for form in forms for text in general_errors(form)]
    lines = [
        (FieldLook(form[name]).anchor, told_with(form[name].label, str(text)))
        for form in single
        for name, texts in form.errors.items()
        if name in form.fields
        for text in texts
    ]
    return {"general": whole, "lines": lines, "count": len(whole) + len(lines)}


def told_with(label: str, text: str) -> str:
    """``Why now? This needs an answer.``: an error away from its field needs the field's name."""
    return f"{label}{'' if label.endswith('?') else ':'} {text}"


def general_errors(form: Any) -> list[str]:
    """Errors that belong to no field, of a form or a formset and its forms."""
    if hasattr(form, "forms"):
        return [*form.non_form_errors(), *(text for one in form.forms for text in one.non_field_errors())]
    return list(form.non_field_errors())


# --- charts ------------------------------------------------------------------------------------------


@register.inclusion_tag("components/chart.html")
def chart(chart: charts.Chart) -> dict[str, Any]:
    """A finding, its drawing, and the table with every number under it."""
    return {"chart": chart, "data": json_script(chart.spec)}


# --- browsers ----------------------------------------------------------------------------------------

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """``Chrome on Windows`` of what a browser says about itself."""
    name = next((name for sign, name in BROWSERS if sign in user_agent), "A browser")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{name} on {system}" if system else name


# --- how values look ---------------------------------------------------------------------------------


def in_time(value: dt.date | dt.datetime, text: str, css: str = "") -> SafeString:
    """The text as ``<time>`` with the exact value for machines and on hover."""
    exact = value.isoformat() if isinstance(value, dt.datetime) else time.as_day(value).isoformat()
    shown = format_html(' class="{}"', css) if css else ""
    return format_html('<time{} datetime="{}" title="{}">{}</time>', shown, exact, time.full_day(value), text)


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """``Thu 4 Mar``."""
    return in_time(value, time.day(value)) if value else "–"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """``Fri 5 Feb, 16:20``."""
    return in_time(value, time.moment(value)) if value else "–"


@register.filter
def worded(value: dt.datetime, words: str) -> str:
    """A moment in other words, still exact for machines and on hover."""
    return in_time(value, words)


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    """``16:20``."""
    return time.clock(value) if value else "–"


@register.filter
def ago(value: dt.datetime | None) -> str:
    """``08:12``, ``Mon`` or ``Thu 4 Mar``, whichever is shortest and clear."""
    return in_time(value, time.ago(value)) if value else "–"


@register.filter
def due(value: dt.date | dt.datetime | None) -> str:
    """``4 days late`` in red, ``Today``, ``in 2 days``, else the day."""
    if not value:
        return ""
    return in_time(value, time.due(value), "bad" if time.days_until(value) < 0 else "")


@register.filter
def place(zone: str) -> str:
    """The city a time zone is named after."""
    return time.place_of(zone)


@register.filter
def is_late(value: dt.date | dt.datetime | None) -> bool:
    """Is this day over?"""
    return value is not None and time.days_until(value) < 0


@register.filter
def number(value: float | Decimal | None, digits: int = 0) -> str:
    """``10,001``; a dash for nothing. What rounds to nought has no sign."""
    return "–" if value is None else f"{value:z,.{int(digits)}f}".replace("-", "−")


@register.filter
def percent(value: float | Decimal | None, digits: int = 0) -> str:
    """``91%`` of 0.91; a dash for nothing."""
    return "–" if value is None else f"{value:.{int(digits)}%}".replace("-", "−")


@register.filter
def plural(count: int, words: str) -> str:
    """``3|plural:"person,people"`` → ``3 people``."""
    one, many = words.split(",")
    return f"{number(count)} {one if count == 1 else many}"


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value under a key that the template holds in a variable."""
    return mapping.get(key)
