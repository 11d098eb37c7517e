"""What the section's renderer did not say: everything else of a statement, labelled in plain words.

A statement whose meaning the section knows puts fixed codes, ids and status into the details panel; any other
content that is still unsaid, and every statement nobody knows, goes into the visible rows.
"""

from collections.abc import Mapping, Sequence

from ..datatypes import Coded, Identifier, Text, Value
from ..escape import e
from ..fixed import is_fixed
from ..node import HISTORY, Node
from ..parts import Participant
from ..sections.common import Picked
from ..statement import Relation, Statement
from . import people
from .block import Block, Row, list_html
from .product import product_rows
from .standing import planned, status
from .timing import timing
from .values import amount, value_of
from .writer import Writer

# Statements whose own rows need no word in front: the entry's main statement says what it is.
TOP = frozenset({"substanceAdministration", "supply", "procedure", "organizer", "act"})


_TOLD_OF = frozenset({"observation", "procedure", "encounter", "organizer"})  # an act is often an instruction
_BY_VALUE = frozenset({"MFST", "CAUS", "RSON"})


class Remainder:
    """Collects what is left of one entry: rows for the item, and quiet ones for its details panel."""

    def __init__(
        self,
        w: Writer,
        picked: Picked,
        block: Block,
        facts: Sequence[Node],
        blocks: Mapping[int, Block] | None = None,
    ) -> None:
        """Args: block: for what belongs to no item; blocks: those of the items by the id of their node."""
        self.w, self.picked, self.block, self.facts = w, picked, block, facts
        self._blocks = blocks or {}
        self._about = ""  # words of the statement that the next one hangs on, within its item
        self._texts: list[str] = []
        self._fixed: list[str] = []
        self._statuses: list[Coded] = []
        self._ids: list[str] = []

    @property
    def quiet(self) -> list[Row]:
        """The rows for the details panel: words of the document, fixed codes, statuses and ids."""
        words = self.w.words
        grouped = (
            ("display.narrative_text", self._texts),
            ("display.fixed_codes", self._fixed),
            ("display.statuses", self._said_once() if self._statuses else ()),
            ("display.id", self._ids),
        )
        return [(words[key], " · ".join(found)) for key, found in grouped if found]

    def _said_once(self) -> list[str]:
        """Each status, said once if all parts have the same, as they nearly always do."""
        w, statuses = self.w, self._statuses
        first = statuses[0]
        word = w.words.find(f"act_status.{first.code}") if first.code else None
        alike = [status for status in statuses if status.code == first.code and not status.null]
        if word is None or len(statuses) < 2 or len(alike) < len(statuses):
            return [status(w, one) for one in statuses]
        for one in statuses:
            word = w.mark(one.fact, word)
        return [f"{word} ×\u00a0{len(statuses)}"]

    def statement(self, statement: Statement, relation: Relation | None = None) -> None:
        """Add what is unsaid about a statement and everything below it, to the item that it belongs to."""
        block, about = self.block, self._about
        own = self._blocks.get(id(statement.node))
        self.block = own or block
        if statement in self.picked:
            self._about = "" if own or relation is None else self._words(statement, relation) or about
            self._quietly(statement)
            for below in statement.relations:
                self.statement(below.statement, below)
            if self._open(statement.node):
                self._known(statement)
        elif self._open(statement.node):
            self._further(statement, relation)
        self.block, self._about = block, about

    def _further(self, statement: Statement, relation: Relation | None) -> None:
        """A statement that nobody knows, under the name of how it hangs on the one above it."""
        w, inner = self.w, Block()
        if relation is not None and relation.sequence is not None:
            step = w.mark(relation.sequence.fact, e(relation.sequence.text))
            inner.row(w.words["dose.step"], step)
        whole(w, statement, inner, self.facts)
        heading = inner.title or w.words["display.further"]
        rows = list_html(inner.rows)
        badges = "".join([f' <span class="badge b-{tone}">{words}</span>' for words, tone in inner.badges])
        if rows or inner.title or badges:
            known = w.words.find(f"relation.{relation.type_code}") if relation is not None else None
            label = known or w.words["display.comment" if statement.kind == "act" else "display.further"]
            label = f"{self._about}: {label.lower()}" if self._about else label
            self.block.row(label, f"{heading}{badges}{rows}")

    def _words(self, s: Statement, relation: Relation) -> str:
        """What a statement is about in a few words: a group's member by its code, a reaction by its value."""
        values = [value for value in s.values if isinstance(value, Coded) and value.named]
        if relation.type_code in _BY_VALUE and values:
            return self.w.choose(values[0]).html
        return self.w.choose(s.code).html if s.code is not None else ""

    def _open(self, node: Node) -> bool:
        """Whether any fact below is unsaid, apart from what the details panel shows with its code."""
        for number in set(range(node.first, node.last)) - self.w.marked:
            if self.facts[number - 1].read != HISTORY:
                return True
        return False

    def _quietly(self, s: Statement) -> None:
        """Fixed code, status, ids and narrative of a statement whose meaning is known."""
        w, marked = self.w, self.w.marked
        if s.code is not None and s.code.fact not in marked:
            self._fixed.append(self._fixed_code(s.code))
        if s.status is not None and not s.status.empty and s.status.fact not in marked:
            self._statuses.append(s.status)
            marked.add(s.status.fact)
        for one in s.ids:
            if one.fact not in marked:
                self._ids.append(_full_id(w, one))
        for text in s.texts:
            if text.fact not in marked or text.reference_fact not in marked:
                self._texts.append(w.text(text))

    def _known(self, s: Statement) -> None:
        w = self.w
        if s.fact not in w.marked or s.denied_by not in w.marked:
            self._statement_fact(s)
        inner = Block()
        _content(w, s, inner)
        about = "" if s.kind in TOP or s.code is None else w.choose(s.code).html
        for label, html in inner.rows:
            self.block.row(f"{about}: {label.lower()}" if about else label, html)

    def _statement_fact(self, s: Statement) -> None:
        if s.negated:
            self._negated(s)
        elif s.null:
            self.block.row(self.w.words["display.missing"], self.w.flavour(s.null, s.fact))

    def _negated(self, s: Statement) -> None:
        words = self.w.words
        denied = self.w.marks(s.denials, words["display.negated"])
        about = "" if s.kind in TOP or s.code is None else self.w.choose(s.code).html
        label = words["display.negation"]
        self.block.row(f"{about}: {label.lower()}" if about else label, denied)

    def _fixed_code(self, code: Coded) -> str:
        """A code that only names its statement: word and code on one line."""
        if is_fixed(code.code, code.system) and not (code.translations or code.original or code.null):
            return self.w.mark(code.fact, f"{self.w.choose(code).html} <small>{e(code.code or '')}</small>")
        return self.w.coded(code, self.w.words["display.kind"], brief=True)


