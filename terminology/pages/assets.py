"""The static files of every page: the design system, htmx and our own, served from our own origin."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

URL = "/static/"
_HERE = Path(__file__).parent
_FILES = {
    "designsystemet.css": "node_modules/@digdir/designsystemet-css/dist/src/index.css",
    "theme.css": "node_modules/@digdir/designsystemet-css/dist/theme/designsystemet.css",
    "htmx.js": "node_modules/htmx.org/dist/htmx.min.js",
    "app.css": "static/app.css",
    "workbench.css": "static/workbench.css",
    "app.js": "static/app.js",
    "icon.svg": "static/icon.svg",
}


@cache
def static_files() -> Mapping[str, Path]:
    """The file behind each name under `URL`.

    Raises: FileNotFoundError: the packages of the pages are not installed; the message says what to run.
    """
    found = {name: _HERE / path for name, path in _FILES.items()}
    missing = [name for name, path in found.items() if not path.is_file()]
    if missing:
        raise FileNotFoundError(f"{', '.join(missing)} not installed: run `make install`")
    return MappingProxyType(found)


@cache
def static_url(name: str) -> str:
    """The address of a static file, with a mark of its content so that a browser may keep it for ever.

    Raises: KeyError: no such file; FileNotFoundError: see `static_files`.
    """
    return f"{URL}{name}?v={sha256(static_files()[name].read_bytes()).hexdigest()[:12]}"
