"""The simulated hierarchy of trust: layout, modes, idempotence, and leaves that must be refused."""

import datetime as dt
import stat
import subprocess
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtensionOID, NameOID

from mock_member_states import atomic_file, pki
from mock_member_states.bad_certificates import Flaw, flawed
from mock_member_states.certificate_issuing import Role, root

NOW = dt.datetime.now(dt.UTC)
COUNTRIES = ("PT", "FI")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pki")
    return pki.ensure(folder, COUNTRIES, NOW)


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_every_authority_and_leaf_is_made(made):
    hierarchy, names = made
    assert set(names) == {
        *("ca/sim-root", "ca/central", "ca/no", "ca/pt", "ca/fi"),
        *(f"{cc}/{role}" for cc in ("no", "pt", "fi") for role in ("tls", "seal")),
    }
    for name in ("tls.crt", "tls.key", "tls.chain", "seal.crt", "seal.key", "crl/fi.crl", "trust/tls/fi.crt"):
        assert (hierarchy.party("pt") / name).is_file()


def test_keys_are_readable_by_their_owner_only(made):
    keys = list(made[0].folder.rglob("*.key"))
    assert len(keys) == 5 + 6
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_a_second_run_changes_nothing_but_the_revocation_lists(made):
    hierarchy, _ = made
    before = files(hierarchy.folder)
    _, again = pki.ensure(hierarchy.folder, COUNTRIES, NOW)
    after = files(hierarchy.folder)
    assert again == []
    assert {name for name in before if before[name] != after.get(name)} <= {
        name for name in before if name.endswith(".crl")
    }
    assert not [name for name in after if name.split("/")[-1].startswith(".") and name != ".lock"]


def test_the_root_has_4096_bits_and_the_leaves_2048(made):
    hierarchy, _ = made
    sizes = {
        name: x509.load_pem_x509_certificate((hierarchy.folder / name).read_bytes()).public_key().key_size
        for name in ("ca/sim-root.crt", "pt/tls.crt", "pt/seal.crt")
    }
    assert sizes == {"ca/sim-root.crt": 4096, "pt/tls.crt": 2048, "pt/seal.crt": 2048}


def test_openssl_accepts_each_leaf_with_its_countrys_anchor_alone(made):
    hierarchy, _ = made
    for role in Role:
        anchor = hierarchy.party("no") / "trust" / role / "pt.crt"
        leaf = hierarchy.party("pt") / f"{role}.crt"
        command = ["openssl", "verify", "-partial_chain", "-no-CApath", "-CAfile", str(anchor), str(leaf)]
        assert subprocess.run(command, capture_output=True, text=True).returncode == 0
        wrong = hierarchy.party("no") / "trust" / role / "fi.crt"
        command[5] = str(wrong)
        assert subprocess.run(command, capture_output=True, text=True).returncode != 0


def test_roles_are_kept_apart_by_usage(made):
    hierarchy, _ = made
    tls, seal = (hierarchy.identity("pt", role).certificate for role in (Role.TLS, Role.SEAL))
    usage = tls.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE).value
    assert {oid.dotted_string for oid in usage} == {"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"}
    with pytest.raises(x509.ExtensionNotFound):
        seal.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE)
    for certificate in (tls, seal):
        key_usage = certificate.extensions.get_extension_for_oid(ExtensionOID.KEY_USAGE)
        assert key_usage.critical and key_usage.value.digital_signature
        assert certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)[0].value == "PT"
    names = tls.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["ncp.pt.test", "localhost"]


def test_a_damaged_key_is_replaced_and_the_rest_kept(tmp_path, made):
    hierarchy, _ = made
    for name, content in files(hierarchy.folder).items():
        atomic_file.write(tmp_path / name, content)
    (tmp_path / "pt" / "seal.key").write_bytes(b"torn")
    _, again = pki.ensure(tmp_path, COUNTRIES, NOW)
    assert again == ["pt/seal"]
    pki.Pki(tmp_path).identity("pt", Role.SEAL)


