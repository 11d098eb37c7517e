"""The Norwegian sources: FEST, FinnKode, national lists."""

import json

import pytest

from terminology.importers import read
from terminology.importers.fest_products import Coded, Substance, products
from terminology.importers.formats import ImportOptions
from terminology.importers.unreadable import Unreadable
from terminology.pages.messages import messages
from tests.support.terminology_files import ATC, ICD, imported, written, zipped

NO = "2.16.578.1.12.4.1.1."
M30 = "http://www.kith.no/xmlstds/eresept/m30/2014-12-01"
BODY = "http://www.kith.no/xmlstds/eresept/forskrivning/2014-12-01"


def refusal(path, format=None, **options):
    with pytest.raises(Unreadable) as caught:
        list(read(path, format, ImportOptions(**options)))
    assert messages("nb").text(caught.value.reason, **caught.value.params)
    return caught.value.reason.rpartition(".")[2]


def listed(kind, number, body, status="A"):
    """An entry of a FEST catalogue."""
    name = kind.removeprefix("Oppf")
    body = body.replace(f"<{name}>", f'<{name} xmlns="{BODY}">')
    head = f'<Id>ID_{number}</Id><Tidspunkt>2026-01-01T00:00:00</Tidspunkt><Status V="{status}"/>'
    return f"<{kind}>{head}{body}</{kind}>"


def fest(*catalogues):
    inner = "".join(f"<{name}>{''.join(entries)}</{name}>" for name, *entries in catalogues)
    head = f'<?xml version="1.0" encoding="utf-8"?><FEST xmlns="{M30}"><HentetDato>2026-11-01</HentetDato>'
    return f"{head}{inner}</FEST>"


