"""Damaged terminology files: items, or a refusal by name; never another error, never a circle without end."""

import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminology.concept import Concept
from terminology.exporters import write
from terminology.importers import read
from terminology.importers.formats import ImportOptions
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    MappingItem,
    ValueSetItem,
)
from terminology.importers.unreadable import Unreadable
from terminology.pages.messages import messages
from tests.support.terminology_files import EDQM, ICD, MAIN, SETS, SNOMED, TERMS_HEADER

SET = SETS + "12"
TEXTS = messages("nb")
OPTIONS = ImportOptions(
    system=EDQM, value_set=SET, held={SNOMED: frozenset({"1", "2"})}, systems={"1.2.3": "x"}
)
ITEMS = [
    CodeSystemItem(EDQM, None, "EDQM", "1", ""),
    ValueSetItem(SET, "Routes", "8", True, ""),
    *(ConceptItem(EDQM, "1", code, True, None, (SET,), "") for code in "abc"),
    *(DesignationItem(EDQM, "1", code, "nb-NO", f"Tekst {code}", True, None, "x", "") for code in "abc"),
    MappingItem(Concept("1", "1.2.3"), Concept("a", EDQM, "1"), "equivalent", False, None, ""),
]
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="1" formatCode="y"/></numFmts>'
    '<cellXfs><xf numFmtId="1"/></cellXfs></styleSheet>'
)
RF2 = {
    "a/sct2_Description_Snapshot.txt": (
        "id\tactive\tconceptId\ttypeId\tterm\n9\t1\t1\t900000000000013009\tTekst\n"
    ),
    "a/der2_cRefset_LanguageSnapshot.txt": (
        "active\trefsetId\treferencedComponentId\tacceptabilityId\n1\t61000202103\t9\t900000000000548007\n"
    ),
}
FEST = (
    "<FEST><KatVirkestoff><OppfVirkestoff><Virkestoff><Id>1</Id><Navn>a</Navn></Virkestoff></OppfVirkestoff>"
    "</KatVirkestoff><KatKodeverk><OppfKodeverk><Info><Id>7448</Id></Info>"
    "<Element><Kode>1</Kode><Term><Term>b</Term></Term></Element></OppfKodeverk></KatKodeverk></FEST>"
)
CODE_SYSTEM = {
    "resourceType": "CodeSystem",
    "url": f"urn:oid:{EDQM}",
    "content": "complete",
    "version": "1",
    "concept": [
        {
            "code": "a",
            "display": "A",
            "designation": [{"language": "nb", "value": "x"}],
            "property": [{"code": "parent", "valueCode": "c"}],
            "concept": [{"code": "b"}],
        }
    ],
}
VALUE_SET = {
    "resourceType": "ValueSet",
    "identifier": [{"value": f"urn:oid:{SET}"}],
    "compose": {"include": [{"system": f"urn:oid:{EDQM}", "concept": [{"code": "a"}]}]},
}
ELEMENT = {"code": "1", "target": [{"code": "a", "equivalence": "equal"}]}
MAP = {
    "resourceType": "ConceptMap",
    "group": [{"source": "urn:oid:1.2.3", "target": f"urn:oid:{EDQM}", "element": [ELEMENT]}],
}
ENTRY = {
    "code": "a",
    "description": "A",
    "codeSystemVersion": {"codeSystem": {"oid": EDQM}},
    "designations": [{"name": "b", "language": "nb"}],
    "mappings": [{"source": {"concept": {"code": "1"}}}],
}
CENTRAL = {"valueSetVersions": [{"valueSet": {"id": SET, "name": "x"}, "entries": [ENTRY]}]}
FINNKODE = [
    {"Kode": "E039", "Tekst_uten_lengdebegrensning": "x", "Foreldrekode": "E03", "Foreldrekodetekst": "y"}
]
PLAIN = {
    "csv": f"{TERMS_HEADER}\nx,{SETS}5,ICD-10,{ICD},E03.9,Text,Tekst,icd10-no\n",
    "fhir": json.dumps(CODE_SYSTEM),
    "fhir ": json.dumps(VALUE_SET),
    "fhir  ": json.dumps(MAP),
    "central-server": json.dumps(CENTRAL),
    "finnkode": json.dumps(FINNKODE),
    "finnkode ": json.dumps({"id": 9060, "concepts": [{"code": "a", "display": "b"}]}),
    "fest": FEST,
    "display-tool": (
        f'<ValueSet oid="{SET}" name="x"><concept codeSystem="{EDQM}" code="a">'
        '<designation lang="nb">b</designation></concept></ValueSet>'
    ),
    "national-list": '1|En\n2|"To"\n',
    "snap2snomed": "Source code,Target code,Relationship type,Status\n1,2,TARGET_EQUIVALENT,MAPPED\n",
    "sssom": (
        "#curie_map:\n#  A: urn:oid:1.2.3:\n"
        "subject_id\tpredicate_id\tobject_id\nA:1\tskos:exactMatch\tSCTID:2\n"
    ),
}


