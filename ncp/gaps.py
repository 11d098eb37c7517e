"""What displayed documents lacked in Norwegian, counted in the background.

A clinician's page never waits for it and never fails by it: what cannot be counted at once is dropped. Only
codes are counted, with the element they stood in and the country; no text, no document, no patient.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from queue import Full, Queue
from threading import Thread

import structlog
from lxml import etree

from cda.bindings import binding, local
from cda.translate import Finding, Translation
from terminology.gaps import Gap
from terminology.issues import Severity, Source

log = structlog.get_logger(__name__)
WAITING = 20  # documents, each a patient's and some MB in memory; more and the database is not keeping up
# Without blanks, as the schema of CDA has it: what has some, or is longer, may be somebody's name.
_CODE = re.compile(r"[!-~]{1,64}", re.ASCII)
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*)){1,30}", re.ASCII)
_CLOSING_SECONDS = 3.0


def gaps_of(translation: Translation, country: str) -> list[Gap]:
    """Every coded element of a document that has no Norwegian text, once per code, element and value set."""
    root = translation.source.getroottree().getroot()
    document = _own_code(root)
    found = {
        _gap(finding, _element(root, finding.path), document, country): None
        for finding in _without_text(translation.issues)
    }
    return list(found)


def _without_text(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        lacking = finding.issue.source is Source.TSAM and finding.issue.severity is Severity.ERROR
        code, system = finding.code or "", finding.system or ""
        if lacking and _CODE.fullmatch(code) and _OID.fullmatch(system):
            yield finding


def _gap(finding: Finding, el: etree._Element | None, document: str, country: str) -> Gap:
    code, system = finding.code or "", finding.system or ""
    if el is None:
        return Gap(code, system, "", "", "", country)
    name, parent = local(el), el.getparent()
    section = next((_own_code(each) for each in el.iterancestors() if local(each) == "section"), "")
    bound = binding(el, name, section, document).value_set(system) or ""
    version = el.get("codeSystemVersion") or ""
    where = name if parent is None else f"{local(parent)}/{name}"
    return Gap(code, system, version if _CODE.fullmatch(version) else "", bound, where, country)


def _element(root: etree._Element, path: str) -> etree._Element | None:
    """The element that a finding names by its place."""
    names = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = root.getroottree().xpath(path, namespaces=names)
    except etree.XPathError:
        return None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


def _own_code(el: etree._Element) -> str:
    code = next((child for child in el.iterchildren(tag=etree.Element) if local(child) == "code"), None)
    return (code.get("code") or "") if code is not None else ""


class GapCounter:
    """Counts in a thread of its own. Call it with every document that is displayed."""

    def __init__(
        self, record: Callable[[Iterable[Gap], datetime], None], clock: Callable[[], datetime]
    ) -> None:
        self._record, self._clock = record, clock
        self._waiting: Queue[tuple[Translation, str, datetime] | None] = Queue(WAITING)
        self._thread: Thread | None = None
        self.dropped = 0  # documents that were not counted

    def __call__(self, translation: Translation, country: str) -> None:
        """Take note of a document. Never raises, never waits."""
        try:
            self._waiting.put_nowait((translation, country, self._clock()))
            if self._thread is None:
                self._thread = Thread(target=self._work, name="gaps", daemon=True)
                self._thread.start()
        except Full:
            self.dropped += 1
        except Exception as error:
            self._lost(error)

    def settle(self) -> None:
        """Wait until everything noted so far is counted or dropped."""
        self._waiting.join()

    def close(self) -> None:
        """Count what is waiting, within a few seconds, and stop."""
        if self._thread is None:
            return
        try:
            self._waiting.put(None, timeout=_CLOSING_SECONDS)
        except Full:
            return
        self._thread.join(_CLOSING_SECONDS)

    def _work(self) -> None:
        while (noted := self._waiting.get()) is not None:
            translation, country, at = noted
            try:
                if gaps := gaps_of(translation, country):
                    self._record(gaps, at)
            except Exception as error:
                self._lost(error)
            finally:
                self._waiting.task_done()
        self._waiting.task_done()

    def _lost(self, error: Exception) -> None:
        self.dropped += 1
        log.warning("gaps not counted", kind=type(error).__name__)
