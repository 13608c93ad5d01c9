"""The model: a logistic regression over standardized inputs, read from the file that the TypeScript example trains."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Values by input; None where there is none: a NULL, or a view that is not PRESENT.
Inputs = Mapping[str, float | int | None]

# Counts are far from normally distributed, so that the model takes their logarithm.
COUNTS = frozenset({"origin__departures", "destination__departures", "route_daily__flights"})


@dataclass(frozen=True)
class Weight:
    """How an input enters the sum; mean and deviation are those of the training rows, after the logarithm."""

    mean: float
    deviation: float
    weight: float


@dataclass(frozen=True)
class Model:
    """A logistic regression."""

    intercept: float
    inputs: Mapping[str, Weight]

    def probability(self, inputs: Inputs) -> float:
        """Probability that the flight leaves more than 15 minutes late. What is missing counts as the mean."""
        total = self.intercept
        for name, scale in self.inputs.items():
            value = inputs[name]
            if value is None:
                continue
            scaled = math.log1p(value) if name in COUNTS else value
            total += scale.weight * (scaled - scale.mean) / scale.deviation
        # Python raises where exp() would be infinite.
        return 1 / (1 + math.exp(-total)) if total > -700 else 0.0


def read_model() -> Model:
    """Reads model.json of this example."""
    path = Path(__file__).parents[2] / "model.json"
    content = json.loads(path.read_text())
    inputs = {name: Weight(**scale) for name, scale in content["inputs"].items()}
    return Model(content["intercept"], inputs)
