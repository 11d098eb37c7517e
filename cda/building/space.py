"""The namespaces a document is written in. CDA is the default one: some receivers look for raw names."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from schemas.namespaces import EPSOS, HL7, PHARM, XSI

Element = etree._Element
NAMES: Final[dict[str | None, str]] = {None: HL7, "pharm": PHARM, "xsi": XSI}
NAMES_TO_WAVE_5: Final[dict[str | None, str]] = {None: HL7, "epsos": EPSOS, "xsi": XSI}
_TYPE: Final = f"{{{XSI}}}type"


@dataclass(frozen=True, slots=True)
class Space:
    """Where an element lies: `own` is its own namespace, `inner` that of the parts of its data type."""

    own: str
    inner: str

    def el(
        self,
        tag: str,
        /,
        *kids: Element | None,
        said: str | None = None,
        type: str | None = None,
        **attrs: str | None,
    ) -> Element:
        """An element with those attributes that have a value and those children that exist, in order.

        Args: said: its text. type: its xsi:type, a type of its own namespace or, under `pharm`, of CDA.
        """
        made = etree.Element(f"{{{self.own}}}{tag}", {k: v for k, v in attrs.items() if v is not None})
        if type is not None:
            made.set(_TYPE, f"epsos:{type}" if self.own == EPSOS else type)
        if said is not None:
            made.text = said
        made.extend([kid for kid in kids if kid is not None])
        return made

    @property
    def inside(self) -> "Space":
        """The space of the parts of a data type."""
        return Space(self.inner, self.inner)


CDA: Final = Space(HL7, HL7)
PHARMACY: Final = Space(PHARM, HL7)  # from Wave 6: its data types are CDA's own
PHARMACY_TO_WAVE_5: Final = Space(EPSOS, EPSOS)


def templates(*roots: str) -> list[Element]:
    """templateId elements."""
    return [CDA.el("templateId", root=root) for root in roots]
