"""When Python looks for garbage in circles: rarely, and not among what stays as long as the process.

A page allocates some thousand objects and drops them again without a circle among them, so looking every 700
objects costs a sixth of its time and finds nothing. Now and then all objects were looked at, terminology
included, and every request waited 76 ms for that.
"""

import gc
from typing import Final

#: Objects more than were dropped before the youngest are looked at: more than one page leaves standing.
ALLOCATIONS: Final = 20_000


def settle() -> None:
    """Call once when everything that lasts has been built. Circles made afterwards are still found."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 10, 10)
