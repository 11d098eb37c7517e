"""The endpoint table: read in full or refused with the place that is wrong."""

import pytest

from ncp import directory
from ncp.directory import DirectoryDamaged, TraitKind
from ncp.wire.errors import ErrorCode, Refused
from ncp.wire.profile import Profile
from tests.support.keys import seal

GOOD = """
[countries.PT]
names = {nb = "Portugal", nn = "Portugal", en = "Portugal"}
home_community = "2.16.17.710.820.1000.990.1"
wire_profile = "7"
xcpd = "https://localhost:9441/services/XCPD_Service"
xca = "https://localhost:9441/services/XCA_Service"
server_name = "localhost"
anchors_tls = "trust/pt.crt"
anchors_seal = "trust/pt.crt"
eku = "strict"
services = ["PS"]
languages = ["pt-PT"]

[[countries.PT.identifiers]]
kind = "id"
label = "healthCardNumber"
domain = "2.16.620.1.101.10.1.1"
format = "[0-9]{9}"
mandatory = true
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "pt.crt").write_bytes(seal("PT").pem)
    path = tmp_path / "directory.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_everything_of_a_country_is_read(file):
    peer = directory.load(file).peer("PT")
    assert (peer.country, peer.profile, peer.home_community) == (
        "PT",
        Profile.W7,
        "2.16.17.710.820.1000.990.1",
    )
    assert (peer.xcpd.host, peer.xcpd.port, peer.xcpd.path) == ("localhost", 9441, "/services/XCPD_Service")
    assert peer.xcpd.server_name == "localhost" and not peer.xcpd.eku_lenient
    assert len(peer.xcpd.anchors) == len(peer.anchors_seal) == 1
    (only,) = peer.identifiers
    assert (only.kind, only.domain, only.mandatory) == (TraitKind.ID, "2.16.620.1.101.10.1.1", True)


def test_a_country_is_found_in_either_case_and_round_white_space(file):
    assert directory.load(file).peer(" pt ").country == "PT"


def test_a_name_falls_back_to_bokmaal(file):
    peer = directory.load(file).peer("PT")
    assert peer.name("en") == "Portugal" and peer.name("xx") == "Portugal"


def test_an_unknown_country_is_refused_with_the_known_ones(file):
    with pytest.raises(Refused, match="known: PT"):
        directory.load(file).peer("XX")


def test_a_service_that_is_not_offered_is_refused_by_its_code(file):
    peer = directory.load(file).peer("PT")
    peer.offers("PS")
    with pytest.raises(Refused) as caught:
        peer.offers("EP")
    assert caught.value.code == ErrorCode.GENERIC_SERVICE_SIGNIFIER_UNKNOWN


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[countries.PT]", "[countries.pt]", "countries.pt"),
        ("[countries.PT]\n", "other = 1\n[countries.PT]\n", "nothing else"),
        ('wire_profile = "7"', 'wire_profile = "6"', "wire_profile"),
        ('server_name = "localhost"', "", "server_name"),
        ('eku = "strict"', 'eku = "none"', "eku"),
        ('eku = "strict"', 'colour = "blue"', "colour"),
        ("https://localhost:9441/services/XCPD_Service", "http://localhost/x", "https"),
        ("https://localhost:9441/services/XCPD_Service", "nonsense", "https"),
        ("https://localhost:9441/services/XCA_Service", "https://localhost:99999/x", "https"),
        ('"2.16.17.710.820.1000.990.1"', '"PT"', "home_community"),
        ("trust/pt.crt", "trust/missing.crt", "missing.crt"),
        ('format = "[0-9]{9}"', 'format = "["', "format"),
        ('kind = "id"', 'kind = "name"', "kind"),
        ("[countries.PT]", "[countries.PT", "directory.toml"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(file, old, new, named):
    assert old in GOOD
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(DirectoryDamaged, match=named):
        directory.load(file)


@pytest.mark.parametrize("wrong", ["[", "(?P<n>", "*", "[0-9]{99999999999}", "(" * 5000])
def test_a_format_that_is_no_regular_expression_is_named_in_one_sentence(file, wrong):
    file.write_text(GOOD.replace("[0-9]{9}", wrong), encoding="utf-8")
    with pytest.raises(DirectoryDamaged) as caught:
        directory.load(file)
    place, _, reason = str(caught.value).partition(": countries.PT.identifiers.0.format: ")
    assert place == str(file)
    assert "not a regular expression: " in reason and "\n" not in reason


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(DirectoryDamaged, match="start the simulated Europe"):
        directory.load(tmp_path / "directory.toml")


def test_an_anchor_file_without_certificates_is_refused(file):
    (file.parent / "trust" / "pt.crt").write_text("nothing")
    with pytest.raises(DirectoryDamaged, match="trust anchors"):
        directory.load(file)
