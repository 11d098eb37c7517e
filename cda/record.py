"""The classes of the document model: frozen for the type checker, plain slots at run time.

A summary becomes a thousand of them, and a frozen dataclass is built through `object.__setattr__`, field by
field: five times the cost of the same class without it. Nothing in the project writes to a record.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Make a dataclass with slots, compared and hashed by value, that mypy lets nobody assign to."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