def whole(w: Writer, s: Statement, block: Block, facts: Sequence[Node]) -> None:
    """Everything about a statement that nobody knows, as a block of its own; below it the same again."""
    words = w.words
    if s.code is not None and not s.code.empty:
        block.title = w.coded(s.code, words["display.kind"])
    if s.kind in _TOLD_OF:
        planned(w, s, block)
    if s.negated:
        block.badge(w.marks(s.denials, words["display.negated"]), "denied")
    elif s.null:
        block.row(words["display.missing"], w.flavour(s.null, s.fact))
    for text in s.texts:
        block.row(words["display.text"], w.text(text))
    _content(w, s, block)
    if s.status is not None and not s.status.empty:
        block.row(words["display.status"], status(w, s.status))
    if s.ids:
        block.row(words["display.id"], ", ".join([_full_id(w, one) for one in s.ids]))
    rest = Remainder(w, Picked(), block, facts)
    for relation in s.relations:
        rest.statement(relation.statement, relation)


def _content(w: Writer, s: Statement, block: Block) -> None:
    """The clinical content of a statement that is not on the page yet."""
    words = w.words
    _rows(w, block, words["display.value"], s.values)
    for time in s.times:
        if _unsaid(w, time):
            block.row(words["display.time"], timing(w, time))
    _rows(w, block, words["display.interpretation"], s.interpretations)
    _rows(w, block, words["display.method"], s.methods)
    _rows(w, block, words["display.site"], s.sites)
    _rows(w, block, words["medication.route"], s.routes)
    for name, quantity in s.amounts:
        if _unsaid(w, quantity):
            label = words.find(f"amount.{name}") or words["display.amount"]
            block.row(label, amount(w, quantity, trim=True))
    _rows(w, block, words["display.further"], [coded for _, coded in s.others])
    for name, flag in s.flags:
        if flag.fact not in w.marked:
            block.row(words.find(f"flag.{name}") or words["display.further"], value_of(w, flag))
    for condition in s.conditions:
        _rows(w, block, words["dose.condition"], [condition])
    for product in s.products:
        if _unsaid(w, product):
            for label, html in product_rows(w, product):
                block.row(label, html)
    for participant in s.participants:
        if _unsaid(w, participant):
            _participant(w, participant, block)
    for party in s.parties:
        if _unsaid(w, party):
            block.row(*people.labelled(w, party))
    for found in s.ranges:
        if _unsaid(w, found):
            parts = [value_of(w, v) for v in found.values]
            parts += [w.coded(c, words["display.reference"]) for c in found.interpretations]
            parts += [w.text(t) for t in found.texts]
            block.row(words["display.reference"], people.joined(parts, "; "))
    for external in s.externals:
        _rows(w, block, words["display.external"], (*external.codes, *external.texts, *external.ids))


def _rows(w: Writer, block: Block, label: str, values: Sequence[Value]) -> None:
    for value in values:
        if _unsaid(w, value):
            block.row(label, value_of(w, value, label))


def _unsaid(w: Writer, value: object) -> bool:
    """Whether the fact of a value, or of any value inside it, is not on the page yet."""
    if getattr(value, "fact", 0) not in w.marked:
        return True
    if isinstance(value, Coded):  # its original words and translations stand in the details panel
        return False
    if isinstance(value, Text):
        return value.reference_fact not in w.marked
    for name in getattr(value, "__slots__", ()):
        inner = getattr(value, name)
        if isinstance(inner, tuple):
            for one in inner:
                if _unsaid(w, one):
                    return True
        elif hasattr(inner, "__slots__") and _unsaid(w, inner):
            return True
    return False


def _participant(w: Writer, participant: Participant, block: Block) -> None:
    words = w.words
    label = words.find(f"participation.{participant.type_code}") or words["display.participant"]
    parts = [w.coded(code, label) for code in (*participant.codes, *participant.role_codes)]
    parts += [people.name(w, one) for one in participant.names]
    parts += [w.text(text) for text in participant.texts]
    parts += [w.identifier(one) for one in participant.ids]
    if participant.time is not None:
        parts.append(value_of(w, participant.time))
    if participant.party is not None:
        parts.append(people.party(w, participant.party))
    block.row(label, people.joined(parts, "; "))


def _full_id(w: Writer, identifier: Identifier) -> str:
    """An identifier with its root, for the details panel."""
    if identifier.null and not identifier.shown:
        return w.flavour(identifier.null, identifier.fact)
    root = f" <small>{e(identifier.root)}</small>" if identifier.extension and identifier.root else ""
    return w.mark(identifier.fact, f"{e(identifier.shown)}{root}")
