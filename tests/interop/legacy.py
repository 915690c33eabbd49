"""Legacy messages (GB/T 35275) of every dialect, made with gmssl, cryptography and openssl, for `bidroom-bidder cms`.

usage: legacy.py PROGRAM           makes messages anew and has PROGRAM open and verify them
       legacy.py --vectors FOLDER  writes those that are kept as vectors, for the recipient in FOLDER
"""

import pathlib
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from gmssl import sm2

DISTID = "distid:1234567812345678"
CONTENT = bytes(range(256)) * 400
DATA, SIGNED, ENVELOPED = ("1.2.156.10197.6.1.4.2.1", "1.2.156.10197.6.1.4.2.2", "1.2.156.10197.6.1.4.2.3")
SM3, SM4_CBC = "1.2.156.10197.1.401", "1.2.156.10197.1.104.2"


def der(tag, *parts):
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + body


def oid(text):
    first, second, *rest = map(int, text.split("."))
    out = bytes([first * 40 + second])
    for number in rest:
        digits = [number & 0x7f]
        while number := number >> 7:
            digits.insert(0, number & 0x7f | 0x80)
        out += bytes(digits)
    return der(6, out)


def integer(value):
    return der(2, value.to_bytes(value.bit_length() // 8 + 1))


def algorithm(name, *parameters):
    return der(0x30, oid(name), *parameters)


NULL = der(5)


def sm3(data):
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


class Party:
    """A certificate with its key, as PEM files."""

    def __init__(self, folder, name, key=None, usage="digitalSignature", ca=None):
        self.certificate, self.key = folder / f"{name}.cert.pem", key or folder / f"{name}.key.pem"
        if not self.certificate.exists():
            run(folder, f"ecparam -name SM2 -genkey -noout -out {self.key}")
            if ca is None:
                run(folder, f"req -x509 -new -key {self.key} -sm3 -sigopt {DISTID} -subj /C=CN/CN={name} -days 3650 "
                    f"-out {self.certificate} -addext keyUsage=critical,keyCertSign")
            else:
                (folder / "ext").write_text(f"keyUsage=critical,{usage}\n")
                run(folder, f"req -new -key {self.key} -sm3 -sigopt {DISTID} -subj /C=CN/O=Firm/CN={name} -out csr")
                run(folder, f"x509 -req -in csr -CA {ca.certificate} -CAkey {ca.key} -CAcreateserial -sm3 "
                    f"-sigopt {DISTID} -vfyopt {DISTID} -days 3650 -extfile ext -out {self.certificate}")
        self.der = openssl(f"x509 -in {self.certificate} -outform DER")
        serial = openssl(f"x509 -in {self.certificate} -noout -serial").decode().strip().split("=")[1]
        issuer = fields(self.der)[3]
        self.id = der(0x30, issuer, integer(int(serial, 16)))
        point = openssl(f"x509 -in {self.certificate} -noout -pubkey", "pkey -pubin -outform DER")[-64:]
        secret = fields_of_key(self.key) if self.key.exists() else ""
        self.c1c3c2, self.c1c2c3 = (sm2.CryptSM2(secret, point.hex(), mode=mode) for mode in (1, 0))
        # gmssl takes leading digits 0 and 4 of some points for the mark of an uncompressed one.
        self.c1c3c2.public_key = self.c1c2c3.public_key = point.hex()

    def pair(self, digest, with_z):
        """A signature as DER: over the message with Z, or over a bare digest."""
        nonce = sm3(b"nonce" + digest).hex()
        text = self.c1c3c2.sign_with_sm3(digest, nonce) if with_z else self.c1c3c2.sign(digest, nonce)
        return der(0x30, integer(int(text[:64], 16)), integer(int(text[64:], 16)))


def openssl(*lines):
    data = b""
    for line in lines:
        data = subprocess.run(["openssl", *line.split()], input=data, check=True, capture_output=True).stdout
    return data


def run(folder, line):
    subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True)


def fields_of_key(path):
    text = openssl(f"pkey -in {path} -noout -text").decode()
    digits = text.split("priv:")[1].split("pub:")[0]
    return "".join(digits.split()).replace(":", "")[-64:].rjust(64, "0")


def element(data, at):
    length, header = data[at + 1], 2
    if length & 0x80:
        header += length & 0x7f
        length = int.from_bytes(data[at + 2:at + header])
    return at + header, at + header + length


def fields(certificate):
    """The fields of a certificate's signed part."""
    start, _ = element(certificate, 0)
    at, end = element(certificate, start)
    found = []
    while at < end:
        _, after = element(certificate, at)
        found.append(certificate[at:after])
        at = after
    return found


def enveloped(content, party, encrypted_key, recipient_algorithm, key=b"K" * 16, kind=DATA):
    iv, pad = b"I" * 16, 16 - len(content) % 16
    cipher = Cipher(algorithms.SM4(key), modes.CBC(iv)).encryptor()
    sealed = cipher.update(content + bytes([pad]) * pad) + cipher.finalize()
    recipient = der(0x30, integer(1), party.id, recipient_algorithm, der(4, encrypted_key))
    inner = der(0x30, oid(kind), algorithm(SM4_CBC, der(4, iv)), der(0x80, sealed))
    body = der(0x30, integer(1), der(0x31, recipient), inner)
    return der(0x30, oid(ENVELOPED), der(0xa0, body))


def standard_key(party, key=b"K" * 16):
    """SM2Cipher as GB/T 35276 writes it."""
    raw = party.c1c3c2.encrypt(key)
    x, y = int.from_bytes(raw[:32]), int.from_bytes(raw[32:64])
    return der(0x30, integer(x), integer(y), der(4, raw[64:96]), der(4, raw[96:]))


def content_info(content, kind=DATA):
    return der(0x30, oid(kind), der(0xa0, der(4, content)))


def signed(content, party, signature, signature_algorithm):
    signer = der(0x30, integer(1), party.id, algorithm(SM3, NULL), signature_algorithm, der(4, signature))
    body = der(0x30, integer(1), der(0x31, algorithm(SM3, NULL)), content_info(content), der(0xa0, party.der),
               der(0x31, signer))
    return der(0x30, oid(SIGNED), der(0xa0, body))


A = algorithm("1.2.156.10197.1.301.2")
B = algorithm("1.2.156.10197.1.301.3", NULL)
SIGN_A, SIGN_B = algorithm("1.2.156.10197.1.501"), algorithm("1.2.156.10197.1.301.1", NULL)


def with_z(content, party):
    return signed(content, party, party.pair(content, True), SIGN_B)


def without_z(content, party):
    return signed(content, party, party.pair(sm3(content_info(content)), False), SIGN_A)


def vectors(folder):
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        root = Party(work, "LegacyRoot")
        signer = Party(work, "legacy-sign", ca=root)
        recipient = Party(folder, "bidder-enc")
        content = CONTENT[:3000]
        (folder / "legacy-ca.cert.pem").write_text(root.certificate.read_text())
        (folder / "legacy-content.bin").write_bytes(content)
        (folder / "dialect-a-signed-without-z.der").write_bytes(without_z(content, signer))
        (folder / "dialect-b-signed.der").write_bytes(with_z(content, signer))
        (folder / "dialect-c-enveloped.der").write_bytes(
            enveloped(content, recipient, recipient.c1c2c3.encrypt(b"K" * 16), B))


class Bench:
    def __init__(self, program, folder):
        self.program, self.folder, self.runs = program, folder, 0

    def check(self, message, line, code, content=None, says=""):
        self.runs += 1
        (self.folder / "in").write_bytes(message)
        out = self.folder / f"out{self.runs}"
        done = subprocess.run([self.program, "--lang", "en", "cms", *line.split(), "in", "--out", out.name],
                              cwd=self.folder, capture_output=True, text=True)
        written = out.read_bytes() if out.exists() else None
        if done.returncode != code or written != content or says not in done.stderr:
            sys.exit(f"{line}: {done.returncode} instead of {code}\n{done.stdout}{done.stderr}")


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        root = Party(folder, "root")
        signer = Party(folder, "signer", ca=root)
        bidder, centre, other = (Party(folder, name, usage="keyEncipherment", ca=root) for name in
                                 ("bidder", "centre", "other"))
        bench = Bench(pathlib.Path(program).resolve(), folder)

        def keys(*parties):
            return " ".join(f"--key {it.key.name} --cert {it.certificate.name}" for it in parties)

        mine = f"open {keys(bidder)}"
        a = enveloped(CONTENT, bidder, standard_key(bidder), A)
        bench.check(a, mine, 0, CONTENT)
        bench.check(enveloped(CONTENT, bidder, standard_key(bidder), B), mine, 0, CONTENT)
        for raw in (bidder.c1c3c2.encrypt(b"K" * 16), bidder.c1c2c3.encrypt(b"K" * 16)):
            bench.check(enveloped(CONTENT, bidder, raw, B), mine, 0, CONTENT)
            bench.check(enveloped(CONTENT, bidder, b"\4" + raw, B), mine, 0, CONTENT)
        bench.check(a, f"open {keys(other)}", 1, says="wrong_recipient")
        bench.check(a[:-1], mine, 2, says="truncated")
        bench.check(a + b"\0", mine, 2, says="trailing_bytes")
        # CBC alone proves nothing: a changed IV changes the first block unnoticed. A signature inside would notice.
        changed = CONTENT[:15] + bytes([CONTENT[15] ^ 3]) + CONTENT[16:]
        bench.check(a.replace(b"I" * 16, b"I" * 15 + b"J"), mine, 0, changed)

        # The centre's envelope around the bidder's, and a signature around, between and inside.
        nested = enveloped(a, centre, standard_key(centre), B, kind=ENVELOPED)
        bench.check(nested, f"open {keys(bidder, centre)}", 0, CONTENT)
        bench.check(nested, f"open {keys(centre)}", 0, a)
        bench.check(nested, mine, 1, says="wrong_recipient")
        proved = enveloped(with_z(CONTENT, signer), bidder, standard_key(bidder), B, kind=SIGNED)
        bench.check(proved, f"{mine} --ca {root.certificate.name}", 0, CONTENT)
        bench.check(with_z(a, signer), f"{mine} --ca {root.certificate.name}", 0, CONTENT)
        bench.check(proved, f"{mine} --ca {other.certificate.name}", 1, says="unknown_certificate")
        hollow = enveloped(without_z(CONTENT, signer), bidder, standard_key(bidder), B, kind=SIGNED)
        bench.check(hollow, mine, 1, says="signature_without_z")

        verify = f"verify --ca {root.certificate.name}"
        bench.check(with_z(CONTENT, signer), verify, 0, CONTENT)
        bench.check(with_z(a, signer), verify, 0, a)
        bench.check(without_z(CONTENT, signer), verify, 1, says="signature_without_z")
        bare = signed(CONTENT, signer, signer.pair(sm3(CONTENT), False), SIGN_B)
        bench.check(bare, verify, 1, says="signature_without_z")
        bench.check(with_z(CONTENT, signer).replace(CONTENT, CONTENT[:-1] + b"!"), verify, 1, says="signature_wrong")
        bench.check(a, verify, 2, says="other_kind")
        bench.check(b"%PDF-1.7", verify, 2, says="no_message")
        (folder / "content").write_bytes(CONTENT)
        if signs_with_sm2():
            run(folder, f"cms -sign -binary -nodetach -in content -signer {signer.certificate} -inkey {signer.key} "
                "-md sm3 -outform DER -out openssl.der")
            bench.check((folder / "openssl.der").read_bytes(), verify, 0, CONTENT)
        print(f"legacy messages: {bench.runs} as expected")


def signs_with_sm2():
    """OpenSSL from 4 on signs messages with SM2; for 3 there is a vector."""
    version = openssl("version").decode().split()[1]
    return int(version.split(".")[0]) >= 4


if sys.argv[1] == "--vectors":
    vectors(pathlib.Path(sys.argv[2]).resolve())
else:
    main(sys.argv[1])
