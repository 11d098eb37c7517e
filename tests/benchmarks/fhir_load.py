"""The load tool: users without pauses, each on a connection of its own, in a process of its own.

    python -m tests.benchmarks.fhir_load PORT USERS SECONDS [EVERY]

With EVERY, each user asks once in so many seconds instead. Prints JSON: for each operation the number of
answers and p50, p95 and p99 in milliseconds; failed answers; the requests per second. One second of warming
up is not counted.
"""

import asyncio
import json
import random
import sys
import time

from terminology.value_sets import PREFIX
from tests.benchmarks.full_catalogue import CONCEPTS, MAPPINGS, NATIONAL, SYSTEMS, system_of

WARM_SECONDS = 1.0


def path_of(operation: str, number: int) -> str:
    """The address of one question."""
    system, code = system_of(number), f"C{number:05}"
    if operation == "lookup":
        return f"/fhir/CodeSystem/$lookup?system={system}&code={code}&displayLanguage=nb"
    if operation == "validate-code":
        value_set = f"{PREFIX}{900 + number % SYSTEMS}"
        return f"/fhir/ValueSet/$validate-code?url={value_set}&system={system}&code={code}"
    return f"/fhir/ConceptMap/$translate?system={NATIONAL}&code=N{number % MAPPINGS}"


OPERATIONS = ("lookup", "validate-code", "translate")


async def user(
    port: int, number: int, ends: float, every: float, taken: dict[str, list[float]], failed: list[int]
) -> None:
    """Ask one question after the other until the time is up."""
    choose = random.Random(number)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    counted = time.monotonic() + WARM_SECONDS
    while (started := time.monotonic()) < ends:
        operation = choose.choice(OPERATIONS)
        path = path_of(operation, choose.randrange(CONCEPTS))
        writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: application/fhir+json\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(int(length.partition(b":")[2]))
        if started >= counted:
            taken[operation].append((time.monotonic() - started) * 1000)
            failed[0] += not head.startswith(b"HTTP/1.1 200") or b'"result","valueBoolean":false' in body
        await asyncio.sleep(max(0.0, started + every - time.monotonic()))
    writer.close()


def at(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


async def load(port: int, users: int, seconds: float, every: float = 0.0) -> dict[str, object]:
    """Let the users work at the same time."""
    taken: dict[str, list[float]] = {name: [] for name in OPERATIONS}
    failed = [0]
    ends = time.monotonic() + WARM_SECONDS + seconds
    await asyncio.gather(*(user(port, number, ends, every, taken, failed) for number in range(users)))
    total = sum(map(len, taken.values()))
    return {
        "users": users,
        "failed": failed[0],
        "per_second": total / seconds,
        **{name: figures(values) for name, values in taken.items()},
    }


def figures(values: list[float]) -> dict[str, float]:
    parts = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return {"answers": len(values)} | {name: at(values, part) for name, part in parts.items()}


if __name__ == "__main__":
    port, users, seconds, every = (*sys.argv[1:], "0")[:4]
    print(json.dumps(asyncio.run(load(int(port), int(users), float(seconds), float(every)))))
