"""What owners and L&D fill in about how long files are kept."""

from django import forms

from amdp.web.forms import Form, LongText
from selection.models.retention import MOST_MONTHS


class RetentionForm(Form):
    """The period; nothing means until somebody decides."""

    months = forms.IntegerField(
        label="Months after the release",
        min_value=1,
        max_value=MOST_MONTHS,
        required=False,
        help_text="Leave it empty to keep files until somebody decides. Fewer than 13 months, and the comparison under "
        "Outcomes ends before twelve months can be told.",
    )


class HoldForm(Form):
    """Why nothing may be deleted."""

    reason = LongText(
        label="Why may nothing be deleted?",
        help_text="Such as a complaint, a lawsuit or an audit. Owners, L&D and HR read it.",
        max_length=1000,
    )


class LiftForm(Form):
    """Why a hold ends."""

    why = LongText(label="Why is it lifted?", max_length=1000)
