"""Every measure in words: shown on the page of definitions and in every file."""

from dataclasses import dataclass

from metrics.arms import CAVEAT, UNMATCHED


@dataclass(frozen=True)
class Definition:
    """A measure or a word, what it counts, and what is left out."""

    key: str
    name: str
    formula: str
    details: tuple[str, ...] = ()


DEFINITIONS = (
    Definition(
        "retention_12",
        "12-month retention",
        "People still employed twelve months after the selection decision, divided by all whose twelve months "
        "are over on the as-of date.",
        (
            "The clock starts on the day the outcomes were released; for somebody who moved up from the reserve, "
            "on the day of enrolment. People who later dropped out of the program still count.",
            "Every end of employment counts, whatever the reason. Leave and transfers do not.",
            "Interval: 95%, Wilson.",
        ),
    ),
    Definition(
        "retention_curve",
        "Retention over time",
        "The share still employed some months after the decision, estimated from everybody observed so far "
        "(Kaplan–Meier). People are counted up to the as-of date.",
        (
            "Shown every three months. A month is skipped while fewer than 5 people have left since the last one "
            "shown, and the curve ends where fewer than 5 are still observed.",
            "Interval: 95%, log–log, with Greenwood’s variance.",
        ),
    ),
    Definition(
        "promotions",
        "Promotions per person-year",
        "Moves to a higher grade of the grade table since the selection decision, divided by the years the people "
        "were employed and below the top grade. A year has 365.25 days.",
        (
            "Regrading by a reorganization is not a promotion. Time in the top grade does not count, because "
            "nobody can be promoted from it.",
            "Time under notice, and time before a person may be promoted, are not known here and stay in.",
            "Interval: 95%, exact Poisson.",
        ),
    ),
    Definition(
        "skill_level",
        "Skill level",
        "Mean of the newest scores, 1 to 5, by assessors and managers over the program’s competencies, of the people "
        "selected for it.",
        (
            "A person counts with scores in at least four of five competencies; first the mean of each competency, "
            "then over them. “Seen by managers” counts the managers’ scores alone.",
            "Interval: 95%, Student’s t.",
        ),
    ),
    Definition(
        "comparison",
        "Comparison",
        f"{UNMATCHED[0].upper()}{UNMATCHED[1:]}.",
        (
            "Nominees who met every eligibility rule on the day they were nominated, did not withdraw, and were on "
            "the reserve or not selected when the outcomes were released. Their clock starts on that day.",
            "Each person counts once, from the first decision on. Whoever is selected later is counted here up to "
            "that day, and with the program from then on.",
            CAVEAT,
        ),
    ),
    Definition(
        "as_of",
        "As-of date",
        "The day up to which facts count. Everything later is left out, as if it had not happened yet.",
        (
            "Numbers are closed on the first of each month. Whatever day is chosen, the last closing before it is "
            "shown. A closing stays as it was: what is learned of it later counts from the next one on.",
            "A number is replaced by a newer one only when nobody, or at least 5 people, came to or left those who are "
            "counted. Until then it keeps its older date.",
        ),
    ),
    Definition(
        "cuts",
        "Programs, cohorts and markets",
        "Numbers are shown of all programs, or of one program, one cohort or one market.",
        (
            "A market within a program or cohort is not shown: such groups are so small that single people could be "
            "told by comparing.",
            "A person counts in the program and cohort of the first decision, and in the market where they work on "
            "the day of the closing. Retention over time is drawn of all together only.",
        ),
    ),
    Definition(
        "hidden",
        "Hidden numbers",
        "Counts of 1 to 4 people, shares of fewer than 5, shares where all but 1 to 4 did the same, and whatever "
        "such a number could be worked out from: other programs, cohorts and markets, totals, and other days.",
        ("The same rule holds on every page, in every file and in the API.",),
    ),
    Definition(
        "stages",
        "Who gets how far",
        "How many people were nominated, eligible, assessed, selected and graduated, and the share of each gender among "
        "them. Whoever got further counts at every stage before.",
        (
            "What people say of themselves, or else what the HR file says. Each cohort counts from its release on and as "
            "it stood then; a later answer does not rewrite it.",
            "Shown of all programs together, to HR and sponsors. Cohorts differ, so read no rate of one group against "
            "another’s from the sums.",
            "Hidden are counts of 1 to 9 people, also of those who got no further, and whatever they could be worked "
            "out from.",
        ),
    ),
    Definition(
        "impact",
        "Adverse impact",
        "At each stage of one selection the rate of each group: those who passed, divided by those who came to the "
        "stage. The impact ratio is the rate divided by the highest rate; below four fifths it is flagged.",
        (
            "Stages: nominated (handed in), eligible (as the rules said when nominations closed), approved, assessed "
            "(at least one score sheet), given a seat, seat accepted. Whoever got further counts at every stage before; "
            "whoever withdrew counts where they were last.",
            "Each stage is frozen when it closes, with who had said what by then. End to end is counted at the release.",
            "Four fifths is reckoned in whole numbers, so a ratio of exactly 0.80 is not flagged. Groups under 2% of the "
            "pool are shown without a flag, and are not the highest. Those who said nothing are in the pool only.",
            "Shortfall: how many more of the group would have passed at the common rate of the two. p: Fisher’s exact "
            "test, two-sided. Intervals: 95%, Wilson for rates.",
            "Several selections are never pooled: Cochran–Mantel–Haenszel compares each within itself.",
            "Exact counts are for the adverse-impact reviewer. The table published with the outcomes hides counts of 1 "
            "to 9 people, also of those who got no further, and whatever they could be worked out from.",
            "Definitions version 1.",
        ),
    ),
    Definition(
        "placement",
        "Placements",
        "Graduates whose new role was signed by a leader and by HR.",
        (
            "Complexity before: mean of the accounts the graduate owned on the day of the proposal. After: mean of "
            "the accounts named in it. The overall mean counts each placement once and needs at least 5.",
        ),
    ),
)
BY_KEY = {definition.key: definition for definition in DEFINITIONS}
