#!/usr/bin/env python3
"""Checks the ledger's test vectors with nothing but Python's standard library.

Written from docs/ledger.md alone, as a second implementation: it shares no code with the crate. Needs a hashlib with
SM3 (OpenSSL 3). Prints what disagrees and ends with status 1, or the number of cases and status 0.
"""

import base64
import binascii
import hashlib
import json
import pathlib
import re
import struct
import sys
import zlib

MAX_INT = 2**53 - 1


class Refused(Exception):
    """The layer that refuses a case."""


def need(condition, layer):
    if not condition:
        raise Refused(layer)


# ---- hashes and canonical JSON


def sm3(data):
    return hashlib.new("sm3", data).digest()


def sha256(data):
    return hashlib.sha256(data).digest()


HASHES = {"sm3": sm3, "sha256": sha256}


def lsm3(label, *fields):
    parts = (label.encode(),) + fields
    return sm3(b"".join(struct.pack(">Q", len(part)) + part for part in parts))


def jcs(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(jcs(name) + ":" + jcs(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(jcs, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def parse(data, layer="canonical"):
    def no_float(_):
        raise Refused(layer)

    def integer(text):
        need(abs(int(text)) <= MAX_INT, layer)
        return int(text)

    def members(pairs):
        need(len({name for name, _ in pairs}) == len(pairs), layer)
        return dict(pairs)

    try:
        text = data.decode()
        value = json.loads(text, parse_float=no_float, parse_int=integer, object_pairs_hook=members)
    except ValueError:
        raise Refused(layer) from None
    need(jcs(value) == text, layer)
    return value


def is_hex(value, digits=64):
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{%d}" % digits, value) is not None


# ---- entries


def entry(data):
    need(len(data) <= 61440, "length")
    value = parse(data)
    need(isinstance(value, dict) and set(value) == {"at", "by", "commitments", "kind", "public"}, "canonical")
    need(type(value["at"]) is int and is_hex(value["by"]) and isinstance(value["kind"], str), "canonical")
    need(isinstance(value["public"], dict) and isinstance(value["commitments"], dict), "canonical")
    need(all(map(is_hex, value["commitments"].values())), "canonical")
    need(value["at"] >= 0, "time")
    need(re.fullmatch("[a-z0-9._-]{1,64}", value["kind"]), "kind")
    for path in value["commitments"]:
        names = path.split(".")
        need(path != "by" and len(names) <= 4 and len(path) <= 200, "path")
        need(all(re.fullmatch("[A-Za-z0-9_-]+", name) for name in names), "path")
        need(not any(".".join(names[:n]) in value["commitments"] for n in range(1, len(names))), "nested")
    for path in value["commitments"]:
        place = value["public"]
        for name in path.split(".")[:-1]:
            place = place.get(name)
            need(isinstance(place, dict), "place")
        need(path.split(".")[-1] not in place, "taken")
    return value


def commitment(kind, path, salt, value):
    return lsm3("bidroom/commitment/v1", kind.encode(), path.encode(), bytes.fromhex(salt), jcs(value).encode()).hex()


def disclose(record, openings):
    by, fields, seen = None, json.loads(json.dumps(record["public"])), set()
    for opening in openings:
        path = opening["path"]
        need(path not in seen, "repeated")
        seen.add(path)
        committed = record["by"] if path == "by" else record["commitments"].get(path)
        need(committed is not None, "unknown")
        need(commitment(record["kind"], path, opening["salt"], opening["value"]) == committed, "mismatch")
        if path == "by":
            by = opening["value"]
            continue
        place = fields
        for name in path.split(".")[:-1]:
            place = place[name]
        place[path.split(".")[-1]] = opening["value"]
    return {"by": by, "fields": fields}


# ---- tree


def leaf_hash(h, data):
    return h(b"\0" + data)


def node(h, left, right):
    return h(b"\1" + left + right)


def root(h, leaves):
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(h, root(h, leaves[:k]), root(h, leaves[k:]))


def split(size):
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def inclusion(h, index, size, leaf, path):
    """The root the path leads to, by recursion from the top; None if it has the wrong length."""
    need(index < size, "index")

    def climb(index, size, path):
        if size == 1:
            need(not path, "length")
            return leaf
        need(path, "length")
        k = split(size)
        if index < k:
            return node(h, climb(index, k, path[:-1]), path[-1])
        return node(h, path[-1], climb(index - k, size - k, path[:-1]))

    return climb(index, size, path)


def consistency(h, old, new, old_root, new_root, path):
    need(old <= new, "sizes")
    if old in (0, new):
        need(not path, "length")
        need(old_root == (h(b"") if old == 0 else new_root), "root")
        return

    def climb(old, new, path, whole):
        """Old and new root of a subtree of which the first `old` of `new` leaves are old."""
        if old == new:
            need(len(path) == (0 if whole else 1), "length")
            both = old_root if whole else path[0]
            return both, both
        need(path, "length")
        k = split(new)
        if old <= k:
            a, b = climb(old, k, path[:-1], whole)
            return a, node(h, b, path[-1])
        a, b = climb(old - k, new - k, path[:-1], False)
        return node(h, path[-1], a), node(h, path[-1], b)

    a, b = climb(old, new, path, True)
    need(a == old_root, "root")
    need(b == new_root, "new-root")


# ---- signatures

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def ed_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def ed_mul(k, p):
    q = (0, 1, 1, 0)
    while k:
        if k & 1:
            q = ed_add(q, p)
        p, k = ed_add(p, p), k >> 1
    return q


def ed_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def ed_verify(key, message, signature):
    a, r = ed_point(key), ed_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    base = ed_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = ed_mul(s, base), ed_add(r, ed_mul(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


SP = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
SA = SP - 3
SB = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
SN = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SG = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def sm2_add(p, q):
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0] and (p[1] + q[1]) % SP == 0:
        return None
    if p == q:
        slope = (3 * p[0] * p[0] + SA) * pow(2 * p[1], -1, SP) % SP
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, SP) % SP
    x = (slope * slope - p[0] - q[0]) % SP
    return x, (slope * (p[0] - x) - p[1]) % SP


def sm2_mul(k, p):
    q = None
    while k:
        if k & 1:
            q = sm2_add(q, p)
        p, k = sm2_add(p, p), k >> 1
    return q


def sm2_verify(key, message, signature):
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    identity = b"1234567812345678"
    curve = b"".join(n.to_bytes(32, "big") for n in (SA, SB, *SG, x, y))
    z = sm3(struct.pack(">H", 8 * len(identity)) + identity + curve)
    e = int.from_bytes(sm3(z + message), "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    t = (r + s) % SN
    point = sm2_add(sm2_mul(s, SG), sm2_mul(t, (x, y)))
    return t != 0 and point is not None and (e + point[0]) % SN == r


# ---- checkpoints


def is_origin(text):
    return (
        0 < len(text.encode()) <= 255
        and all(text.split("/"))
        and not any(c.isspace() or c == "+" or ord(c) < 32 or 127 <= ord(c) < 160 for c in text)
    )


def decode64(text, layer):
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Refused(layer) from None
    need(base64.b64encode(data).decode() == text, layer)
    return data


def number(text):
    need(re.fullmatch("0|[1-9][0-9]*", text) and int(text) <= MAX_INT, "text")
    return int(text)


def checkpoint(note, keys):
    need(len(note.encode()) <= 256 * 1024 and not any(c < " " and c != "\n" for c in note), "syntax")
    need("\n\n" in note and note.endswith("\n"), "syntax")
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    signatures = []
    need(lines != "", "syntax")
    for line in lines[:-1].split("\n"):
        match = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)", line)
        need(match, "syntax")
        data = decode64(match[2], "syntax")
        need(len(data) > 4, "syntax")
        signatures.append((match[1], data[:4], data[4:]))
    need(len(signatures) <= 64, "syntax")

    fields = text[:-1].split("\n")
    need(len(fields) == 5 and fields[3].startswith("sm3-root ") and fields[4].startswith("at "), "text")
    need(is_origin(fields[0]), "text")
    roots = [decode64(fields[2], "text"), decode64(fields[3][9:], "text")]
    need([len(r) for r in roots] == [32, 32], "text")
    result = {"origin": fields[0], "size": number(fields[1]), "roots": roots, "at": number(fields[4][3:])}

    origin = fields[0]
    need(origin.startswith(keys["name"] + "/"), "origin")
    ed, sm2 = bytes.fromhex(keys["ed25519"]), bytes.fromhex(keys["sm2"])
    ids = {
        sha256(origin.encode() + b"\n\x01" + ed)[:4]: "ed25519",
        sha256(origin.encode() + b"\n\xffbidroom/sm2-sm3/v1" + sm2)[:4]: "sm2",
    }
    found = {}
    for name, key_id, signature in signatures:
        kind = ids.get(key_id) if name == origin else None
        if kind:
            need(len(signature) == 64, "encoding-" + kind)
            need(kind not in found, "repeated-" + kind)
            found[kind] = signature
    need("ed25519" in found, "missing-ed25519")
    need("sm2" in found, "missing-sm2")
    need(ed_verify(ed, text.encode(), found["ed25519"]), "signature-ed25519")
    scalars = [int.from_bytes(part, "big") for part in (found["sm2"][:32], found["sm2"][32:])]
    need(all(0 < scalar < SN for scalar in scalars), "encoding-sm2")
    need(sm2_verify(sm2, text.encode(), found["sm2"]), "signature-sm2")
    return result


def check_pin(pin, leaves):
    if pin and pin["size"] == len(leaves):
        roots = [root(h, [leaf[at] for leaf in leaves]) for at, h in enumerate((sha256, sm3))]
        need(roots == pin["roots"], "forked")


def replay(keys, origin, pin, steps):
    leaves, latest, head = [], 0, None
    pin = checkpoint(json.loads(pin), keys) if pin else None
    for step in steps:
        try:
            signed = checkpoint(step["note"], keys)
        except Refused:
            raise Refused("note") from None
        need(signed["origin"] == origin, "origin")
        need(signed["size"] >= len(leaves), "shrunk")
        need(signed["size"] == len(leaves) + len(step["leaves"]), "size")
        need(head is None or signed["at"] >= head["at"], "backdated")
        for view in step["leaves"]:
            if view["leaf"] == "hidden":
                leaves.append((bytes.fromhex(view["sha256"]), bytes.fromhex(view["sm3"])))
                check_pin(pin, leaves)
                continue
            data = view["bytes"].encode()
            try:
                record = entry(data)
            except Refused:
                raise Refused("entry") from None
            need(latest <= record["at"] <= signed["at"], "time")
            latest = record["at"]
            try:
                disclose(record, view["openings"])
            except Refused:
                raise Refused("opening") from None
            leaves.append((leaf_hash(sha256, data), leaf_hash(sm3, data)))
            check_pin(pin, leaves)
        need(root(sha256, [leaf[0] for leaf in leaves]) == signed["roots"][0], "root")
        need(root(sm3, [leaf[1] for leaf in leaves]) == signed["roots"][1], "sm3-root")
        head = signed


# ---- receipts


def receipt(data):
    need(len(data) <= 4096, "length")
    value = parse(data)
    names = {"at", "bid_digest", "format", "leaf", "origin", "packages_digest", "room_certificate", "session"}
    need(isinstance(value, dict) and set(value) == names and set(value["leaf"]) == {"sha256", "sm3"}, "canonical")
    digests = [value[n] for n in ("bid_digest", "packages_digest", "room_certificate")] + list(value["leaf"].values())
    need(all(map(is_hex, digests)) and is_origin(value["origin"]), "canonical")
    need(value["format"] == "bidroom/receipt/v1", "format")
    need(value["at"] >= 0, "time")
    need(1 <= len(value["session"].encode()) <= 200, "session")
    digits = lsm3("bidroom/receipt-code/v1", data).hex()[:8].upper()
    return digits[:4] + " " + digits[4:]


# ---- archive (small ones: without zip64)


def header(name, body_crc, length, offset=None):
    common = struct.pack("<HHHHHIIIHH", 20, 0x0800, 0, 0, 0x0021, body_crc, length, length, len(name), 0)
    if offset is None:
        return b"PK\x03\x04" + common + name
    return b"PK\x01\x02" + struct.pack("<H", 45) + common + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name


def archive(data):
    need(len(data) >= 22, "end")
    count, size, begin = struct.unpack("<HII", data[-12:-2])
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, size, begin, 0)
    need(data[-22:] == end and begin + size + 22 == len(data), "end")
    at, offset, members = begin, 0, []
    for _ in range(count):
        need(at + 46 <= len(data) - 22, "directory")
        crc, length, _, name_length = struct.unpack("<IIIH", data[at + 16 : at + 30])
        name = data[at + 46 : at + 46 + name_length]
        text = name.decode()
        need(not re.search(r"[\\:\x00-\x1f\x7f-\x9f]", text), "name")
        need(not any(part in ("", ".", "..") for part in text.split("/")), "name")
        expected = header(name, crc, length, offset)
        need(data[at : at + len(expected)] == expected, "directory")
        need(not members or members[-1][0] < name, "order")
        parts = name.split(b"/")
        need(not any(b"/".join(parts[:n]) in [m[0] for m in members] for n in range(1, len(parts))), "folder")
        members.append((name, crc, length, offset))
        at += len(expected)
        offset += 30 + name_length + length
        need(offset <= begin, "gap")
    need(offset == begin and at == begin + size, "gap")
    for name, crc, length, offset in members:
        expected = header(name, crc, length)
        need(data[offset : offset + len(expected)] == expected, "header")
    for name, crc, length, offset in members:
        body = data[offset + 30 + len(name) :][:length]
        need(zlib.crc32(body) == crc, "crc")
    return [f"{length} {crc:08x} {name.decode()}" for name, crc, length, _ in members]


# ---- the cases


def same(got, stated):
    if got != stated:
        raise AssertionError(f"{got!r} is not {stated!r}")


def run(headers, body):
    get = dict(headers).__getitem__
    kind, data = get("kind"), body.encode()
    if kind == "entry":
        entry(data)
        same(leaf_hash(sha256, data).hex(), get("sha256-leaf"))
        same(leaf_hash(sm3, data).hex(), get("sm3-leaf"))
    elif kind == "disclose":
        same(disclose(entry(data), json.loads(get("openings"))), json.loads(get("result")) if "result" in dict(headers) else None)
    elif kind == "commitment":
        same(commitment(get("entry-kind"), get("path"), get("salt"), parse(data)), get("commitment"))
    elif kind == "tree":
        leaves = [bytes.fromhex(line[5:]) for line in body.splitlines()]
        for name, h in HASHES.items():
            same(root(h, [leaf_hash(h, leaf) for leaf in leaves]).hex(), get(name + "-root"))
    elif kind == "inclusion":
        path = [bytes.fromhex(line) for line in body.splitlines()]
        h = HASHES[get("hash")]
        got = inclusion(h, int(get("index")), int(get("size")), bytes.fromhex(get("leaf")), path)
        need(got.hex() == get("root"), "root")
    elif kind == "consistency":
        path = [bytes.fromhex(line) for line in body.splitlines()]
        roots = [bytes.fromhex(get(name)) for name in ("old-root", "new-root")]
        consistency(HASHES[get("hash")], int(get("old")), int(get("new")), *roots, path)
    elif kind == "checkpoint":
        checkpoint(body + "\n", json.loads(get("keys")))
    elif kind == "receipt":
        same(receipt(data), dict(headers).get("code"))
    elif kind == "archive":
        same(archive(base64.b64decode(body)), [value for key, value in headers if key == "member"])
    elif kind == "replay":
        pin = dict(headers).get("pin")
        replay(json.loads(get("keys")), get("origin"), pin, [json.loads(line) for line in body.splitlines()])
    else:
        raise AssertionError("unknown kind " + kind)


def main():
    wrong, count = [], 0
    for path in sorted(pathlib.Path(__file__).parent.glob("*.txt")):
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        headers = [tuple(line.split(": ", 1)) for line in head.splitlines() if not line.startswith("#")]
        try:
            run(headers, body[:-1])
            outcome = "ok"
        except Refused as refused:
            outcome = str(refused)
        except AssertionError as error:
            outcome = f"other: {error}"
        expect = dict(headers)["expect"]
        if outcome != expect:
            wrong.append(f"{path.name}: expect {expect}, is {outcome}")
        count += 1
    print("\n".join(wrong) if wrong else f"{count} cases agree")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
