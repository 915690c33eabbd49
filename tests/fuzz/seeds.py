"""Writes first inputs for the fuzz targets into corpus/: the bytes of the test vectors, and what a demo has left behind.

usage: seeds.py [DEMO]    DEMO is the folder of `bidroom demo --auto --dir DEMO`. Prints how many inputs each target has.
"""

import base64
import hashlib
import json
import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).parent
VECTORS = HERE.parent / "vectors"
CLOCK = {"at": 1773799200000, "quality": {"sources_zh": ["本机"], "sources_en": ["this machine"], "within_millis": None},
         "signature": "AAAA"}
STATUS = {"online": 3, "queue": [], "bodies": [1, 3], "halted": None}
counts = {}


def seed(target, data):
    if isinstance(data, str):
        data = data.encode()
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)
    counts[target] = counts.get(target, 0) + 1


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def vectors(folder):
    """Headers and body of each vector of a folder."""
    for path in sorted((VECTORS / folder).glob("*.txt")):
        head, _, body = path.read_bytes().partition(b"\n\n")
        lines = [line.split(": ", 1) for line in head.decode().splitlines() if ": " in line and line[0] != "#"]
        yield dict(lines), body[:-1]


def content(der):
    """The JSON inside a SignedData: the octet string that holds the first brace."""
    at = der.find(b'{"')
    for width in (2, 1, 3):
        start = at - 2 - width
        if start >= 0 and der[start] == 4 and der[start + 1] == 0x80 | width:
            return der[at:at + int.from_bytes(der[at - width:at])]
    return None


def signed(target, der):
    seed(target, der)
    seed("cms_signed", der)
    inner = content(der)
    if inner:
        seed(target, inner)
        seed("canonical_json", inner)
    return inner


def head(data):
    """The parts of a sealed bid's head (docs/sealed-bid.md, section 2)."""
    length = int.from_bytes(data[16:20])
    seed("bid_header", data[:length])
    parts, at = [], 20
    while at + 4 <= min(length, len(data)):
        size = int.from_bytes(data[at:at + 4])
        if size == 0 or at + 4 + size > length:
            break
        parts.append(data[at + 4:at + 4 + size])
        at += 4 + size
    for part in parts:
        if part[:1] == b"{":
            seed("bid_core", part)
            seed("canonical_json", part)
    messages = [part for part in parts if part[:1] == b"\x30"]
    for target, part in zip(("bid_submission", "bid_packages"), messages):
        inner = signed(target, part)
        if target == "bid_packages" and inner:
            packages(inner)


def packages(record):
    """Every enveloped share of a record of key packages."""
    def walk(value):
        if isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)
        elif isinstance(value, str) and value.startswith("MII"):
            package = base64.b64decode(value)
            seed("key_package", package)
            seed("cms_enveloped", package)
    try:
        walk(json.loads(record))
    except ValueError:
        pass


def frame(leaves, note):
    seed("wire_frame", json.dumps({"clock": CLOCK, "from": 0, "leaves": leaves, "note": note, "status": STATUS}))


def from_vectors():
    for fields, body in vectors("sealed-bid"):
        data = base64.b64decode(body)
        if fields["kind"] == "bid":
            head(data)
            seed("content_stream", data[int.from_bytes(data[16:20]):][:20_000])
        else:
            seed("key_package", data)
            seed("cms_enveloped", data)
            seed("certificate", base64.b64decode(fields["recipient"]))
    for fields, body in vectors("ledger"):
        kind = fields["kind"]
        if kind in ("entry", "disclose"):
            seed("ledger_entry", body)
            seed("canonical_json", body)
        if kind == "disclose":
            seed("ledger_disclosure", body + b"\n" + fields["openings"].encode())
        if kind == "checkpoint":
            seed("checkpoint_note", body + b"\n")
            seed("checkpoint_note", body.partition(b"\n\n")[0] + b"\n")
        if kind == "receipt":
            seed("receipt", body)
        if kind == "archive":
            seed("archive_container", base64.b64decode(body))
            seed("archive_verify", base64.b64decode(body))
        if kind == "replay":
            for step in body.splitlines():
                step = json.loads(step)
                frame(step["leaves"], step["note"])
    for path in (VECTORS / "cms").glob("*.der"):
        seed("cms_signed" if "signed" in path.name else "cms_enveloped", path.read_bytes())
        seed("cms_stream", path.read_bytes())
    for target, files in (("revocation_list", "*.crl"), ("ocsp_answer", "*.ocsp")):
        for path in (VECTORS / "pki").glob(files):
            seed(target, path.read_bytes())
    for path in (VECTORS / "pki").glob("*.pem"):
        text = "".join(line for line in path.read_text().splitlines() if "-" not in line)
        seed("revocation_list" if "crl" in path.name else "certificate", base64.b64decode(text))
    seed("ca_profile", '{"name":{"zh":"云州CA","en":"Yunzhou CA"},"roots":[]}')
    seed("ca_profile", "*@N{code}@*\n051@湘潭建设@N91430300MA4L1A2B3C@1")
    for text in ("10986523.60", "0.01", "10000000000000", "1,234.50", "01", "1e5", "-1", "壹", "12.345"):
        seed("money_text", text)
    bodies()


