"""What L&D and HR fill in about a slate as a whole."""

from amdp.web.forms import Choices, Form, LongText


class AskSignatureForm(Form):
    """What HR should know, when L&D asks for the signature."""

    note = LongText(label="What should HR know?", max_length=600, required=False)


class SignatureForm(Form):
    """HR's answer."""

    answer = Choices(
        label="What do you answer?",
        choices=[("sign", "Sign"), ("return", "Return with a question")],
        choice_help={
            "sign": "L&D can release the outcomes. Any decision changed afterwards takes your signature away",
            "return": "L&D answers, changes what has to be changed, and asks again",
        },
    )
    remark = LongText(
        label="In a sentence",
        help_text="What you looked at, or your question. Kept with the slate.",
        max_length=600,
    )
