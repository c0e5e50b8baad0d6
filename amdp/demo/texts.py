"""What people of the demo write: reasons, evidence, observations, answers."""

RATIONALES = (
    "{first} already runs the account reviews for two of our systems without being asked and is trusted by their "
    "pharmacy directors. A year with a mentor on a payer account would close the gap on contracting.",
    "Colleagues from medical and market access come to {first} first when a customer asks something difficult. The "
    "program would give that influence a method, and me a successor for my largest account.",
    "{first} has outgrown the territory. The last two plans were the best in the district, and the customer quoted "
    "one of them back to us in the quarterly review.",
    "{first} turned a formulary loss into a joint working group within one quarter. I want that way of working on an "
    "integrated network before a competitor offers it.",
    "{first} coaches the new colleagues of the district on profiling, in their own time. Leading a team without "
    "authority is the step that is missing, and the cohort trains exactly that.",
    "We will have two account director vacancies in the next eighteen months. {first} is the only one in my line who "
    "could carry one, given a residency on a complex account first.",
)
EVIDENCE = (
    "On the visit in March {first} opened with the customer's own quality report, let the finance lead speak first "
    "and left with three named next steps. I said nothing for forty minutes.",
    "Prepared the stakeholder map with medical; found that the decision sits with the service line, not with "
    "pharmacy. We changed the plan and got the pilot.",
    "In the business review the customer's vice president asked {first}, not me, what we would do next year. The answer "
    "was honest about what we do not know.",
    "Took over a stalled account in January. Since then five meetings at director level, minutes shared with the "
    "account team the same day, and a signed data agreement.",
    "Presented the account plan to our regional director and changed two assumptions on the spot when the numbers were "
    "questioned. Sent the corrected version in the evening.",
)
READY = (
    "Would move within the region, from spring.",
    "Stays in the city for two more years; travels three days a week.",
    "Anywhere, from summer on.",
)
OWN_RATIONALE = (
    "I have covered for our account lead since June and would like to learn to do it well: two of our three largest "
    "contracts come up next year."
)
OWN_EVIDENCE = (
    "Prepared and led the July business review with the customer's quality and finance leads. Both asked for the next "
    "date themselves.",
    "Wrote the account plan for the new outpatient site with medical and contracting, and changed it twice after "
    "talking to the pharmacy team.",
    "Anywhere in the region, from spring.",
)
QUESTIONS = (
    "You write that customers trust the person. Which customer, and what did they do because of it? One example is enough.",
    "Who takes over the territory for the six residency weeks? Please agree that with the neighbour district first.",
)
DECLINES = (
    "Two more months in the present grade would be fair to the team; please nominate again for the next cohort.",
)
SEEN = (
    "Opened with the customer's own target and came back to it twice.",
    "Asked who else decides before offering anything; wrote the names down.",
    "Read the margin table correctly and said what was missing from it.",
    "Let a silence stand after the objection, then asked what would have to be true.",
    "Stayed with product features although the question was about capacity.",
    "Summed up who does what by when, and had it confirmed.",
    "Needed a prompt to look at the payer mix, then used it well.",
    "Gave the colleague from medical the floor at the right moment.",
    "Explained the plan clearly, but without a date for the next check.",
    "Named two assumptions openly and how to test them.",
)
PROJECT_ANSWERS = (
    "The network grows through outpatient oncology; inpatient margins fall. The finance lead named infusion capacity as the "
    "limit for next year (conversation of the 4th, annual report page 18).",
    "The service line director and the pharmacy chair decide together; the population health team writes the criteria. Nobody "
    "of ours had met that team before.",
    "Patients get lost between referral and first infusion: eleven days on average against a target of five. Nurse navigators "
    "cover two of five sites.",
    "Two contracts reward total cost of care; one pays by volume. That is why the two hospitals answer differently to the "
    "same proposal.",
    "Open: whether the new data platform is bought this year. I ask the chief information officer's deputy at the next "
    "working group.",
)
REFLECTIONS = (
    "I talk too early. Next visit I let the customer finish the sentence about capacity and write it down first.",
    "The contract explains the behaviour better than the people do. I look for who carries the risk now.",
    "My map had titles, not names. I have added five people and two of them I had never met.",
)
CONFIRMED = "I was in the room: the customer corrected one number and agreed with the rest. It is in their planning file now."
SHARED_NOTES = (
    "Went through the stakeholder map of the network; two names missing in finance. Next: a first conversation with the deputy.",
    "Rehearsed the business review. Shorter opening, the customer's numbers first, one question at the end of each part.",
    "Case study on the formulary loss. What we would do differently: speak with population health before pharmacy.",
    "Interview preparation: three stories, each with what went wrong. Record one and listen to it.",
    "Joint visit. The opening was right, the close came too early. Agreed on a signal for the next one.",
)
NEXT_STEPS = (
    "Call the deputy in finance and ask for twenty minutes",
    "Send the one-page plan to the account team",
    "Write down three questions for the pharmacy chair",
    "Ask Jordan for a joint visit in the next two weeks",
    "Bring the contract summary to our next meeting",
)
