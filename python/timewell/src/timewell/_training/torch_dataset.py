"""Training sets as data sets of PyTorch; to import this imports PyTorch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import IterableDataset

from timewell.dataset import Batch, Dataset


class TorchDataset(IterableDataset):  # type: ignore[misc]
    """The batches of a data set as dicts of tensors; text stays an array."""

    def __init__(self, dataset: Dataset) -> None:
        """`TrainingSet.to_torch` makes it."""
        super().__init__()
        self._dataset = dataset

    def __iter__(self) -> Iterator[Batch]:
        return iter(self._dataset)


def tensor(values: Any) -> Any:
    """A tensor of numbers; other values stay as they are."""
    # Arrow's memory is read-only, which tensors cannot be.
    return torch.from_numpy(values.copy()) if values.dtype.kind in "biuf" else values
