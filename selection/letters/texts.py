"""The usual text of each kind of letter, for plans that have none of their own."""

from selection.letters.merge import Text

USUAL: dict[str, Text] = {
    "selected": Text(
        "We would like to offer you a seat in {cohort}",
        """Dear {first_name},

We would like to offer you one of the {seats} seats in {cohort}. Thank you for the work you put into the selection: what you showed in it is why we would like to have you.

{cohort} is part of {program}. It starts on {start} and ends on {end}, and it takes a part of your working week. Your leader is told at the same time.

Please tell us by {answer_by} whether you accept. Should it not be the right time for you, decline on the same page and say why; nothing is held against you, and the seat goes to the next person.

On your page you also find what the assessors saw as your strengths and what to build on.

With kind regards
The program team at {organization}""",
    ),
    "reserve": Text(
        "You are {place} in reserve for {cohort}",
        """Dear {first_name},

Thank you for the time and the work you put into the selection for {cohort}. More people were ready for it than there are seats. We could not offer you one today, and we would like to keep you in reserve: you are {place} in line.

When somebody declines, those in reserve move up in this order, and you hear from us the same day. Should you not want to wait, you can leave the reserve on your page at any time.

On the page you find what the assessors saw as your strengths and what to build on. Your leader will talk it through with you.

With kind regards
The program team at {organization}""",
    ),
    "not_selected": Text(
        "The outcome of the selection for {cohort}",
        """Dear {first_name},

Thank you for the time and the work you put into the selection for {cohort}. We cannot offer you a seat this time.

There were {seats} seats, and the decision was made on what was seen in this selection. It says nothing about the value of the work you do every day, and it does not stand in the way of a later nomination.

On your page you find what the assessors saw as your strengths and what to build on next. Your leader will take the time to talk it through with you and to agree on a next step.

With kind regards
The program team at {organization}""",
    ),
    "moved_up": Text(
        "A seat in {cohort} has become free for you",
        """Dear {first_name},

You have been in reserve for {cohort}, and a seat has become free. We would like to offer it to you.

{cohort} is part of {program}. It starts on {start} and ends on {end}. Your leader is told at the same time.

Please tell us by {answer_by} whether you accept. Should it not be the right time for you any more, decline on the same page and say why.

With kind regards
The program team at {organization}""",
    ),
}