PACKAGE = listed(
    "OppfLegemiddelpakning", 1,
    f"""<Legemiddelpakning><Atc V="N02BE01" S="{NO}7180" DN="Paracetamol"/>
    <NavnFormStyrke>Eksempel tab 500 mg</NavnFormStyrke><Reseptgruppe V="B" DN="Reseptgruppe B"/>
    <LegemiddelformKort V="53" S="{NO}7448" DN="Tablett"/><Id>ID_P1</Id><Varenr>123456</Varenr>
    <Pakningsinfo><RefLegemiddelMerkevare>ID_M1</RefLegemiddelMerkevare><Pakningsstr>100</Pakningsstr>
    <EnhetPakning V="ST" S="{NO}7452" DN="stk"/><Pakningstype V="4" S="{NO}7449" DN="Blisterpakning"/>
    </Pakningsinfo></Legemiddelpakning>""",
)  # fmt: skip
BRAND = listed(
    "OppfLegemiddelMerkevare", 2,
    f"""<LegemiddelMerkevare><Atc V="N02BE01" S="{NO}7180" DN="Paracetamol"/><AdministreringLegemiddel>
    <Administrasjonsvei V="53" S="{NO}7477" DN="Oral bruk"/></AdministreringLegemiddel><Id>ID_M1</Id>
    <Varenavn>Eksempel</Varenavn><LegemiddelformLang>Tablett, filmdrasjert</LegemiddelformLang>
    <SortertVirkestoffMedStyrke><Sortering>1</Sortering>
    <RefVirkestoffMedStyrke>ID_S2</RefVirkestoffMedStyrke></SortertVirkestoffMedStyrke>
    <SortertVirkestoffMedStyrke><Sortering>0</Sortering>
    <RefVirkestoffMedStyrke>ID_S1</RefVirkestoffMedStyrke></SortertVirkestoffMedStyrke>
    </LegemiddelMerkevare>""",
)  # fmt: skip
SUBSTANCES = (
    listed(
        "OppfVirkestoff", 3,
        "<Virkestoff><Id>ID_V1</Id><Navn>Paracetamol</Navn><NavnEngelsk>Paracetamol</NavnEngelsk></Virkestoff>",
    ),
    listed(
        "OppfVirkestoff", 4,
        '<VirkestoffMedStyrke><Id>ID_S1</Id><Styrke V="500" U="mg"/>'
        "<RefVirkestoff>ID_V1</RefVirkestoff></VirkestoffMedStyrke>",
    ),
    listed(
        "OppfVirkestoff", 5,
        "<Virkestoff><Id>ID_V2</Id><Navn>Kodein</Navn><NavnEngelsk>Codeine</NavnEngelsk></Virkestoff>", "U",
    ),
    listed(
        "OppfVirkestoff", 6,
        '<VirkestoffMedStyrke><Id>ID_S2</Id><Styrke V="30" U="mg"/><Styrkenevner V="1" U="ml"/>'
        "<RefVirkestoff>ID_V2</RefVirkestoff></VirkestoffMedStyrke>",
    ),
)  # fmt: skip
CODES = listed(
    "OppfKodeverk", 7,
    "<Info><Id>7477</Id><Betegnelse>Administrasjonsvei</Betegnelse></Info>"
    "<Element><Id>1</Id><Kode>54</Kode><Term><Term>Rektal bruk</Term></Term></Element>",
)  # fmt: skip
WHOLE = fest(
    ("KatLegemiddelpakning", PACKAGE),
    ("KatInteraksjon", "<OppfInteraksjon>" + "<x/>" * 100 + "</OppfInteraksjon>"),
    ("KatLegemiddelMerkevare", BRAND), ("KatVirkestoff", *SUBSTANCES), ("KatKodeverk", CODES),
)  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
def test_fest_gives_its_lists_and_the_names_of_substances(tmp_path, packed):
    path = (
        zipped(tmp_path / "fest.zip", [("fest251.xml", WHOLE)])
        if packed
        else written(tmp_path / "fest.xml", WHOLE)
    )
    got = imported(path)
    texts = {(each.system, each.code, each.language): each.text for each in got.texts}
    assert texts[ATC, "N02BE01", "nb-NO"] == "Paracetamol"
    assert texts[NO + "7448", "53", "nb-NO"] == "Tablett"
    assert (
        texts[NO + "7477", "53", "nb-NO"] == "Oral bruk"
        and texts[NO + "7477", "54", "nb-NO"] == "Rektal bruk"
    )
    assert texts["FEST Virkestoff", "ID_V2", "nb-NO"] == "Kodein"
    assert texts["FEST Virkestoff", "ID_V2", "en"] == "Codeine"
    assert {each.code: each.current for each in got.concepts if each.system == "FEST Virkestoff"} == {
        "ID_V1": True,
        "ID_V2": False,
    }
    assert not got.rejected and len([each for each in got.texts if each.system == ATC]) == 1
    # Forms of FEST are never called EDQM: only a crosswalk can say which is which.
    assert not any(each.system == "0.4.0.127.0.16.1.1.2.1" for each in got.concepts + got.texts)


def test_fest_products_are_put_together_from_their_parts(tmp_path):
    (product,) = products(written(tmp_path / "fest.xml", WHOLE), ImportOptions())
    assert (product.item_number, product.name, product.full_name) == (
        "123456",
        "Eksempel",
        "Eksempel tab 500 mg",
    )
    assert product.atc == Coded("N02BE01", NO + "7180", "Paracetamol")
    assert product.form == Coded("53", NO + "7448", "Tablett") and product.routes == (
        Coded("53", NO + "7477", "Oral bruk"),
    )
    assert product.substances == (
        Substance("Paracetamol", "Paracetamol", "500 mg", ""),
        Substance("Kodein", "Codeine", "30 mg", "1 ml"),
    )
    assert (product.package_size, product.prescription_group, product.active) == ("100", "B", True)
    assert product.package_unit.text == "stk" and product.package_type.text == "Blisterpakning"


def test_a_package_whose_brand_is_missing_is_still_there(tmp_path):
    file = written(tmp_path / "fest.xml", fest(("KatLegemiddelpakning", PACKAGE.replace("ID_M1", "ID_GONE"))))
    (product,) = products(file, ImportOptions())
    assert product.name == "Eksempel tab 500 mg" and product.substances == ()


