from typing import Any, cast

from django import forms

from amdp.directory.models import Person
from amdp.web.forms import DateField, DateInput, Form, ManyChoices, ModelForm
from cohorts.models import Cohort


class CohortNewForm(Form):
    name = forms.CharField(max_length=120, help_text="Such as “Account Director 2027”.")
    starts_on = DateField(
        label="Starts on", help_text="End, nomination window and decision day are proposed from it."
    )
    seats = forms.IntegerField(min_value=1, max_value=500, initial=12)


class CohortDatesForm(ModelForm):
    class Meta:
        model = Cohort
        fields = ["name", "starts_on", "ends_on", "decisions_due_on"]
        labels = {"starts_on": "Starts on", "ends_on": "Ends on", "decisions_due_on": "Decisions fall by"}
        widgets = dict.fromkeys(("starts_on", "ends_on", "decisions_due_on"), DateInput)


class CohortSeatsForm(ModelForm):
    markets = ManyChoices(
        label="Markets", required=False, help_text="Leaders of these markets are told. None chosen means all."
    )

    class Meta:
        model = Cohort
        fields = ["seats", "markets"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = (
            Person.objects.exclude(market="").order_by("market").values_list("market", flat=True).distinct()
        )
        codes = sorted({*known, *self.instance.markets})
        cast(ManyChoices, self.fields["markets"]).choices = [(code, code) for code in codes]


class CohortWindowForm(ModelForm):
    class Meta:
        model = Cohort
        fields = ["nominations_open_on", "nominations_close_on"]
        labels = {
            "nominations_open_on": "Nominations open on",
            "nominations_close_on": "Nominations close on",
        }
        widgets = dict.fromkeys(("nominations_open_on", "nominations_close_on"), DateInput)


COHORT_FORMS: dict[str, tuple[str, type[ModelForm]]] = {
    "dates": ("Name and dates", CohortDatesForm),
    "seats": ("Seats and markets", CohortSeatsForm),
    "window": ("Nomination window", CohortWindowForm),
}
