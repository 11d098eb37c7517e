"""The headers that every page we serve carries, whichever package makes it.

The policy allows nothing but our own files: no inline script or style, no other origin, no frame round us.
Pages hold patients' data, so nothing may be stored on the way or told to the next site.
"""

from collections.abc import Mapping
from types import MappingProxyType

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# The page that shows a country's PDF, and no other page, may embed a file of our own.
CSP_PDF_PAGE = f"{CSP}; object-src 'self'; frame-src 'self'"

PAGE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": CSP,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
)
