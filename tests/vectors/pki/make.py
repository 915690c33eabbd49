"""Makes the certificates, revocation lists and OCSP answers of this folder, with `cryptography` and the `openssl` command.

Keys are made anew and thrown away, so every run gives other bytes and the tests ask for meanings, never for bytes.
Run it only to add a case; what is here was made once.
"""

import datetime
import pathlib
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = pathlib.Path(__file__).resolve().parent
UTC = datetime.timezone.utc
START, END = datetime.datetime(2026, 1, 1, tzinfo=UTC), datetime.datetime(2036, 1, 1, tzinfo=UTC)
REVOKED = datetime.datetime(2026, 3, 1, tzinfo=UTC)
THIS, NEXT = datetime.datetime(2026, 6, 1, tzinfo=UTC), datetime.datetime(2026, 6, 8, tzinfo=UTC)
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
CODE = "91430300MA4L1A2B3C"


def name(common_name, organisation="云州认证"):
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ])


def usage(*bits):
    every = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{bit: bit in bits for bit in every})


class Authority:
    def __init__(self, common_name, key, digest=hashes.SHA256(), by=None, path_length=1, extra=()):
        self.key, self.name = key, name(common_name)
        issuer, signer = (by.name, by.key) if by else (self.name, key)
        build = (x509.CertificateBuilder().subject_name(self.name).issuer_name(issuer).public_key(key.public_key())
                 .serial_number(x509.random_serial_number()).not_valid_before(START).not_valid_after(END)
                 .add_extension(x509.BasicConstraints(True, path_length), True)
                 .add_extension(usage("key_cert_sign", "crl_sign"), True)
                 .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False))
        for extension, critical in extra:
            build = build.add_extension(extension, critical)
        self.certificate = build.sign(signer, digest)

    def issue(self, common_name, key, serial, digest=hashes.SHA256(), pss=None, extra=(), bits=("digital_signature",)):
        build = (x509.CertificateBuilder().subject_name(name(common_name, "湘潭建设有限公司")).issuer_name(self.name)
                 .public_key(key.public_key()).serial_number(serial).not_valid_before(START).not_valid_after(END)
                 .add_extension(usage(*bits), True)
                 .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False))
        for extension, critical in extra:
            build = build.add_extension(extension, critical)
        return build.sign(self.key, digest, rsa_padding=pss)

    def crl(self, revoked, digest=hashes.SHA256(), extra=(), entry_extra=(), next_update=NEXT):
        build = (x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(THIS)
                 .next_update(next_update).add_extension(x509.CRLNumber(7), False)
                 .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False))
        for extension, critical in extra:
            build = build.add_extension(extension, critical)
        for serial, reason in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(REVOKED)
            if reason:
                entry = entry.add_extension(x509.CRLReason(reason), False)
            for extension, critical in entry_extra:
                entry = entry.add_extension(extension, critical)
            build = build.add_revoked_certificate(entry.build())
        return build.sign(self.key, digest)


def put(file, what):
    (HERE / file).write_bytes(what.public_bytes(DER if file.endswith((".der", ".crl", ".ocsp")) else PEM))


def answer(certificate, issuer, status, responder, key, by_key=False, reason=None, certificates=(), hash_=hashes.SHA1()):
    revoked = status == ocsp.OCSPCertStatus.REVOKED
    build = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate, issuer=issuer, algorithm=hash_, cert_status=status, this_update=THIS, next_update=NEXT,
        revocation_time=REVOKED if revoked else None, revocation_reason=reason)
    encoding = ocsp.OCSPResponderEncoding.HASH if by_key else ocsp.OCSPResponderEncoding.NAME
    build = build.responder_id(encoding, responder)
    if certificates:
        build = build.certificates(list(certificates))
    return build.sign(key, hashes.SHA256())


