"""Imports at work behind the pages: one may be read while another is taken over."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)
MOST = 20  # that wait or were just done


@dataclass(slots=True)
class Job:
    """A file on its way: read for a dry run, or taken over. `run` is None until the import has a number."""

    name: str
    actor: str
    run: int | None = None
    error: Exception | None = field(
        default=None, repr=False
    )  # why it never became one, or was not taken over
    started: threading.Event = field(default_factory=threading.Event, repr=False)
    future: Future[None] | None = field(default=None, repr=False)

    @property
    def over(self) -> bool:
        return self.future is not None and self.future.done()

    def wait(self, seconds: float) -> None:
        """Until it is over, but no longer than that."""
        if self.future is not None:
            wait([self.future], seconds)

    def is_run(self, number: int) -> None:
        """The import has got its number."""
        self.run = number
        self.started.set()


class Background:
    """Works through jobs; a page asks how far they are."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="terminology import")
        self._jobs: list[Job] = []

    def start(self, name: str, actor: str, work: Callable[[Job], None], run: int | None = None) -> Job:
        """Queue the work. What it raises is logged by its kind, never by its text."""
        job = Job(name, actor, run)
        job.future = self._pool.submit(self._do, job, work)
        self._jobs = [job, *self._jobs][:MOST]
        return job

    def waiting(self) -> list[Job]:
        """Jobs without a number: they wait, or were refused."""
        return [job for job in self._jobs if job.run is None]

    def settle(self) -> None:
        """Wait until everything that was begun is over."""
        for job in list(self._jobs):
            if job.future is not None:
                job.future.result()

    def _do(self, job: Job, work: Callable[[Job], None]) -> None:
        try:
            work(job)
        except Exception as error:
            job.error = error
            log.warning("terminology import", kind=type(error).__name__)
        finally:
            job.started.set()
