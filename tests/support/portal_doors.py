"""A doctor at work while a test knocks at the portal's doors, and requests exactly as given."""

from __future__ import annotations

import http.client
import re
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.support.desk import office
from tests.support.portal import fresh, portal_of


@contextmanager
def at_work(folder):
    """A portal and a doctor with an open summary."""
    with office(folder, "PT") as made, portal_of(made) as served, fresh(served) as site:
        yield site, site.visitor("lege").summary()


@contextmanager
def still_served(site, doctor):
    """The doctor with the summary on the screen; afterwards that page is still served."""
    page = doctor.page
    yield doctor
    doctor.page = page
    tab = doctor.tab().get(doctor.path)
    assert tab.status == 200 and "Overfølsomhet" in tab.text
    for client in site.clients[1:]:
        client.close()
    del site.clients[1:]


def refused(visitor, status):
    """A page of ours that says no in words, and nothing of the inside."""
    assert visitor.status == status, (visitor.status, visitor.text[:300])
    assert 'class="error-summary' in visitor.page.text
    inside = "|".join(("Traceback", r"\.py", "sqlite", "starlette", "jinja2", "Exception"))
    assert not re.search(inside, visitor.text)


def raw(visitor, method, path, body=b"", **headers):
    """A request exactly as given."""
    at = urlsplit(visitor.address)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=20)
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items())
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, {"Cookie": cookies, **named})
        answer = connection.getresponse()
        return answer, answer.read().decode(errors="replace")
    finally:
        connection.close()