def main():
    def rsa_key(bits=2048):
        return rsa.generate_private_key(65537, bits)

    def p256():
        return ec.generate_private_key(ec.SECP256R1())

    def p384():
        return ec.generate_private_key(ec.SECP384R1())

    # Chains.
    rsa_root = Authority("RSA根", rsa_key())
    put("rsa-root.pem", rsa_root.certificate)
    leaf = rsa_root.issue("锁 1", rsa_key(), 0x101)
    put("rsa-sha256.pem", leaf)
    put("rsa-sha384.pem", rsa_root.issue("锁 2", p256(), 0x102, hashes.SHA384()))
    put("rsa-sha512.pem", rsa_root.issue("锁 3", p256(), 0x103, hashes.SHA512()))
    put("rsa-pss.pem", rsa_root.issue("锁 4", p256(), 0x104, pss=padding.PSS(padding.MGF1(hashes.SHA256()), 32)))
    put("rsa-pss-short-salt.pem",
        rsa_root.issue("锁 5", p256(), 0x105, pss=padding.PSS(padding.MGF1(hashes.SHA256()), 20)))
    small = Authority("小RSA根", rsa_key(1024))
    put("rsa-1024-root.pem", small.certificate)
    put("rsa-1024.pem", small.issue("锁 6", p256(), 0x106))
    p256_root, p384_root = Authority("P-256根", p256()), Authority("P-384根", p384(), hashes.SHA384())
    put("p256-root.pem", p256_root.certificate)
    put("p384-root.pem", p384_root.certificate)
    p256_leaf = p256_root.issue("锁 7", p256(), 0x201)
    put("p256-sha256.pem", p256_leaf)
    put("p256-sha384.pem", p256_root.issue("锁 8", p256(), 0x202, hashes.SHA384()))
    put("p256-sha512.pem", p256_root.issue("锁 9", p256(), 0x203, hashes.SHA512()))
    put("p384-sha384.pem", p384_root.issue("锁 10", p384(), 0x204, hashes.SHA384()))
    put("p384-sha256.pem", p384_root.issue("锁 11", p384(), 0x205))
    middle = Authority("运营CA", p256(), by=p256_root, path_length=0)
    put("p256-middle.pem", middle.certificate)
    put("p256-under-middle.pem", middle.issue("锁 12", p256(), 0x206))
    narrow = Authority("限名CA", p256(), by=p256_root, path_length=0, extra=[
        (x509.NameConstraints([x509.DirectoryName(name("锁"))], None), True)])
    put("p256-narrow.pem", narrow.certificate)
    put("p256-under-narrow.pem", narrow.issue("锁 13", p256(), 0x207))
    put("p256-encryption.pem",
        p256_root.issue("锁 14", p256(), 0x208, bits=("key_encipherment", "key_agreement")))
    put("p256-unknown-critical.pem", p256_root.issue("锁 15", p256(), 0x209, extra=[
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00"), True)]))

    # Revocation lists.
    compromised = x509.ReasonFlags.key_compromise
    put("rsa.crl", rsa_root.crl([(0x101, compromised), (0x102, None), (0x103, x509.ReasonFlags.certificate_hold)]))
    put("p256.crl", p256_root.crl([(0x201, compromised)]))
    put("p384.crl", p384_root.crl([], hashes.SHA384()))
    put("empty-rsa.crl", rsa_root.crl([]))
    put("delta.crl", rsa_root.crl([(0x101, compromised)], extra=[(x509.DeltaCRLIndicator(6), True)]))

    def part(**flags):
        given = dict(full_name=None, relative_name=None, only_contains_user_certs=False,
                     only_contains_ca_certs=False, only_some_reasons=None, indirect_crl=False,
                     only_contains_attribute_certs=False)
        return x509.IssuingDistributionPoint(**(given | flags))

    put("indirect.crl", rsa_root.crl([(0x101, compromised)], extra=[(part(indirect_crl=True), True)]))
    put("partial.crl", rsa_root.crl([(0x101, compromised)], extra=[(part(only_contains_user_certs=True), True)]))
    put("unknown-critical.crl", rsa_root.crl([(0x101, compromised)], extra=[
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00"), True)]))
    put("entry-of-another-issuer.crl", rsa_root.crl([(0x101, compromised)], entry_extra=[
        (x509.CertificateIssuer([x509.DirectoryName(p256_root.name)]), True)]))

    # OCSP answers about `leaf` (0x101) and `p256_leaf` (0x201).
    good, revoked, unknown = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN
    root = rsa_root.certificate
    put("good.ocsp", answer(leaf, root, good, root, rsa_root.key))
    put("revoked-sha256.ocsp",
        answer(leaf, root, revoked, root, rsa_root.key, by_key=True, reason=compromised, hash_=hashes.SHA256()))
    put("unknown.ocsp", answer(leaf, root, unknown, root, rsa_root.key))
    key = p256()
    signing = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    responder = rsa_root.issue("应答器", key, 0x301, extra=[(signing, False)])
    put("delegated.ocsp", answer(leaf, root, good, responder, key, certificates=[responder]))
    put("delegated-by-key.ocsp", answer(leaf, root, good, responder, key, True, certificates=[responder]))
    plain = rsa_root.issue("应答器", key, 0x302)
    put("responder-without-purpose.ocsp", answer(leaf, root, good, plain, key, certificates=[plain]))
    foreign = p256_root.issue("应答器", key, 0x303, extra=[(signing, False)])
    put("responder-of-another-issuer.ocsp", answer(leaf, root, good, foreign, key, certificates=[foreign]))
    put("p256-good.ocsp", answer(p256_leaf, p256_root.certificate, good, p256_root.certificate, p256_root.key))
    refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    put("unauthorized.ocsp", refused)

    # SM2, which only the command knows.
    with tempfile.TemporaryDirectory() as folder:
        sm2(pathlib.Path(folder), rsa_root)


def sm2(folder, rsa_root):
    distid = "distid:1234567812345678"

    def run(line, **more):
        subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True, **more)

    (folder / "rsa.pem").write_bytes(rsa_root.certificate.public_bytes(PEM))
    (folder / "rsa.key").write_bytes(rsa_root.key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    for key in ["root", "sign", "encrypt", "mixed"]:
        run(f"ecparam -name SM2 -genkey -noout -out {key}.key")
    run(f"req -x509 -new -key root.key -sm3 -sigopt {distid} -subj /C=CN/O=Haizhou/CN=HaizhouRoot -days 3650 "
        "-out root.pem -addext keyUsage=critical,keyCertSign,cRLSign")
    code = f"1.2.156.10260.4.1.4=ASN1:UTF8String:{CODE}\ncertificatePolicies=1.2.156.99999.7.1,1.2.156.99999.7.2\n"
    for which, bits in [("sign", "digitalSignature,nonRepudiation"), ("encrypt", "keyEncipherment,keyAgreement"),
                        ("mixed", "digitalSignature")]:
        (folder / "ext").write_text(f"keyUsage=critical,{bits}\n{code}")
        run(f"req -new -key {which}.key -sm3 -sigopt {distid} -subj /C=CN/O=Xiangtan/OU=main/CN=Lock -out {which}.csr")
        by, how = ("rsa", "-sha256") if which == "mixed" else ("root", f"-sm3 -sigopt {distid}")
        run(f"x509 -req -in {which}.csr -CA {by}.pem -CAkey {by}.key -set_serial 0x40{len(which)} {how} "
            f"-vfyopt {distid} -days 3650 -extfile ext -out {which}.pem")
    (folder / "index").write_text("")
    (folder / "number").write_text("09\n")
    (folder / "ca.cnf").write_text(
        "[ca]\ndefault_ca=it\n[it]\ndatabase=index\ncrlnumber=number\ndefault_md=sm3\ndefault_crl_days=30\n")
    run("ca -config ca.cnf -cert root.pem -keyfile root.key -revoke sign.pem -crl_reason keyCompromise "
        f"-sigopt {distid}")
    run(f"ca -config ca.cnf -cert root.pem -keyfile root.key -gencrl -sigopt {distid} -out list.pem")
    for file, to in [("root.pem", "sm2-root.pem"), ("sign.pem", "sm2-sign.pem"), ("encrypt.pem", "sm2-encrypt.pem"),
                     ("mixed.pem", "sm2-under-rsa.pem"), ("list.pem", "sm2-crl.pem")]:
        text = (folder / file).read_text()
        (HERE / to).write_text(text[text.index("-----BEGIN"):])


main()
