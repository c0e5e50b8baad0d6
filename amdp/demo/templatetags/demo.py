from django import template

from amdp.demo.logins import Group, groups

register = template.Library()


@register.simple_tag
def demo_logins() -> list[Group]:
    """The logins of the demo, by organization."""
    return groups()
