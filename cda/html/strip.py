"""How much of a document is in Norwegian: counted by state, with the way to every word that is not."""

from ..escape import e
from .vocabulary import Shown, State
from .writer import Writer

_MOST_LISTED = 500  # links; a document with more untranslated words is beyond going through one by one


def strip_html(w: Writer) -> str:
    """How many codes are shown in Norwegian, from which release, and where the others are."""
    words, total = w.words, len(w.states)
    if not total:
        return ""
    shown = sum(map(w.states.count, (State.TRANSLATED, State.MAPPED, State.APPROXIMATE)))
    release = w.terms.release
    parts = [
        e(words("translation.strip", shown=shown, total=total)),
        *[f"{_sign(w, state)} {count}" for state in State if (count := w.states.count(state))],
        e(words("display.release", name=release.name, date=release.date.strftime("%d.%m.%Y"))),
    ]
    return f'<p class="strip">{" · ".join(parts)}</p>{_listed(w)}'


def _sign(w: Writer, state: State) -> str:
    return f'<span class="st st-{state}">{w.words[f"translation.{state}"]}</span>'


def _listed(w: Writer) -> str:
    """Every marked word as a link to where it stands."""
    if not w.stand_ins:
        return ""
    links = "".join([_link(anchor, shown) for anchor, shown in w.stand_ins[:_MOST_LISTED]])
    summary = e(w.words("translation.list", count=len(w.stand_ins)))
    return f'<details class="gaps"><summary>{summary}</summary><ul>{links}</ul></details>'


def _link(anchor: str, shown: Shown) -> str:
    return f'<li><a href="#{anchor}"{shown.lang}>{shown.html or "?"}</a>{shown.mark}</li>'
