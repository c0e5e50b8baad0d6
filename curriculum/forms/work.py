"""Forms of participants at work, and of the managers who confirm it."""

from typing import Any

from django import forms

from amdp.directory.models import Account
from amdp.directory.queries import search_accounts
from amdp.identity.models import Membership
from amdp.web.forms import Choices, DateField, Form, LongText, as_key
from curriculum.access import accounts_to_work_on
from curriculum.models import Project
from curriculum.services.projects import LONGEST_ANSWER

ACCOUNTS_SHOWN = 10


class CompleteForm(Form):
    """The short reflection, where the activity asks for one."""

    reflection = LongText(
        label="What will you do differently?",
        max_length=1500,
        help_text="Two or three sentences. Your manager and L&D admins can read them.",
    )

    def __init__(self, *args: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not required:
            del self.fields["reflection"]


class AnswerWhenHandedIn(LongText):
    """Needed in the end, so not marked optional; a draft may leave it empty. The service checks."""

    def validate(self, value: str) -> None:
        return


class AccountWhenHandedIn(Choices):
    """The same for the account."""

    def validate(self, value: str) -> None:
        if value:
            super().validate(value)


class ProjectForm(Form):
    """The account and an answer under each prompt. ``find`` narrows the accounts offered."""

    awaited = ("find",)

    find = forms.CharField(label="Find an account", required=False, max_length=100)
    account = AccountWhenHandedIn(label="Account")

    def __init__(
        self, *args: Any, project: Project, member: Membership, find: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.member = project, member
        self.found = self._accounts(find)
        account = self.fields["account"]
        account.choices = [(str(one.pk), one.name) for one in self.found]  # type: ignore[attr-defined]
        account.choice_help = {str(one.pk): _about(one) for one in self.found}  # type: ignore[attr-defined]
        self.initial.setdefault("account", str(project.account_id or ""))
        self.initial.setdefault("find", find)
        for place, prompt in enumerate(project.item.activity.prompts):
            field = AnswerWhenHandedIn(label=prompt, max_length=LONGEST_ANSWER)
            field.widget.attrs["rows"] = 5
            self.fields[f"answer_{place}"] = field
            self.initial.setdefault(f"answer_{place}", project.answers.get(prompt, ""))

    def _accounts(self, find: str) -> list[Account]:
        """The chosen one first, then the first that match."""
        accounts = accounts_to_work_on(self.member)
        chosen = self.data.get("account", "") if self.is_bound else ""
        keep = as_key(chosen) or self.project.account_id
        kept = list(accounts.filter(pk=keep)) if keep else []
        others = search_accounts(accounts, find).exclude(pk__in=[one.pk for one in kept])
        return [*kept, *others.order_by("name_key")[:ACCOUNTS_SHOWN]]

    @property
    def answers(self) -> dict[str, str]:
        prompts = self.project.item.activity.prompts
        return {prompt: self.cleaned_data.get(f"answer_{place}", "") for place, prompt in enumerate(prompts)}

    @property
    def account_chosen(self) -> Account | None:
        chosen = self.cleaned_data.get("account", "")
        return next((one for one in self.found if str(one.pk) == chosen), None)

    @property
    def answer_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("answer_")]


def _about(account: Account) -> str:
    parts = [account.get_kind_display(), account.city]
    parts += [f"complexity {account.complexity} of 10"] if account.complexity else []
    parts += [f"owned by {account.owner}"] if account.owner else []
    return " · ".join(part for part in parts if part)


class ConfirmForm(Form):
    used_on = DateField(label="Used with the customer on")
    seen = LongText(
        label="What did you see or hear?",
        max_length=2000,
        help_text="The participant reads it. Two sentences help most.",
    )


class ReturnForm(Form):
    question = LongText(
        label="Your question",
        max_length=2000,
        help_text="The participant answers it and hands the work in again.",
    )
