"""The Norwegian extension of SNOMED CT, and the names of countries and languages of CLDR."""

import pytest

from terminology.concept import Concept
from terminology.importers import read
from terminology.importers.formats import ImportOptions
from terminology.importers.unreadable import Unreadable
from terminology.pages.messages import messages
from terminology.seed import seed_catalogue
from tests.support.terminology_files import SNOMED, Got, imported, zipped


def refusal(path, format=None, **options):
    with pytest.raises(Unreadable) as caught:
        list(read(path, format, ImportOptions(**options)))
    assert messages("nb").text(caught.value.reason, **caught.value.params)
    return caught.value.reason.rpartition(".")[2]


BOKMAAL, NYNORSK, GP = "61000202103", "91000202106", "28000202104"
SYNONYM, FULL_NAME = "900000000000013009", "900000000000003001"
PREFERRED, ACCEPTABLE = "900000000000548007", "900000000000549004"
FOLDER = "SnomedCT_ManagedServiceNO_PRODUCTION_20251215/Snapshot/"


def table(header, *rows, end="\r\n"):
    return end.join("\t".join(cells) for cells in [header, *rows]) + end


def descriptions(*rows):
    header = "id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId".split()
    return table(
        header,
        *(
            (i, "20251215", active, "51000202101", concept, "no", kind, term, "x")
            for i, active, concept, kind, term in rows
        ),
    )


def preferences(*rows):
    header = "id effectiveTime active moduleId refsetId referencedComponentId acceptabilityId".split()
    return table(
        header,
        *(
            (f"u{n}", "20251215", active, "x", refset, of, said)
            for n, (active, refset, of, said) in enumerate(rows)
        ),
    )


def rf2(tmp_path, texts, said, concepts=None, folder=FOLDER):
    members = [
        (f"{folder}Refset/Language/der2_cRefset_LanguageSnapshot-no_NO1000202_20251215.txt", said),
        (f"{folder}Terminology/sct2_Description_Snapshot-no_NO1000202_20251215.txt", texts),
        (f"{folder}Terminology/sct2_Description_Full-no_NO1000202_20251215.txt", "not read"),
    ]
    if concepts is not None:
        members.append((f"{folder}Terminology/sct2_Concept_Snapshot_NO1000202_20251215.txt", concepts))
    return zipped(tmp_path / "rf2.zip", members)


HELD = {SNOMED: frozenset({"22298006", "73211009"})}


def test_the_norwegian_extension(tmp_path):
    texts = descriptions(
        ("1", "1", "22298006", SYNONYM, 'Hjerteinfarkt "akutt"'),
        ("2", "1", "22298006", SYNONYM, "Infarkt i hjertet"),
        ("3", "1", "22298006", FULL_NAME, "Hjerteinfarkt (lidelse)"),
        ("4", "0", "22298006", SYNONYM, "Gammelt navn"),
        ("5", "1", "73211009", SYNONYM, "Diabetes mellitus"),
        ("6", "1", "38341003", SYNONYM, "Ikke i noe verdisett"),
        ("7", "1", "73211009", SYNONYM, "Sukkersjuke"),
    )
    said = preferences(
        ("1", BOKMAAL, "1", PREFERRED), ("1", BOKMAAL, "2", ACCEPTABLE), ("1", BOKMAAL, "3", PREFERRED),
        ("1", BOKMAAL, "4", PREFERRED), ("1", BOKMAAL, "5", PREFERRED), ("1", NYNORSK, "5", PREFERRED),
        ("1", BOKMAAL, "6", PREFERRED), ("1", GP, "7", PREFERRED), ("0", NYNORSK, "7", PREFERRED),
    )  # fmt: skip
    got = imported(rf2(tmp_path, texts, said), held=HELD)
    assert [(each.code, each.language, each.text, each.preferred) for each in got.texts] == [
        ("22298006", "nb-NO", 'Hjerteinfarkt "akutt"', True),
        ("22298006", "nb-NO", "Infarkt i hjertet", False),
        ("73211009", "nb-NO", "Diabetes mellitus", True),
        ("73211009", "nn-NO", "Diabetes mellitus", True),
    ]
    assert {each.basis for each in got.texts} == {"snomed-no"} and not got.concepts


