"""The reason for a seat as a sentence for the page."""

from .problem import Bar
from .result import Kind, Why

OUT = {
    Bar.CONFLICT: "{} with a conflict of interest",
    Bar.UNTRAINED: "{} not trained for the exercise",
    Bar.PROHIBITED: "{} ruled out by hand",
}


def sentence(why: Why) -> str:
    """What decided, and who else could have been asked."""
    return " ".join(filter(None, (_decided(why), _out(why))))


def _decided(why: Why) -> str:
    match why.kind:
        case Kind.PINNED:
            return "Chosen by hand; it stays."
        case Kind.PLANNED:
            return "As planned before; nothing speaks for a change."
        case Kind.LINK:
            return "Chosen so that more assessors score together and their ratings can be compared."
        case Kind.VARIETY:
            return "Chosen so that this person meets different assessors."
        case Kind.ONLY:
            return f"Only {why.able} of {why.panel} may score this person."
        case Kind.EVEN:
            return _even(why)


def _even(why: Why) -> str:
    others = f"{why.fewest}" if why.fewest == why.most else f"{why.fewest} to {why.most}"
    return (
        f"Spread evenly: {_ratings(why.ratings)} here, {others} with the others who may score this person "
        f"({why.able} of {why.panel} may)."
    )


def _ratings(count: int) -> str:
    return "1 rating" if count == 1 else f"{count} ratings"


def _out(why: Why) -> str:
    parts = [OUT[bar].format(count) for bar, count in why.out.items() if bar in OUT]
    return f"Not asked: {', '.join(parts)}." if parts else ""
