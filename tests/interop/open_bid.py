"""Opens sealed bids and key packages from `docs/sealed-bid.md` alone, with cryptography that no one here wrote.

    python open_bid.py VECTOR…        vectors of `tests/vectors/sealed-bid` that are expected to be sound

Signatures and SM2 decryption by gmssl and, through `sm_crypto.mjs`, by sm-crypto; SM3, SM4 and HKDF by cryptography. Every
disagreement ends the program with a message; the last line counts what was checked.
"""

import base64
import json
import pathlib
import subprocess
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from gmssl import sm2

HERE = pathlib.Path(__file__).resolve().parent


def check(holds, what):
    if not holds:
        sys.exit(f"disagrees: {what}")


def sm3(data):
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def u32(n):
    return n.to_bytes(4, "big")


def u64(n):
    return n.to_bytes(8, "big")


def labelled(label, *fields):
    return sm3(b"".join(u64(len(field)) + field for field in (label.encode(), *fields)))


def hkdf(ikm, salt, info, length):
    return HKDF(hashes.SM3(), length, salt, info).derive(ikm)


# ---- DER, as much of it as the two messages need


def der(data):
    """The elements in `data`: (tag, content, whole)."""
    out, at = [], 0
    while at < len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, start = int.from_bytes(data[start : start + count], "big"), start + count
        out.append((tag, data[start : start + length], data[at : start + length]))
        at = start + length
    return out


def integer(content):
    return int.from_bytes(content, "big")


def signed_data(message):
    """Content, signer's public key (x ‖ y) and signature (r ‖ s, hexadecimal) of a SignedData."""
    oid, explicit = der(der(message)[0][1])
    check(oid[1].hex() == "2a811ccf550601040202", "type of a SignedData")
    parts = der(der(explicit[1])[0][1])
    inner = der(parts[2][1])
    content = der(inner[1][1])[0][1]
    certificate = der(parts[3][1])[0]
    signer = der(der(parts[4][1])[0][1])
    r, s = (integer(part[1]) for part in der(der(signer[-1][1])[0][1]))
    return content, public_key(certificate[2]), f"{r:064x}{s:064x}", certificate[2]


def public_key(certificate):
    fields = der(der(der(certificate)[0][1])[0][1])
    spki = next(field for field in fields if field[0] == 0x30 and b"\x2a\x81\x1c\xcf\x55\x01\x82\x2d" in field[1][:30])
    bits = der(spki[1])[1][1]
    check(bits[:2] == b"\x00\x04", "an uncompressed point")
    return bits[2:].hex()


def enveloped_data(message):
    """SM2 ciphertext as C1 ‖ C3 ‖ C2 without 04, IV and SM4-CBC ciphertext of an EnvelopedData."""
    oid, explicit = der(der(message)[0][1])
    check(oid[1].hex() == "2a811ccf550601040203", "type of an EnvelopedData")
    _, recipients, content = der(der(explicit[1])[0][1])
    recipient = der(der(recipients[1])[0][1])
    x, y, c3, c2 = (part[1] for part in der(der(recipient[-1][1])[0][1]))
    c1 = integer(x).to_bytes(32, "big") + integer(y).to_bytes(32, "big")
    parts = der(content[1])
    iv = der(parts[1][1])[1][1]
    return c1 + c3 + c2, iv, parts[2][1]


# ---- the format


def read(path):
    head, _, body = path.read_text().partition("\n\n")
    fields = {}
    for name, value in (line.split(": ", 1) for line in head.splitlines()):
        # A bid of several envelopes has a line of shares for each.
        fields[name] = f"{fields[name]} {value}" if name in fields else value
    return fields, base64.b64decode("".join(body.split()))


def parts(bid):
    check(bid[:16] == b"bidroom-bid/1\r\n\x1a", "magic")
    end = integer(bid[16:20])
    at, out = 20, []
    while True:
        length = integer(bid[at : at + 4])
        if at + 4 > end or length == 0:
            return end, out
        out.append(bid[at + 4 : at + 4 + length])
        at += 4 + length


def scope(core):
    return (
        core["tender"].encode(),
        u32(core["lot"]),
        u32(core["envelope"]),
        core["bidder"].encode(),
    )


def merkle(pieces):
    if len(pieces) == 1:
        return sm3(b"\x00" + pieces[0])
    half = 1
    while half * 2 < len(pieces):
        half *= 2
    return sm3(b"\x01" + merkle(pieces[:half]) + merkle(pieces[half:]))


def root(ciphertext):
    pieces = [ciphertext[at : at + 65536] for at in range(0, len(ciphertext), 65536)]
    return labelled("bidroom/bid/v1/root", u64(len(ciphertext)), merkle(pieces))


def verify(message, questions):
    content, key, signature, certificate = signed_data(message)
    holder = sm2.CryptSM2(private_key="", public_key=key, asn1=False)
    check(holder.verify_with_sm3(signature, content), "gmssl: signature")
    check(not holder.verify_with_sm3(signature, content + b" "), "gmssl: signature over something else")
    questions.append({"ask": "verify", "message": content.hex(), "signature": signature, "public": key})
    return content, certificate