def test_a_concept_that_snomed_has_retired_is_noted(tmp_path):
    concepts = table(
        ["id", "effectiveTime", "active"],
        ("73211009", "2025", "0"),
        ("1", "2025", "0"),
        ("22298006", "2025", "1"),
    )
    got = imported(rf2(tmp_path, descriptions(), preferences(), concepts), held=HELD)
    assert [(each.what, each.reason) for each in got.noted] == [("73211009", "import.note.inactive")]


def test_rf2_says_what_is_missing(tmp_path):
    whole = rf2(tmp_path, descriptions(), preferences())
    assert refusal(whole) == "option_held"
    assert refusal(zipped(tmp_path / "a.zip", [("sct2_Concept_Full.txt", "")]), held=HELD) == "rf2"
    assert (
        refusal(rf2(tmp_path, descriptions().replace("term", "name"), preferences()), held=HELD)
        == "missing_column"
    )
    cut = descriptions(("1", "1", "22298006", SYNONYM, "x"))[:-30]
    assert refusal(rf2(tmp_path, cut, preferences()), held=HELD) == "cut_off"
    short = descriptions(("1", "1", "22298006", SYNONYM, "x")).replace("\tx\tx\r", "\tx\r")
    assert refusal(rf2(tmp_path, short, preferences()), held=HELD) == "columns"
    latin = descriptions(("1", "1", "22298006", SYNONYM, "Ødem")).encode("windows-1252")
    assert refusal(rf2(tmp_path, latin, preferences()), held=HELD) == "encoding"


def held_of_seed():
    found = {}
    catalogue = seed_catalogue()
    for oid in catalogue.value_sets:
        for entry in catalogue.members(oid):
            found.setdefault(entry.system.oid or entry.system.name, set()).add(entry.code)
    return {system: frozenset(codes) for system, codes in found.items()}


def test_cldr_names_every_country_and_language_as_the_seed_does():
    catalogue = seed_catalogue()
    got = Got(read(None, "cldr", ImportOptions(held=held_of_seed())))
    assert len(got.texts) == 2 * (249 + 380) and not got.rejected
    other = [
        (each.code, each.text)
        for each in got.texts
        if each.language == "nb-NO" and catalogue.lookup(Concept(each.code, each.system)).text != each.text
    ]
    assert other == []


@pytest.mark.parametrize(
    ("code", "bokmaal", "nynorsk"),
    [
        ("NA", "Namibia", "Namibia"),
        ("NO", "Norge", "Noreg"),
        ("HK", "Hongkong", "Hongkong"),
        ("MO", "Macao", "Macao"),
        ("PS", "Palestina", "Palestina"),
        ("nb-NO", "norsk bokmål (Norge)", "norsk bokmål (Noreg)"),
        ("my-MM", "burmesisk (Myanmar [Burma])", "burmesisk (Myanmar [Burma])"),
        ("ar-PS", "arabisk (Palestina)", "arabisk (Palestina)"),
    ],
)
def test_cldr_short_forms_and_both_languages(code, bokmaal, nynorsk):
    system = "2.16.840.1.113883.6.121" if "-" in code else "1.0.3166.1"
    got = Got(read(None, "cldr", ImportOptions(held={system: frozenset({code})})))
    assert (got.words[code, "nb-NO"], got.words[code, "nn-NO"]) == (bokmaal, nynorsk)


def test_cldr_without_a_catalogue_names_what_it_knows_and_with_one_says_what_it_lacks():
    got = Got(read(None, "cldr", ImportOptions()))
    assert got.words["NA", "nb-NO"] == "Namibia" and len(got.texts) > 800
    got = Got(
        read(
            None,
            "cldr",
            ImportOptions(
                held={
                    "1.0.3166.1": frozenset({"QX"}),
                    "2.16.840.1.113883.6.121": frozenset({"qx-NO", "nb-QX"}),
                }
            ),
        )
    )
    assert got.reasons == ["import.reject.cldr"] * 6
