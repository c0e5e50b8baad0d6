"""Who has scored with whom: what the severity of assessors can be compared by."""

from collections import Counter

from .bits import members

PAIR_AGAIN = 3
ASSESSOR_AGAIN = 1


class Ties:
    """Counts that follow each seat given and taken. Assessors are numbers, sets of them are bits.

    `repeats` grows when a candidate meets the same assessor in another exercise, and more when it is the same
    pair: each time by how often it was so before.
    """

    def __init__(self, panel: int) -> None:
        self.shared = [[0] * panel for _ in range(panel)]
        self.partners = [0] * panel
        self.met: Counter[tuple[int, int]] = Counter()
        self.met_pair: Counter[tuple[int, int, int]] = Counter()
        self.repeats = 0

    def join(self, candidate: int, others: int, assessor: int) -> None:
        """The assessor scores the candidate beside the others."""
        self.repeats += ASSESSOR_AGAIN * self.met[candidate, assessor]
        self.met[candidate, assessor] += 1
        for other in members(others):
            pair = (candidate, min(other, assessor), max(other, assessor))
            self.repeats += PAIR_AGAIN * self.met_pair[pair]
            self.met_pair[pair] += 1
            self._share(assessor, other, 1)

    def leave(self, candidate: int, others: int, assessor: int) -> None:
        """The opposite of joining."""
        self.met[candidate, assessor] -= 1
        self.repeats -= ASSESSOR_AGAIN * self.met[candidate, assessor]
        for other in members(others):
            pair = (candidate, min(other, assessor), max(other, assessor))
            self.met_pair[pair] -= 1
            self.repeats -= PAIR_AGAIN * self.met_pair[pair]
            self._share(assessor, other, -1)

    def familiarity(self, candidate: int, others: int, assessor: int) -> tuple[int, int]:
        """How much joining would repeat: for the candidate, then for the assessors among themselves."""
        again = ASSESSOR_AGAIN * self.met[candidate, assessor]
        among = 0
        for other in members(others):
            again += PAIR_AGAIN * self.met_pair[candidate, min(other, assessor), max(other, assessor)]
            among += self.shared[assessor][other]
        return again, among

    def parts(self, active: int) -> list[int]:
        """The active assessors in groups that have nobody in common, the largest first."""
        found = []
        while active:
            group = self.group_of(next(members(active)))
            found.append(group)
            active &= ~group
        return sorted(found, key=lambda group: (-group.bit_count(), group))

    def group_of(self, assessor: int) -> int:
        """Everybody tied to the assessor, through others too."""
        group = front = 1 << assessor
        while front:
            near = 0
            for each in members(front):
                near |= self.partners[each]
            front = near & ~group
            group |= front
        return group

    def _share(self, one: int, other: int, by: int) -> None:
        count = self.shared[one][other] + by
        self.shared[one][other] = self.shared[other][one] = count
        if count == 0:
            self.partners[one] &= ~(1 << other)
            self.partners[other] &= ~(1 << one)
        elif count == by:
            self.partners[one] |= 1 << other
            self.partners[other] |= 1 << one