@st.composite
def damaged(draw, data):
    """The bytes with a few of them cut out, changed, repeated or put in."""
    for _ in range(draw(st.integers(1, 3))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 12))
        middle = draw(
            st.sampled_from(
                [
                    b"",
                    data[at : at + length] * 3,
                    b'"',
                    b"[",
                    b"}",
                    b"<x>",
                    b"\x00",
                    b"\xe6",
                    b"&a;",
                    b"null",
                    b"1e9",
                    b"-1",
                ]
            )
            | st.binary(max_size=6)
        )
        data = data[:at] + middle + data[at + length :]
    return data


def attempt(path, format):
    try:
        for _ in read(path, format, OPTIONS):
            pass
    except Unreadable as error:
        assert TEXTS.text(error.reason, **error.params)


often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("format", [*PLAIN])
@often
@given(data=st.data())
def test_a_damaged_file_is_refused_or_read(tmp_path, format, data):
    path = tmp_path / "file"
    path.write_bytes(data.draw(damaged(PLAIN[format].encode())))
    attempt(path, format.strip())
    attempt(path, None)


def members_of(path, format):
    """The members of an archive that the exporters make, or of one made here."""
    if format == "snomed-rf2":
        return RF2
    write(ITEMS, path, format)
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    return {**found, "xl/styles.xml": STYLES} if format == "workbook" else found


@pytest.mark.parametrize("format", ["workbook", "snomed-rf2", "display-tool"])
@often
@given(data=st.data())
def test_a_damaged_member_of_an_archive_is_refused_or_read(tmp_path, format, data):
    members = dict(members_of(tmp_path / "whole", format))
    name = data.draw(st.sampled_from(sorted(members)))
    members[name] = data.draw(damaged(members[name].encode()))
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    attempt(tmp_path / "file", format)
    attempt(tmp_path / "file", None)


@pytest.mark.parametrize("format", ["workbook", "fhir-package", "display-tool"])
@often
@given(data=st.data())
def test_a_damaged_archive_is_refused_or_read(tmp_path, format, data):
    path = tmp_path / "whole"
    if not path.exists():
        write(ITEMS, path, format)
    (tmp_path / "file").write_bytes(data.draw(damaged(path.read_bytes())))
    attempt(tmp_path / "file", format)
    attempt(tmp_path / "file", None)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["code", "oid", "concept", "name", "url"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize("name", ["fhir", "fhir ", "fhir  ", "central-server", "finnkode", "finnkode "])
@often
@given(data=st.data())
def test_json_with_values_of_the_wrong_kind_is_refused_or_read(tmp_path, name, data):
    """Well-formed JSON whose shape is wrong somewhere: a text for a list, an object for a text."""
    tree = json.loads(PLAIN[name])
    node, key = tree, None
    for _ in range(data.draw(st.integers(1, 6))):
        inner = node if key is None else node[key]
        if not isinstance(inner, dict | list) or not inner:
            break
        node, key = (
            inner,
            data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner)))),
        )
    if key is not None:
        node[key] = data.draw(JSON_VALUES)
    path = tmp_path / "file"
    path.write_bytes(io.BytesIO(json.dumps(tree).encode()).getvalue())
    attempt(path, name.strip())
