"""How the seats are shared between markets."""

from collections.abc import Mapping

from cohorts.models import Cohort
from selection.models import Quota, SelectionPlan, Stage
from selection.plan_parts.base import Part

Share = tuple[int, int | None]


def shares_in(plan: SelectionPlan) -> dict[str, Share]:
    """By market how many seats are kept for it, and how many it takes at most (None: any number)."""
    return {quota.market: (quota.at_least, quota.at_most) for quota in plan.quotas.all()}


def store_shares(plan: SelectionPlan, shares: Mapping[str, Share]) -> None:
    """Write the shares of one plan; markets not named have none any more."""
    plan.quotas.exclude(market__in=shares).delete()
    for market, (least, most) in shares.items():
        Quota.objects.update_or_create(
            plan=plan, market=market, defaults={"at_least": least, "at_most": most}
        )


def why_not_shared(cohort: Cohort, shares: Mapping[str, Share]) -> list[str]:
    """Why the seats of the cohort cannot be shared like this, in sentences."""
    sentences = []
    kept = sum(least for least, _ in shares.values())
    if kept > cohort.seats:
        seats = f"{cohort.seats} {'seat' if cohort.seats == 1 else 'seats'}"
        sentences.append(f"{kept} seats are kept for markets, and the cohort has {seats}.")
    outside = sorted(set(shares) - set(cohort.markets)) if cohort.markets else []
    if outside:
        verb = "does" if len(outside) == 1 else "do"
        sentences.append(f"{', '.join(outside)} {verb} not take part in this cohort.")
    caps = [most for _, most in shares.values()]
    everywhere = bool(cohort.markets) and set(cohort.markets) <= set(shares)
    if everywhere and all(most is not None for most in caps):
        most = sum(each or 0 for each in caps)
        if most < cohort.seats:
            sentences.append(
                f"The markets may take {most} seats together, so {cohort.seats - most} stay empty."
            )
    return sentences


def share_text(share: Share) -> str:
    """``at least 2``, ``2 to 4``, ``at most 4``, ``exactly 2``."""
    least, most = share
    if most is None:
        return f"at least {least}"
    if least == most:
        return f"exactly {least}"
    return f"{least} to {most}" if least else f"at most {most}"


def _content(plan: SelectionPlan) -> dict[str, str]:
    seats = {"Seats": str(plan.cohort.seats)} if plan.cohort else {}
    return seats | {market: share_text(share) for market, share in shares_in(plan).items()}


def _propose(plan: SelectionPlan) -> None:
    """Every market may take any number."""


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    markets = target.cohort.markets if target.cohort else []
    shares = shares_in(source)
    store_shares(target, {m: share for m, share in shares.items() if not markets or m in markets})


def _missing(plan: SelectionPlan) -> list[str]:
    return why_not_shared(plan.cohort, shares_in(plan)) if plan.cohort else []


def _said(plan: SelectionPlan) -> str:
    shares = ", ".join(f"{market} {share_text(share)}" for market, share in shares_in(plan).items())
    seats = f"{plan.cohort.seats} seats" if plan.cohort else "As many seats as the cohort has"
    return f"{seats}, {shares}" if shares else f"{seats}, open to every market that takes part"


PART = Part(
    key="seats",
    title="Seats per market",
    about="Seats that are kept for a market, and how many a market takes at most.",
    stage=Stage.Kind.NOMINATION,
    last=Cohort.State.ASSESSING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
