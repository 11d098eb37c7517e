"""Reading definitions of prescriptions: a file of tables becomes the content that documents are built from.

Amounts are written as people write them: `8 h`, `1 1 comprimido` (value, unit, the country's word for it).
Codes of forms, containers and routes are national ones, and their words come from the country's mappings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cda.build import (
    Dispensation,
    Dispensing,
    Frame,
    Handed,
    Posology,
    PrescribedItem,
    Prescription,
    answering,
)
from cda.datatypes import (
    Address,
    Coded,
    Combination,
    EventBound,
    Identifier,
    Moment,
    Name,
    Part,
    Period,
    Periodic,
    Quantity,
    Range,
    Ratio,
    Telecom,
    Text,
    Time,
    Timing,
)
from cda.header import Patient
from cda.people import Organisation, Party
from cda.product import Ingredient, KitPart, Package, Product
from terminology import code_systems as systems
from terminology.concept import Concept
from terminology.mapping import Mappings

_Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """The definitions of one country, read on demand.  Every method raises KeyError or ValueError."""

    raw: _Table
    patients: Sequence[_Table]
    mappings: Mappings

    # --- codes

    def national(self, code: str) -> Coded:
        """A code of the country's own set, in its words."""
        system = self.raw["national"]
        held = self.mappings.by_source.get((system, code))
        if held is None:
            words = self.raw["unmapped"][code]
            return Coded(code, system, self.raw["national_name"], display=words)
        return Coded(code, system, self.raw["national_name"], display=held[0].text)

    def pivot(self, system: str, code: str, words: str | None = None) -> Coded:
        """A code of the catalogue, in the words given or in English."""
        answer = self.mappings.catalogue.lookup(Concept(code, system), "en")
        if answer.english is None or answer.system is None:
            raise ValueError(f"{code} is not in the catalogue")
        return Coded(code, system, answer.system.name, display=words or answer.english)

    # --- people

    def patient(self, number: str) -> Patient:
        """A patient of the register by identifier."""
        person = next(one for one in self.patients if one["ids"][0]["extension"] == number)
        names = [Part("given", each) for each in person["given"]]
        names += [Part("family", each) for each in person["family"]]
        gender = self.pivot(systems.ADMINISTRATIVE_GENDER, person["gender"])
        return Patient(
            ids=(Identifier(person["ids"][0]["root"], number),),
            names=(Name(tuple(names)),),
            gender=gender,
            birth=Time(person["birth"]),
            addresses=(address(person),),
            telecoms=(Telecom(null="NI"),),
        )

    def organisation(self, key: str) -> Organisation:
        """An organisation by its key."""
        one = self.raw["organisations"][key]
        return Organisation(
            (Name((Part("text", one["name"]),)),),
            (Identifier(self.raw["organisation_ids"], one["id"]),),
            (Telecom(one["telecom"], "WP"),),
            (address({**one, "country": self.raw["country"]}),),
        )

    def person(self, key: str) -> Party:
        """A professional by key, as an author without a time."""
        one = self.raw["people"][key]
        place = self.organisation(one["at"])
        names = Name((Part("given", one["given"]), Part("family", one["family"])))
        return Party(
            "author",
            function=self.pivot(systems.ISCO_08, one["role"]),
            ids=(Identifier(self.raw["person_ids"], one["id"]),),
            names=(names,),
            telecoms=place.telecoms,
            addresses=place.addresses,
            organisations=(place,),
        )

    # --- medicines

    def product(self, key: str) -> Product:
        """A product by its key, with the parts of a kit."""
        one = self.raw["products"][key]
        code = one.get("number")
        number = Coded(code, self.raw["product_ids"], display=one["name"]) if code else None
        kinds = (self.pivot(systems.ATC, one["atc"], one.get("atc_words")),) if "atc" in one else ()
        return Product(
            codes=(number,) if number else (),
            names=(Text(one["name"]),),
            descriptions=(Text(one["strength"]),) if "strength" in one else (),
            forms=(self.national(one["form"]),),
            kinds=kinds,
            ingredients=tuple(self._ingredient(each) for each in one.get("ingredients", ())),
            packages=tuple(self._package(each) for each in one.get("packages", ())),
            parts=tuple(
                KitPart(amount(part["count"]), self.product(part["product"])) for part in one.get("parts", ())
            ),
            holders=(self.organisation(one["holder"]),) if "holder" in one else (),
        )

    def _ingredient(self, one: _Table) -> Ingredient:
        code = self.pivot(systems.ATC, one["atc"], one.get("words"))
        stated = one.get("strength")
        strength = (Ratio(amount(stated[0]), amount(stated[1])),) if stated else ()
        return Ingredient((code,), (Text(one.get("words") or code.display or ""),), strength, "ACTI")

    def _package(self, one: _Table) -> Package:
        code = one.get("number")
        return Package(
            (amount(one["holds"]),),
            (Coded(code, self.raw["product_ids"], display=one["name"]),) if code else (),
            (),
            (Text(one["name"]),) if "name" in one else (),
            (self.national(one["in"]),),
        )

    # --- documents

    def prescription(self, one: _Table) -> Prescription:
        """One prescription of the list."""
        number, root = one["number"], self.raw["root"]
        item = PrescribedItem(
            id=Identifier(root, f"{number}-1") if one.get("item", True) else Identifier(root, number),
            product=self.product(one["product"]),
            posology=posology(one),
            route=self.national(one["route"]) if "route" in one else None,
            packages=one["packages"],
            substitution=self.pivot(systems.SUBSTITUTION, one["substitution"])
            if "substitution" in one
            else None,
            reason=self.pivot(systems.ICD_10, one["reason"], one.get("reason_words"))
            if "reason" in one
            else None,
            patient_instructions=one.get("patient_instructions"),
            dispenser_instructions=one.get("dispenser_instructions"),
        )
        title = self.raw["title"]
        frame = self._frame(f"{number}-L3", number, title, one["prescriber"], one["written"], one["patient"])
        return Prescription(frame, Identifier(root, number), (item,))

    def dispensation(self, one: _Table, prescriptions: Mapping[str, Prescription]) -> Dispensation:
        """One dispensation of the list, which answers a prescription of it."""
        answered, root = prescriptions[one["prescription"]], self.raw["root"]
        dispenser = self.person(one["dispenser"])
        product = self.product(one["product"]) if "product" in one else answered.items[0].product
        handed = Handed(
            prescribed=answered.items[0].id,
            id=Identifier(root, f"{one['number']}-1"),
            product=product,
            packages=one["packages"],
            substituted="product" in one,
            reason=one.get("reason"),
        )
        act = Dispensing(
            document=Identifier(root, f"{one['number']}-L3"),
            section=Identifier(root, f"{one['number']}-S"),
            parent=Identifier(root, one["number"]),
            title=self.raw["dispensation_title"],
            language=self.raw["language"],
            at=Time(one["at"]),
            dispenser=dispenser,
            custodian=self.organisation("custodian"),
        )
        return answering(answered, [handed], act)

    def _frame(self, own: str, parent: str, title: str, by: str, at: str, patient: str) -> Frame:
        root, author = self.raw["root"], self.person(by)
        signed = Party(
            "legalAuthenticator",
            signature=Coded("S"),
            time=Period(Time(at)),
            ids=author.ids,
            names=author.names,
            telecoms=author.telecoms,
            addresses=author.addresses,
            organisations=author.organisations,
        )
        written = Party(
            "author",
            function=author.function,
            time=Period(Time(at)),
            ids=author.ids,
            names=author.names,
            telecoms=author.telecoms,
            addresses=author.addresses,
            organisations=author.organisations,
        )
        return Frame(
            id=Identifier(root, own),
            title=title,
            created=Time(at),
            language=self.raw["language"],
            patient=self.patient(patient),
            authors=(written,),
            custodian=self.organisation("custodian"),
            authenticator=signed,
            parents=(Identifier(root, parent),),
        )