def open_content(core_json, core, ciphertext, shares):
    keys = hkdf(b"".join(shares), labelled("bidroom/bid/v1/core", core_json), b"bidroom/bid/v1/content", 23)
    step = core["chunk_size"] + 16
    chunks = [ciphertext[at : at + step] for at in range(0, len(ciphertext), step)]
    plain = b""
    for number, chunk in enumerate(chunks):
        nonce = keys[16:] + u32(number) + bytes([number + 1 == len(chunks)])
        opener = Cipher(algorithms.SM4(keys[:16]), modes.GCM(nonce, chunk[-16:])).decryptor()
        opener.authenticate_additional_data(labelled("bidroom/bid/v1/core", core_json))
        plain += opener.update(chunk[:-16]) + opener.finalize()
    return plain


def bid(path, fields, data, questions):
    content_at, (submission_message, *rest) = parts(data)
    submission, _ = verify(submission_message, questions)
    submission = json.loads(submission)
    packages, _ = verify(rest[-1], questions)
    check(labelled("bidroom/bid/v1/packages", packages).hex() == submission["packages"], "record digest")
    digest = [b"bidroom/bid/v1/digest"]
    shares = [bytes.fromhex(share) for share in fields["shares"].split()]
    at = content_at
    for number, (entry, core_json) in enumerate(zip(submission["envelopes"], rest[:-1])):
        core = json.loads(core_json)
        ciphertext = data[at : at + entry["length"]]
        at += entry["length"]
        check(labelled("bidroom/bid/v1/core", core_json).hex() == entry["core"], "core hash")
        check(root(ciphertext).hex() == entry["root"], "ciphertext root")
        digest += [bytes.fromhex(entry["core"]), bytes.fromhex(entry["root"]), u64(entry["length"])]
        own = shares[3 * number : 3 * number + 3]
        for role, share in zip(("lock", "room", "officers"), own):
            commitment = labelled("bidroom/bid/v1/share", role.encode(), *scope(core), share)
            check(commitment.hex() == core["shares"][role], f"commitment to the {role} share")
        plain = open_content(core_json, core, ciphertext, own)
        length = integer(plain[:4])
        manifest, documents = json.loads(plain[4 : 4 + length]), plain[4 + length :]
        salted = manifest["schedule"]
        schedule = json.dumps(salted["schedule"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        commitment = labelled("bidroom/bid/v1/schedule", *scope(core), bytes.fromhex(salted["salt"]), schedule)
        check(commitment.hex() == core["schedule"], "commitment to the schedule")
        for index, (document, wanted) in enumerate(zip(manifest["documents"], core["documents"], strict=True)):
            body, documents = documents[: document["length"]], documents[document["length"] :]
            check(sm3(body).hex() == document["digest"], "digest of a document")
            commitment = labelled(
                "bidroom/bid/v1/document",
                *scope(core),
                u32(index),
                bytes.fromhex(document["salt"]),
                document["name"].encode(),
                document["media_type"].encode(),
                u64(len(body)),
                sm3(body),
            )
            check(commitment.hex() == wanted, "commitment to a document")
        check(documents == b"", "nothing after the last document")
    check(at == len(data), "nothing after the last envelope")
    check(labelled(digest[0].decode(), *digest[1:]).hex() == fields["digest"], "bid digest")


def package(path, fields, data, questions):
    secret, key = bytes.fromhex(fields["secret"]), fields["key"]
    recipient = base64.b64decode(fields["recipient"])
    ciphertext, iv, content = enveloped_data(data)
    purpose, attempt = fields["purpose"].encode(), u32(int(fields["attempt"]))
    info = b"".join(u64(len(f)) + f for f in (b"bidroom/bid/v1/package", purpose, attempt, sm3(recipient)))
    derived = hkdf(secret, bytes.fromhex(fields["subject"]), info, 160)
    holder = sm2.CryptSM2(private_key=key, public_key=public_key(recipient), mode=1)
    opened = holder.decrypt(ciphertext)
    check(opened == derived[:16], "gmssl: the SM4 key in the envelope")
    check(iv == derived[16:32], "the IV")
    questions.append({"ask": "decrypt", "ciphertext": ciphertext.hex(), "private": key, "plain": opened.hex()})
    decryptor = Cipher(algorithms.SM4(opened), modes.CBC(iv)).decryptor()
    padded = decryptor.update(content) + decryptor.finalize()
    check(padded[: -padded[-1]] == secret, "the secret")


def main():
    questions, bids, packages = [], 0, 0
    for name in sys.argv[1:]:
        path = pathlib.Path(name)
        fields, data = read(path)
        check(fields["expect"] == "ok", f"{path.name} is expected to be sound")
        if fields["kind"] == "bid":
            bid(path, fields, data, questions)
            bids += 1
        else:
            package(path, fields, data, questions)
            packages += 1
    asked = subprocess.run(
        ["node", HERE / "sm_crypto.mjs"], input=json.dumps(questions), text=True, capture_output=True, check=False
    )
    check(asked.returncode == 0, f"sm-crypto: {asked.stderr.strip()}")
    print(f"{bids} bids and {packages} packages opened; {asked.stdout.strip()}")
    check(bids > 0 and packages > 0, "something was to be opened")


main()