def test_leaves_about_to_run_out_are_renewed_under_the_same_authority(tmp_path, made):
    hierarchy, _ = made
    for name, content in files(hierarchy.folder).items():
        atomic_file.write(tmp_path / name, content)
    _, again = pki.ensure(tmp_path, COUNTRIES, NOW + dt.timedelta(days=800))
    assert set(again) == {f"{cc}/{role}" for cc in ("no", "pt", "fi") for role in ("tls", "seal")}


def test_a_new_country_joins_an_existing_hierarchy(tmp_path, made):
    hierarchy, _ = made
    for name, content in files(hierarchy.folder).items():
        atomic_file.write(tmp_path / name, content)
    _, again = pki.ensure(tmp_path, [*COUNTRIES, "CZ"], NOW)
    assert again == ["ca/cz", *(f"cz/{role}" for role in Role)]
    assert (tmp_path / "pt" / "trust" / "seal" / "cz.crt").is_file()


def test_two_processes_at_once_agree(tmp_path, monkeypatch):
    monkeypatch.setattr(pki, "root", lambda name, now: root(name, now, bits=2048))
    results = []

    def run():
        results.append(pki.ensure(tmp_path, [], NOW)[1])

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, results)) == [0, 5]


def test_revocation_survives_renewal_of_the_lists(tmp_path, made):
    hierarchy, _ = made
    for name, content in files(hierarchy.folder).items():
        atomic_file.write(tmp_path / name, content)
    own = pki.Pki(tmp_path)
    bad = own.identity("pt", Role.TLS).certificate
    pki.revoke(own, "pt", bad, ("no", "pt", "fi"), NOW)
    pki.ensure(tmp_path, COUNTRIES, NOW + dt.timedelta(days=1))
    crl = x509.load_pem_x509_crl((tmp_path / "no" / "crl" / "pt.crl").read_bytes())
    assert [entry.serial_number for entry in crl] == [bad.serial_number]
    assert crl.is_signature_valid(own.authority("pt").certificate.public_key())
    assert crl.next_update_utc > NOW + dt.timedelta(days=7)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("flaw", list(Flaw))
def test_each_flaw_is_the_one_it_says(made, flaw, role):
    hierarchy, _ = made
    ca = hierarchy.authority("pt")
    pair = flawed(flaw, role, "pt", ca, NOW)
    certificate = pair.certificate
    assert certificate.public_key() == pair.key.public_key()
    signed_by_ca = True
    try:
        certificate.verify_directly_issued_by(ca.certificate)
    except Exception:
        signed_by_ca = False
    country = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)[0].value
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    found = {
        Flaw.EXPIRED: certificate.not_valid_after_utc < NOW,
        Flaw.NOT_YET_VALID: certificate.not_valid_before_utc > NOW,
        Flaw.WRONG_COUNTRY: country != "PT",
        Flaw.NO_KEY_USAGE: usage is None,
        Flaw.KEY_AGREEMENT_ONLY: usage is not None and not usage.digital_signature,
        Flaw.SHA1: certificate.signature_algorithm_oid.dotted_string == "1.2.840.113549.1.1.5",
        Flaw.RSA1024: certificate.public_key().key_size == 1024,
        Flaw.SELF_SIGNED: certificate.issuer == certificate.subject,
        Flaw.ROGUE_CHAIN: not signed_by_ca and certificate.issuer == ca.certificate.subject,
    }
    present = {name for name, value in found.items() if value}
    if flaw in (Flaw.REVOKED,) or (flaw is Flaw.WRONG_SAN):
        assert present == set()
    elif flaw is Flaw.SHA1:
        assert present - {Flaw.ROGUE_CHAIN} == {Flaw.SHA1}
        checked = certificate.signature
        assert isinstance(ca.certificate.public_key(), rsa.RSAPublicKey) and len(checked) == 256
    else:
        assert present == {flaw}
    if flaw is Flaw.WRONG_SAN and role is Role.TLS:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == ["ncp.elsewhere.test"]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "x.key"
    atomic_file.write(target, b"old", mode=0o600)

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(atomic_file.os, "fsync", full)
    with pytest.raises(OSError):
        atomic_file.write(target, b"new", mode=0o600)
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.key"]
