"""The terminology served alone, without the portal: FHIR and the reference's surface, by several processes.

Nothing here is a patient's: documents are transformed by the contact point only. Each process holds the
active release in memory and follows a switch within half a second.
"""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from fastapi import FastAPI

from terminology.active import ActiveTerms
from terminology.fhir.router import fhir_router
from terminology.rest import Rest, rest_router
from terminology.store.engine import open_store

STORE = "NCP_TERMINOLOGY_STORE"


def app() -> FastAPI:
    """The application of one process; its database is the one that the environment names.

    Raises: StoreDamaged, KeyError: no database, or none named.
    """
    engine = open_store(os.environ[STORE])
    active = ActiveTerms(engine)
    active.current()
    gc.freeze()  # a release stays: nobody needs to look through it for garbage

    @asynccontextmanager
    async def while_serving(_: FastAPI) -> AsyncIterator[None]:
        yield
        engine.dispose()

    made = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=while_serving
    )
    made.include_router(fhir_router(active.current, active.named, _now))
    made.include_router(rest_router(Rest(active.current, None, None, lambda: str(uuid4()), _now)))
    return made


def _now() -> datetime:
    return datetime.now(UTC)
