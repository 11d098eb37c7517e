"""Our own identity: two key pairs that belong to their certificates and never swap roles."""

from shutil import copyfile, copytree

import pytest

from mock_member_states.certificate_issuing import Role
from ncp import own
from ncp.own import IdentityDamaged, common_name
from ncp.settings import Settings
from tests.support import keys
from tests.support.chain import hierarchy, identity


@pytest.fixture
def settings(tmp_path):
    copytree(hierarchy().party("no"), tmp_path / "pki" / "no")
    return Settings(data=tmp_path)


def test_both_pairs_are_read(settings):
    found = own.load(settings)
    assert found.seal == identity("NO", Role.SEAL).certificate
    assert found.tls == identity("NO", Role.TLS).certificate
    assert found.tls_chain.name == "tls.chain" and found.consumer == common_name(found.tls)
    assert (found.hcp_issuer, found.trc_issuer) == ("urn:idp:NO:countryB", "urn:initgw:NO:countryB")


def test_no_key_is_ever_printed(settings):
    assert "PRIVATE" not in repr(own.load(settings)) and "RSAPrivateKey" not in repr(own.load(settings))


@pytest.mark.parametrize("name", ["tls.crt", "tls.key", "seal.crt", "seal.key"])
def test_a_missing_file_says_what_to_do(settings, name):
    (settings.keys_folder / name).unlink()
    with pytest.raises(IdentityDamaged, match="ncp pki init"):
        own.load(settings)


@pytest.mark.parametrize("name", ["tls.crt", "tls.key", "seal.crt", "seal.key"])
def test_a_damaged_file_is_named(settings, name):
    (settings.keys_folder / name).write_text("nothing")
    with pytest.raises(IdentityDamaged, match=name.split(".")[0]):
        own.load(settings)


def test_a_key_of_another_certificate_is_refused(settings):
    copyfile(settings.keys_folder / "tls.key", settings.keys_folder / "seal.key")
    with pytest.raises(IdentityDamaged, match="is not the key"):
        own.load(settings)


def test_one_pair_for_both_roles_is_refused(settings):
    for kind in ("crt", "key"):
        copyfile(settings.keys_folder / f"tls.{kind}", settings.keys_folder / f"seal.{kind}")
    with pytest.raises(IdentityDamaged, match="two key pairs"):
        own.load(settings)


@pytest.mark.parametrize("role", ["tls", "seal"])
def test_a_certificate_of_another_country_is_refused(settings, role):
    for kind in ("crt", "key"):
        copyfile(hierarchy().party("pt") / f"{role}.{kind}", settings.keys_folder / f"{role}.{kind}")
    with pytest.raises(IdentityDamaged, match=f"{role}.crt is a certificate of PT"):
        own.load(settings)


def test_the_country_of_the_settings_must_be_the_certificates(settings):
    with pytest.raises(IdentityDamaged, match="the settings say SE"):
        own.load(settings.model_copy(update={"country": "SE"}))


def test_without_a_chain_the_leaf_alone_is_presented(settings):
    (settings.keys_folder / "tls.chain").unlink()
    assert own.load(settings).tls_chain.name == "tls.crt"


def test_a_common_name_may_start_with_a_space():
    certificate = keys.leaf(" ncp.pt.test", issuer=keys.country_ca("PT")).certificate
    assert common_name(certificate) == "ncp.pt.test"
