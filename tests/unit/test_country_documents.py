"""The patients and documents of the simulated countries: complete, consistent, synthetic and valid."""

import re
from base64 import b64decode

import pytest
from lxml import etree

from mock_member_states import country as countries
from schemas.namespaces import HL7, q
from schemas.validate import Schema, violations
from tests.support.clinical_document import narrative_references, narrative_targets
from tests.support.country_documents import (
    CODES,
    DOCUMENTS,
    FOLDER,
    RICH,
    country_of,
    find,
    patients,
    root_of,
)


def name_of(path):
    return f"{country_of(path)}/{path.stem}"


@pytest.fixture(params=DOCUMENTS, ids=name_of)
def document(request):
    return request.param, root_of(request.param)


# --- patients


@pytest.mark.parametrize("code", CODES)
def test_every_document_is_listed_with_its_patient_and_every_listed_one_exists(code):
    listed = [name for one in patients(code) for name in one["documents"]]
    present = [path.name for path in DOCUMENTS if country_of(path) == code]
    assert sorted(listed) == sorted(present)


@pytest.mark.parametrize("code", CODES)
def test_identifiers_have_the_format_that_the_country_asks_for(code):
    (asked,) = [one for one in countries.load(code).identifiers if one.kind == "id"]
    ids = [(one["root"], one["extension"]) for person in patients(code) for one in person["ids"]]
    assert {root for root, _ in ids} == {asked.domain}
    assert [extension for _, extension in ids if not re.fullmatch(asked.format, extension)] == []


def test_finnish_identifiers_are_synthetic_and_their_check_character_is_right():
    for person in patients("fi"):
        for one in person["ids"]:
            day, century, number, check = re.fullmatch(r"(\d{6})([-A])(9\d\d)(.)", one["extension"]).groups()
            birth = person["birth"]
            assert day == birth[6:8] + birth[4:6] + birth[2:4]
            assert century == ("A" if birth.startswith("20") else "-")
            assert check == "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(day + number) % 31]


@pytest.mark.parametrize("code", CODES)
def test_there_is_one_of_each_kind_of_patient(code):
    people = patients(code)
    assert [one["ids"][0]["extension"] for one in people if not one.get("consent", True)] != []
    assert [one for one in people if not one["documents"]] != []
    assert [one for one in people if one["ids"][0]["extension"] == RICH[code]] != []


@pytest.mark.parametrize("code", CODES)
def test_two_patients_are_found_by_one_number_and_by_the_same_traits(code):
    people = patients(code)
    numbers = [one["extension"] for person in people for one in person["ids"]]
    (shared,) = {number for number in numbers if numbers.count(number) == 2}
    first, second = [person for person in people if shared in [one["extension"] for one in person["ids"]]]
    assert first["ids"][0] != second["ids"][0]
    assert (first["family"], first["birth"]) == (second["family"], second["birth"])
    assert first["given"] != second["given"]
    documents = [FOLDER / code / "documents" / person["documents"][0] for person in (first, second)]
    assert all(shared not in path.read_text(encoding="utf-8") for path in documents)


@pytest.mark.parametrize("code", CODES)
def test_documents_name_the_patient_as_the_register_does(code):
    for person in patients(code):
        for name in person["documents"]:
            root = root_of(FOLDER / code / "documents" / name)
            role = find(root, "h:recordTarget/h:patientRole")[0]
            own = role.find(q(HL7, "id"))
            assert {"root": own.get("root"), "extension": own.get("extension")} == person["ids"][0]
            assert find(role, "h:patient/h:name/h:family/text()") == person["family"]
            assert find(role, "h:patient/h:name/h:given/text()") == person["given"]
            assert find(role, "h:patient/h:administrativeGenderCode/@code") == [person["gender"]]
            assert find(role, "h:patient/h:birthTime/@value") == [person["birth"]]
            assert find(role, "h:addr/h:country/text()") == [code.upper()]


# --- form


def test_a_document_is_valid(document):
    assert violations(document[1], Schema.CDA) == []


def test_references_into_the_narrative_resolve_and_names_are_unique(document):
    targets = narrative_targets(document[1])
    assert len(targets) == len(set(targets))
    assert set(narrative_references(document[1])) <= set(targets)


def test_a_document_says_what_it_is_for_and_in_which_language(document):
    path, root = document
    assert root.getprevious().tag is etree.Comment
    assert "Synthetic" in root.getprevious().text or "synthetic" in root.getprevious().text
    language = {"pt": "pt-PT", "fi": "fi-FI", "cz": "cs-CZ"}[country_of(path)]
    assert find(root, "h:languageCode/@code") == [language]
    assert find(root, "h:code/@code") == ["60591-5"]


def test_ids_of_documents_and_entries_are_unique():
    seen = []
    for path in DOCUMENTS:
        root = root_of(path)
        seen += [(el.get("root"), el.get("extension")) for el in find(root, "h:id")]
        links = "1.3.6.1.4.1.19376.1.5.3.1.4.4.1"  # an act that only points to another statement
        entries = find(root, f"//h:entry//h:id[not(../h:templateId/@root='{links}')]")
        own = [el for el in entries if el.getparent().get("moodCode")]
        keys = [(el.get("root"), el.get("extension")) for el in own]
        assert len(keys) == len(set(keys)), path.name
    assert len(seen) == len(set(seen))


def test_no_document_carries_a_number_that_could_be_a_norwegian_person():
    def valid(digits):
        numbers = [int(digit) for digit in digits]
        first = sum(w * n for w, n in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), numbers, strict=False)) % 11
        second = sum(w * n for w, n in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), numbers, strict=True)) % 11
        return (first, second) == (0, 0)

    for path in [*DOCUMENTS, *FOLDER.glob("*/patients.toml")]:
        runs = re.findall(r"(?<!\d)\d{11}(?!\d)", path.read_text(encoding="utf-8"))
        assert [run for run in runs if valid(run)] == [], path.name


# --- level 1


def test_the_twin_of_level_one_belongs_to_the_same_record():
    folder = FOLDER / "pt" / "documents"
    first, third = (root_of(folder / f"{RICH['pt']}-ps-l{level}.xml") for level in (1, 3))
    parent = "h:relatedDocument[@typeCode='XFRM']/h:parentDocument/h:id/@extension"
    assert find(first, parent) == find(third, parent) != []
    assert find(first, "h:id/@extension") != find(third, "h:id/@extension")
    assert find(first, "h:templateId/@root") == ["1.3.6.1.4.1.12559.11.10.1.3.1.1.7"]


def test_the_pdf_of_the_twin_is_a_pdf():
    root = root_of(FOLDER / "pt" / "documents" / f"{RICH['pt']}-ps-l1.xml")
    (text,) = find(
        root, "h:component/h:nonXMLBody/h:text[@mediaType='application/pdf'][@representation='B64']"
    )
    content = b64decode("".join(text.text.split()), validate=True)
    assert content.startswith(b"%PDF-1.4\n") and content.endswith(b"%%EOF\n")
    start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert content[start:].startswith(b"xref\n0 7\n")
    offsets = [int(line[:10]) for line in content[start:].splitlines()[3:9]]
    assert [content[offset:].split(b" ")[0] for offset in offsets] == [b"1", b"2", b"3", b"4", b"5", b"6"]
