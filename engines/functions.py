"""SQL functions that both engines get from Python: what they compute, free of any engine."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

NAME_SIMILARITY = "name_similarity"


def name_similarities(names: Sequence[str | None], others: Sequence[str | None]) -> "np.ndarray":
    """How alike two names are, pair by pair, from 0 to 1: the share of characters that stay when one is turned into the other."""
    scores = cpdist([name or "" for name in names], [other or "" for other in others], scorer=fuzz.ratio)
    return np.round(scores.astype(np.float64) / 100, 4)


def name_similarity(name: str | None, other: str | None) -> float | None:
    """The same for one pair; a missing name is like nothing."""
    if name is None or other is None:
        return None
    return round(fuzz.ratio(name, other) / 100, 4)
