"""The logins of the demo, for the terminal and for the sign-in page."""

from dataclasses import dataclass

from amdp.demo.cast import COMPANIES, PASSWORD, Company, Part

HEADINGS = ("Organization", "Sign in as", "Name", "E-mail", "Password")


@dataclass(frozen=True)
class Login:
    """Somebody with a part, and the address they sign in with."""

    company: Company
    part: Part

    @property
    def email(self) -> str:
        return self.part.email(self.company.domain)


@dataclass(frozen=True)
class Group:
    """The logins of one organization."""

    company: Company
    logins: tuple[Login, ...]


def groups() -> list[Group]:
    """Every organization of the demo with everybody one signs in as."""
    return [Group(company, tuple(Login(company, part) for part in company.parts)) for company in COMPANIES]


def find_login(slug: str, key: str) -> Login | None:
    """The login of one part, or None when nobody plays it."""
    for group in groups():
        for login in group.logins:
            if (group.company.slug, login.part.key) == (slug, key):
                return login
    return None


def table() -> str:
    """Aligned columns, ready to be printed."""
    told = [login for group in groups() for login in group.logins]
    rows = [
        HEADINGS,
        *((one.company.name, one.part.role, one.part.name, one.email, PASSWORD) for one in told),
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "  ".join("─" * width for width in widths), *lines[1:]])