def address(one: _Table) -> Address:
    """Street, town, postal code and country of a person or organisation."""
    kinds = (
        ("streetAddressLine", "street"),
        ("city", "city"),
        ("postalCode", "postal_code"),
        ("country", "country"),
    )
    return Address(tuple(Part(kind, one[key]) for kind, key in kinds if key in one))


def amount(said: str) -> Quantity:
    """`value unit [word]`, e.g. `1 1 comprimido`.  Raises: ValueError: fewer than two parts."""
    value, unit, *word = said.split(" ", 2)
    if not word:
        return Quantity(value, unit)
    text = Text(word[0])
    return Quantity(value, unit, word=text, translations=(Coded(original=text),))


def posology(one: _Table) -> Posology:
    """How to take it. `dose` is one amount or a list of the least and the most."""
    low, high = (*one.get("period", ()), None, None)[:2]
    dose, maximum = one.get("dose"), one.get("maximum")
    ends = Time(high) if high else Time(null="NA")
    return Posology(
        period=Period(low=Time(low), high=ends) if low else None,
        timings=tuple(timing(each, "A") for each in one.get("times", ())),
        dose=Range(amount(dose[0]), amount(dose[1]))
        if isinstance(dose, list)
        else amount(dose)
        if dose
        else None,
        rate=amount(one["rate"]) if "rate" in one else None,
        maximum=Ratio(amount(maximum[0]), amount(maximum[1])) if maximum else None,
        condition=one.get("condition"),
    )


def timing(one: _Table, operator: str | None) -> Timing:
    """One dosing time: `every`, `event`, `at`, `between`, or `all` of several.  Raises: ValueError: none."""
    operator = one.get("operator", operator)
    if "all" in one:
        parts = [timing(each, "A" if index else None) for index, each in enumerate(one["all"])]
        return Combination(tuple(parts), operator)
    if "event" in one:
        offset = Range(amount(one["offset"])) if "offset" in one else None
        return EventBound(Coded(one["event"], systems.TIMING_EVENT), offset, operator)
    if "every" in one:
        start = Time(one["from"]) if "from" in one else None
        width = amount(one["for"]) if "for" in one else None
        phase = Period(low=start, width=width) if start or width else None
        return Periodic(amount(one["every"]), phase, bool(one.get("counted")), operator)
    if "at" in one:
        return Moment(Period(Time(one["at"])), operator)
    low, high = one["between"]
    return Moment(Period(low=Time(low), high=Time(high)), operator)
