"""Random draws that can be repeated to the bit years later, from a seed anybody can read."""

import hashlib

import numpy as np


def draws_from(seed: str) -> np.random.RandomState:
    """A generator for this seed. numpy promises that the stream of RandomState never changes, so a decision
    that was drawn up can be drawn up again; newer generators may change with numpy."""
    digest = hashlib.sha256(seed.encode()).digest()
    return np.random.RandomState(np.frombuffer(digest, dtype="<u4"))
