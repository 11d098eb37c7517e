"""The audit trail of terminology work: to read, to check, and to take out as a file."""

import json

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from terminology.store import trail
from terminology.workbench import wording
from terminology.workbench.answers import router, shown, whole
from terminology.workbench.house import TheHouse, TheVisitor

pages = router()
SIZE = 100


@pages.get("/term/logg")
def newest(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """The newest rows first; with `kontroll` the whole chain is walked."""
    query = request.query_params
    rows = trail.newest(house.engine, SIZE, before=whole(query.get("foer")))
    return shown(
        request, house, visitor, "trail.html", "wb.trail.heading", rows=rows,
        checked=trail.verify(house.engine) if "kontroll" in query else None,
        older=rows[-1].number if len(rows) == SIZE and rows[-1].number > 1 else None,
        did=lambda row: wording.deed(row.action, visitor.words),
        detail=lambda row: json.dumps(dict(row.detail), ensure_ascii=False, sort_keys=True),
    )  # fmt: skip


@pages.get("/term/logg.jsonl")
def as_file(house: TheHouse, visitor: TheVisitor) -> Response:
    """All of it as JSON lines with the hashes, so that another program can check the chain."""
    headers = {"Content-Disposition": 'attachment; filename="terminologilogg.jsonl"'}
    lines = (line.encode() for line in trail.export(house.engine))
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)
