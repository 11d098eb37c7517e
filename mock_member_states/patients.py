"""The patients of a simulated member state and how a search finds them.

`countries/<cc>/patients.toml` holds those that are made by hand:

```toml
[[patients]]
ids = [{ root = "2.16.620.1.101.10.1.1", extension = "123456789" }]   # the first is the one given back
family = ["Silva"]
given = ["Maria"]
gender = "F"                # M, F or UN
birth = "19550312"          # digits, in the precision known
street = "Rua do Teste 1"
city = "Lisboa"
postal_code = "1000-001"
country = "PT"
consent = true              # default; false: every request is refused for lack of consent
note = "rich summary"       # shown to the tester by `ncp up`
documents = ["123-l3.xml"]  # what lies in documents/ for this patient, for the reader of this file
```

A document belongs to the patient whom its recordTarget names first; if nobody here alone has that identifier,
it brings a patient of its own (`register.py`).
Two patients may share an identifier (a number given twice): a search by it finds both.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ncp.wire.iti55 import Demographics
from ncp.wire.patient_id import PatientId


@dataclass(frozen=True, slots=True)
class Patient:
    """A person in the country's register. `ids[0]` is the identifier that the country answers with."""

    ids: tuple[PatientId, ...]
    demographics: Demographics
    consent: bool = True
    note: str = ""
    documents: tuple[str, ...] = ()

    def known_as(self, wanted: PatientId) -> bool:
        return wanted in self.ids


class BadPatients(ValueError):
    """The register's own file is wrong; names the file and the place, never a person."""


class _Id(BaseModel):
    model_config = ConfigDict(extra="forbid")
    root: Annotated[str, Field(pattern=r"^[0-2](\.(0|[1-9][0-9]*))+$")]
    extension: str = Field(min_length=1)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ids: list[_Id] = Field(min_length=1)
    family: list[str]
    given: list[str]
    gender: Literal["M", "F", "UN"] | None = None
    birth: Annotated[str, Field(pattern=r"^\d{4}(\d\d(\d\d)?)?$")] | None = None
    street: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    consent: bool = True
    note: str = ""
    documents: list[str] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    patients: list[_Row] = []


def load(path: Path) -> tuple[Patient, ...]:
    """The patients of one file; none if there is no file.

    Raises: BadPatients: not TOML, or not the shape above.
    """
    try:
        with path.open("rb") as file:
            rows = _File.model_validate(tomllib.load(file)).patients
    except FileNotFoundError:
        return ()
    except tomllib.TOMLDecodeError as error:
        raise BadPatients(f"{path.name}: {error}") from error
    except ValidationError as error:
        places = "; ".join(".".join(map(str, e["loc"])) + ": " + e["msg"] for e in error.errors())
        raise BadPatients(f"{path.name}: {places}") from None
    return tuple(_patient(row) for row in rows)


def _patient(row: _Row) -> Patient:
    return Patient(
        ids=tuple(PatientId(item.root, item.extension) for item in row.ids),
        demographics=Demographics(
            family=tuple(row.family),
            given=tuple(row.given),
            gender=row.gender,
            birth_time=row.birth,
            street=row.street,
            city=row.city,
            postal_code=row.postal_code,
            country=row.country,
            telecoms=(),
        ),
        consent=row.consent,
        note=row.note,
        documents=tuple(row.documents),
    )


def search(
    patients: Iterable[Patient], ids: Sequence[PatientId], traits: Demographics
) -> tuple[Patient, ...]:
    """Those who carry every identifier asked for and whom no given trait contradicts.

    A trait that the register does not hold contradicts nothing; a birth date is compared in the precision
    that both have; names are compared without case and accents, each as the beginning of a known one.
    """
    return tuple(
        patient
        for patient in patients
        if all(patient.known_as(wanted) for wanted in ids) and not _contradicts(patient.demographics, traits)
    )


def _contradicts(known: Demographics, asked: Demographics) -> bool:
    return (
        _differ(known.gender, asked.gender)
        or _dates_differ(known.birth_time, asked.birth_time)
        or _names_differ(known.family, asked.family)
        or _names_differ(known.given, asked.given)
        or _differ(_plain(known.postal_code), _plain(asked.postal_code))
        or _differ(_plain(known.city), _plain(asked.city))
    )


def _differ(known: str | None, asked: str | None) -> bool:
    return bool(known) and bool(asked) and "UN" not in (known, asked) and known != asked


def _dates_differ(known: str | None, asked: str | None) -> bool:
    if not known or not asked:
        return False
    digits = min(len(known), len(asked), 8)
    return known[:digits] != asked[:digits]


def _names_differ(known: Sequence[str], asked: Sequence[str]) -> bool:
    """Every part asked for must begin some part known, wherever the two sides cut a name."""
    have = [part for name in known for part in _plain(name).split()]
    want = [part for name in asked for part in _plain(name).split()]
    return bool(have) and not all(any(part.startswith(begin) for part in have) for begin in want)


def _plain(text: str | None) -> str:
    decomposed = unicodedata.normalize("NFKD", text or "")
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().strip()
