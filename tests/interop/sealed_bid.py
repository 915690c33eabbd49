"""Opens the sound vectors of the sealed-bid format from docs/sealed-bid.md alone, and finds the defects that show to
whoever has the shares.

usage: sealed_bid.py DIRECTORY    with the vectors. Signatures and key packages are checked elsewhere; here are framing,
hashes, commitments, keys, chunks and roots. Prints how many vectors it judged; a disagreement ends it with a message.
"""

import base64
import hashlib
import hmac
import itertools
import json
import pathlib
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Refused(Exception):
    pass


def need(holds, layer):
    if not holds:
        raise Refused(layer)


def sm3(data):
    return hashlib.new("sm3", data).digest()


def u32(number):
    return number.to_bytes(4, "big")


def u64(number):
    return number.to_bytes(8, "big")


def labelled(label, *fields):
    return sm3(b"".join(u64(len(field)) + field for field in (label.encode(), *fields)))


def hkdf(ikm, salt, info, length):
    key = hmac.new(salt, ikm, "sm3").digest()
    out, last = b"", b""
    while len(out) < length:
        last = hmac.new(key, last + info + bytes([len(out) // 32 + 1]), "sm3").digest()
        out += last
    return out[:length]


def canonical(data, layer):
    def refuse(_):
        raise Refused(layer)

    try:
        value = json.loads(data, parse_float=refuse)
    except ValueError:
        raise Refused(layer) from None
    again = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    need(again == data, layer)
    return value


def content_of(message):
    """The JSON inside a SignedData: the first octet string that begins with a brace."""
    at = message.index(b'{"bidder"')
    decoder = json.JSONDecoder()
    text = message[at:].decode("utf-8", "surrogateescape")
    _, end = decoder.raw_decode(text)
    return text[:end].encode("utf-8", "surrogateescape")


def left_half(pieces):
    """The largest power of two below the number of pieces."""
    split = 1
    while split * 2 < pieces:
        split *= 2
    return split


def tree(pieces):
    if len(pieces) == 1:
        return sm3(b"\0" + pieces[0])
    split = left_half(len(pieces))
    return sm3(b"\1" + tree(pieces[:split]) + tree(pieces[split:]))


def root(ciphertext):
    pieces = [ciphertext[at : at + 65536] for at in range(0, len(ciphertext), 65536)]
    return labelled("bidroom/bid/v1/root", u64(len(ciphertext)), tree(pieces))


def open_content(ciphertext, core, core_hash, shares):
    keys = hkdf(b"".join(shares), core_hash, b"bidroom/bid/v1/content", 23)
    size = core["chunk_size"] + 16
    plain = b""
    chunks = [ciphertext[at : at + size] for at in range(0, len(ciphertext), size)]
    for number, chunk in enumerate(chunks):
        nonce = keys[16:] + u32(number) + bytes([number + 1 == len(chunks)])
        opener = Cipher(algorithms.SM4(keys[:16]), modes.GCM(nonce, chunk[-16:])).decryptor()
        opener.authenticate_additional_data(core_hash)
        try:
            plain += opener.update(chunk[:-16]) + opener.finalize()
        except InvalidTag:
            raise Refused("chunk") from None
    return plain


def open_envelope(number, submission, core_bytes, ciphertext, shares):
    core_hash = labelled("bidroom/bid/v1/core", core_bytes)
    submitted = submission["envelopes"][number - 1]
    need(core_hash.hex() == submitted["core"], "agreement")
    core = canonical(core_bytes, "core")
    need(root(ciphertext).hex() == submitted["root"], "root")
    scope = (core["tender"].encode(), u32(core["lot"]), u32(core["envelope"]), core["bidder"].encode())
    for role, share in zip(("lock", "room", "officers"), shares):
        commitment = labelled("bidroom/bid/v1/share", role.encode(), *scope, share)
        need(commitment.hex() == core["shares"][role], "share")
    plain = open_content(ciphertext, core, core_hash, shares)
    length = int.from_bytes(plain[:4], "big")
    need(length <= 262144, "manifest")
    manifest = canonical(plain[4 : 4 + length], "manifest")
    salted = manifest["schedule"]
    schedule = json.dumps(salted["schedule"], sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    commitment = labelled("bidroom/bid/v1/schedule", *scope, bytes.fromhex(salted["salt"]), schedule)
    need(commitment.hex() == core["schedule"], "commitment")
    need(len(manifest["documents"]) == len(core["documents"]), "commitment")
    for index, document in enumerate(manifest["documents"]):
        commitment = labelled(
            "bidroom/bid/v1/document",
            *scope,
            u32(index),
            bytes.fromhex(document["salt"]),
            document["name"].encode(),
            document["media_type"].encode(),
            u64(document["length"]),
            bytes.fromhex(document["digest"]),
        )
        need(commitment.hex() == core["documents"][index], "commitment")
    need(len(plain) == 4 + length + sum(document["length"] for document in manifest["documents"]), "manifest")
    at = 4 + length
    for document in manifest["documents"]:
        body = plain[at : at + document["length"]]
        at += document["length"]
        need(sm3(body).hex() == document["digest"], "document")


def open_bid(file, fields):
    need(len(file) >= 20, "framing")
    need(file[:16] == b"bidroom-bid/1\r\n\x1a", "preamble")
    head_length = int.from_bytes(file[16:20], "big")
    need(0 < head_length <= 1 << 20 and head_length % 4096 == 0, "preamble")
    need(len(file) >= head_length, "framing")
    at = 20

    def part():
        nonlocal at
        length = int.from_bytes(file[at : at + 4], "big")
        need(at + 4 + length <= head_length, "framing")
        at += 4 + length
        return file[at - length : at]

    submission = canonical(content_of(part()), "signed-part")
    need(submission["head_length"] == head_length, "agreement")
    parts = [part() for _ in submission["envelopes"]]
    record = content_of(part())
    need(head_length - at < 8192 and not any(file[at:head_length]), "framing")
    need(labelled("bidroom/bid/v1/packages", record).hex() == submission["packages"], "agreement")
    at = head_length
    for number, (core, envelope, shares) in enumerate(zip(parts, submission["envelopes"], fields["shares"]), 1):
        ciphertext = file[at : at + envelope["length"]]
        need(len(ciphertext) == envelope["length"], "root")
        at += envelope["length"]
        open_envelope(number, submission, core, ciphertext, [bytes.fromhex(share) for share in shares.split(" ")])
    need(at == len(file), "root")
    if "trustee" in fields:
        remedy(json.loads(record), submission["envelopes"][0]["core"], fields)
    names = [
        field
        for envelope in submission["envelopes"]
        for field in (bytes.fromhex(envelope["core"]), bytes.fromhex(envelope["root"]), u64(envelope["length"]))
    ]
    need(labelled("bidroom/bid/v1/digest", *names).hex() == fields["digest"][0], "digest")


# The order of the SM2 curve's group (GB/T 32918.5).
ORDER = int("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123", 16)


def remedy(record, subject, fields):
    """Each trustee's package is that of its part, and any so many parts give the lock share of the first envelope."""
    parts = {}
    for index, (part, certificate) in enumerate((line.split(" ") for line in fields["trustee"]), 1):
        recipient = sm3(base64.b64decode(certificate)).hex()
        place = (1, "remedy", recipient)
        found = [it for it in record["packages"] if (it["envelope"], it["purpose"], it["recipient"]) == place]
        need(len(found) == 1, "remedy")
        given = {"recipient": [certificate], "purpose": ["remedy"], "attempt": ["0"], "secret": [part], "subject": [subject]}
        package(base64.b64decode(found[0]["der"]), given)
        parts[index] = int(part, 16)
    for chosen in itertools.combinations(parts, int(fields["threshold"][0])):
        total = 0
        for i in chosen:
            factor = 1
            for j in chosen:
                if j != i:
                    factor = factor * j * pow(j - i, -1, ORDER) % ORDER
            total = (total + parts[i] * factor) % ORDER
        need(f"{total:064x}" == fields["shares"][0].split(" ")[0], "remedy")


def package(der, fields):
    """The derivation of a sound package: key, IV and ephemeral scalar decide its ciphertext."""
    recipient = sm3(base64.b64decode(fields["recipient"][0]))
    purpose, attempt = fields["purpose"][0].encode(), u32(int(fields["attempt"][0]))
    secret, subject = bytes.fromhex(fields["secret"][0]), bytes.fromhex(fields["subject"][0])
    names = (b"bidroom/bid/v1/package", purpose, attempt, recipient)
    info = b"".join(u64(len(field)) + field for field in names)
    out = hkdf(secret, subject, info, 160)
    sealer = Cipher(algorithms.SM4(out[:16]), modes.CBC(out[16:32])).encryptor()
    ciphertext = sealer.update(secret + bytes([16]) * 16) + sealer.finalize()
    need(out[16:32] in der and der.endswith(ciphertext), "not-reproduced")


# What shows without signatures, chains and the rules of single members.
SEEN = {"ok", "preamble", "framing", "root", "share", "chunk", "commitment", "document"}


def main():
    judged = 0
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.txt")):
        head, body = path.read_text("utf-8").split("\n\n", 1)
        fields = {}
        for line in head.splitlines():
            name, value = line.split(": ", 1)
            fields.setdefault(name, []).append(value)
        data = base64.b64decode(body.replace("\n", ""))
        expect = fields["expect"][0]
        if fields["kind"] == ["package"]:
            if expect not in ("ok", "not-reproduced"):
                continue
            judge = package
        elif expect in SEEN:
            judge = open_bid
        else:
            continue
        try:
            judge(data, fields)
            got = "ok"
        except Refused as refused:
            got = str(refused)
        if got != expect:
            sys.exit(f"{path.name}: expected {expect}, got {got}")
        judged += 1
    print(judged)


main()