def test_what_is_not_fest(tmp_path):
    assert refusal(written(tmp_path / "a.xml", "<REST/>"), "fest") == "fest"
    assert refusal(written(tmp_path / "a.xml", WHOLE[: len(WHOLE) // 2])) == "cut_off"
    assert refusal(zipped(tmp_path / "a.zip", [("a.xml", WHOLE), ("b.xml", WHOLE)])) == "fest"


def row(code, text, **more):
    return {
        "Kode": code,
        "Tekst_uten_lengdebegrensning": text,
        "Tekst_med_maksimalt_60_tegn": "forkortet",
        **more,
    }


def test_finnkode_takes_the_text_without_limit(tmp_path):
    long = "Uspesifisert hypotyreose med en lengre beskrivelse enn de seksti tegnene i den andre kolonnen"
    got = imported(
        written(tmp_path / "a.json", [row("E039", long, Gyldig_fra="1999-01-01", Gyldig_til=None)])
    )
    assert got.words == {("E03.9", "nb-NO"): long}
    (text,) = got.texts
    assert (text.system, text.basis, text.version, text.status) == (ICD, "icd10-no", "", None)


def test_finnkode_titles_of_categories_come_from_the_rows_below(tmp_path):
    rows = [
        row(
            "E110",
            "Diabetes type 2 med koma",
            Foreldrekode="E11",
            Foreldrekodetekst="Diabetes mellitus type 2",
        ),
        row(
            "E119",
            "Diabetes type 2 uten komplikasjon",
            Foreldrekode="E11",
            Foreldrekodetekst="Diabetes mellitus type 2",
        ),
        row("J450", "Allergisk astma", Foreldrekode="J45", Foreldrekodetekst="Astma (foreldretekst)"),
        row("J45", "Astma"),
    ]
    got = imported(written(tmp_path / "a.json", rows))
    assert got.words["E11", "nb-NO"] == "Diabetes mellitus type 2"
    assert got.words["J45", "nb-NO"] == "Astma"  # its own row wins
    assert len(got.texts) == 5


def test_finnkode_leaves_out_chapters_and_what_is_no_longer_valid(tmp_path):
    rows = [
        row("I", "(A00-B99) Infeksjoner"),
        row("A00-A09", "Tarm"),
        row("A000", "Kolera", Gyldig_til="2020-12-31"),
    ]
    got = imported(written(tmp_path / "a.json", rows))
    assert not got.texts and got.notes == ["import.note.expired"]


def test_finnkode_of_another_list(tmp_path):
    got = imported(written(tmp_path / "a.json", [row("A01", "Smerte", Foreldrekode="A")]), system=NO + "7170")
    (concept,) = got.concepts
    assert (concept.system, concept.code, concept.parent) == (NO + "7170", "A01", "A")


def test_finnkode_rows_without_code_or_text(tmp_path):
    got = imported(written(tmp_path / "a.json", [row("", "Tekst"), {"Kode": "E039"}, row("E03", "")]))
    assert got.reasons == ["import.reject.no_code", "import.reject.no_text", "import.reject.no_text"]


def test_an_administrative_list(tmp_path):
    file = written(
        tmp_path / "a.json",
        {"id": 9060, "title": "HPR", "version": "2", "concepts": [{"code": "LE", "display": "Lege"}]},
    )
    got = imported(file)
    assert got.systems[0].oid == NO + "9060" and got.words == {("LE", "nb-NO"): "Lege"}
    assert refusal(written(tmp_path / "b.json", {"a": 1}), "finnkode") == "finnkode"


def test_a_national_list(tmp_path):
    file = written(tmp_path / "a.txt", '1|En\n2|"To | med strek"\nbare kode\n3|tre|fire\n')
    got = imported(file, system=NO + "9999", value_set="1.3.6.1.4.1.12559.11.10.1.3.1.42.12")
    assert got.words == {("1", "nb-NO"): "En", ("2", "nb-NO"): "To | med strek"}
    assert got.reasons == ["import.reject.pipe"] * 2 and got.rejected[0].where == "line 3"
    assert refusal(file) == "option_system"
    assert [each.language for each in imported(file, system=NO + "9999", language="da").texts] == ["da", "da"]


def test_json_and_not_a_list_of_objects(tmp_path):
    assert refusal(written(tmp_path / "a.json", json.dumps([1, 2]))) == "format_unknown"