def bodies():
    digest, blob = "5f" * 32, "AAECAw=="
    for body in (
        {"statement": blob}, {"command": "start_unlock"}, {"command": "stop_clock", "reason": "停电"},
        {"command": "announce_bid", "number": 1}, {"command": "answer_objection", "objection": 1, "text": "已核对"},
        {"command": "attribute_bid", "bidder": "91370000MA3U7K2X1Q", "fate": "revoked", "reason": "未提交"},
        {"statement": blob, "packages": [blob, blob]}, {"challenge": digest, "room": "r", "at": 1, "expires": 2},
        {"upload": "a", "bid": digest, "offset": 1, "length": 2},
        {"statement": blob, "packages": [blob], "kind": "main"}, {"trouble": {"pin_wrong": {"left": 2}}},
        {"certificate": blob}, {"challenge": blob, "statement": blob}, {"record": blob, "certificates": [blob]},
        {"statement": blob, "packages": [blob], "officers": [], "certificates": [blob]},
        {"code": "47190238"}, {"link": digest}, {"token": digest, "code": "47190238", "seconds": 300},
        {"kind": "fault", "code": "no_space", "detail": None,
         "sentence": {"zh": {"title": "一", "body": "二"}, "en": {"title": "a", "body": "b"}, "clause": None}},
    ):
        seed("wire_bodies", json.dumps(body, ensure_ascii=False))
    session, room = "YZ-1-1", {"publication": blob, "digest": digest, "at": 1}
    for ask in (
        {"log_in": {"challenge": digest, "room": "r", "at": 1, "expires": 2}}, {"sign_in": {"session": session}},
        {"confirm": {"session": session, "record": digest}},
        {"object": {"session": session, "record": digest, "text": "请核对"}},
        {"probe": {"room": room, "material": {"challenge": blob}}},
        {"hand_in": {"room": room, "material": {
            "session": session, "envelope": 1, "attempt": 1, "bid": digest, "core": "{}", "opening_certificates": [blob],
            "packages": [{"recipient": digest, "tail": "55B2", "package": blob}], "checkpoint": "r/T/1\n"}}},
    ):
        seed("holder_asks", json.dumps(ask, ensure_ascii=False))
        seed("wire_bodies", json.dumps({"number": 1, "request": {"act": ask}}, ensure_ascii=False))
    seed("holder_asks", json.dumps({"said": {"statement": blob}}))
    for request in ({"ask": "identity"}, {"ask": "condition", "session": session},
                    {"ask": "sign", "session": session, "size": 3}, {"ask": "shares", "session": session, "bid": digest, "evidence": []},
                    {"ask": "judge", "session": session, "from": 0, "entries": [{"entry": blob, "openings": []}], "evidence": []}):
        seed("custody_messages", json.dumps(request))
    seed("custody_messages", json.dumps({"Err": {"problem": "share"}}))
    seed("pair_link", "bidroom://pair?room=https%3A%2F%2Froom.example.cn&token=" + "0a" * 32)


def place(fields, path, value):
    *parents, name = path.split(".")
    for parent in parents:
        fields = fields.setdefault(parent, {})
    fields[name] = value


def from_archive(path):
    events, leaves, note = [], [], None
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            data = archive.read(name)
            kind = name.split("/")[0]
            if name == "tender.der":
                package = json.loads(signed("tender_package", data))
                for certificate in package["certificates"]:
                    seed("certificate", base64.b64decode(certificate))
            elif name == "publication.der":
                publication = signed("tender_publication", data)
                deal = canonical(json.loads(publication)["officers"]["deal"])
                seed("officers_deal", deal)
                certificate = base64.b64decode(package["certificates"][1])
                seed("officer_package", deal.encode() + b"\n" + len(certificate).to_bytes(2) + certificate + bytes(64))
            elif kind == "entries":
                openings = json.loads(archive.read(name.replace("entries/", "openings/")))
                seed("ledger_entry", data)
                seed("ledger_disclosure", data + b"\n" + canonical(openings).encode())
                entry = json.loads(data)
                for opening in openings:
                    if opening["path"] != "by":
                        place(entry["public"], opening["path"], opening["value"])
                events.append(json.dumps([entry["at"], entry["kind"], entry["public"]], ensure_ascii=False))
                leaves.append({"bytes": data.decode(), "openings": openings})
            elif kind == "notes":
                seed("checkpoint_note", data)
                note = data.decode()
            elif kind == "statements":
                signed("signed_statement", data)
            elif kind == "receipts":
                seed("receipt", content(data))
            elif kind == "bids" and name.endswith(".head"):
                head(data)
    for most in (1, 5, len(events)):
        seed("domain_events", "\n".join(events[:most]))
        frame(leaves[:most], note)
    for row in (line for line in events if '"schedule"' in line):
        for text in find(json.loads(row), "schedule"):
            if isinstance(text, str) and text.startswith(("{", "[")):
                seed("bid_schedule", text)
    data = path.read_bytes()
    if len(data) < 1 << 20:
        seed("archive_container", data)
        seed("archive_verify", data)


def find(value, key):
    if isinstance(value, dict):
        for name, each in value.items():
            if name == key:
                yield each
            yield from find(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from find(each, key)


def from_demo(folder):
    from_archive(folder / "archive.zip")
    for path in folder.glob("locks/*.lock"):
        seed("lock_file", path.read_bytes())
    for path in folder.glob("trust/*/*.pem"):
        seed("pem_key", path.read_bytes())
        certificate = "".join(line for line in path.read_text().splitlines() if "-" not in line)
        seed("certificate", base64.b64decode(certificate))


def from_price_examples():
    root = HERE.parent.parent
    for method in (root / "appliance/crates/pricing/catalogue").glob("*.json"):
        bids = root / f"docs/price/examples/{method.stem}.bids.json"
        seed("price", method.read_bytes() + b"\0" + bids.read_bytes())


from_vectors()
from_price_examples()
if len(sys.argv) > 1:
    from_demo(pathlib.Path(sys.argv[1]))
for target, count in sorted(counts.items()):
    print(f"{target}: {count}")
