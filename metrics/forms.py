"""What a reviewer of adverse impact fills in."""

from amdp.web.forms import Choices, Form, LongText
from metrics.models import ImpactReview

Conclusion = ImpactReview.Conclusion


class PurposeForm(Form):
    """What exact counts are opened for."""

    purpose = LongText(
        label="What do you look for?",
        help_text="The owner reads it in the audit log, with your name and each page and file you open.",
        max_length=500,
    )


class ReviewForm(Form):
    """What one frozen table means."""

    conclusion = Choices(
        label="What do you conclude?",
        choices=Conclusion.choices,
        choice_help={
            Conclusion.NO_CONCERN: "L&D reads that it was reviewed, by whom and when",
            Conclusion.CONCERN: "L&D reads the explanation and what is done, before anything is released",
        },
    )
    explanation = LongText(
        label="Explanation",
        help_text="What explains the difference. Write no counts: L&D reads this and must not read them.",
        max_length=2000,
        required=False,
    )
    measures = LongText(
        label="What is done about it",
        help_text="By whom and until when. Needed for a concern.",
        max_length=2000,
        required=False,
    )
