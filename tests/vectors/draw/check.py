#!/usr/bin/env python3
"""Checks the vectors of draws with nothing but Python's standard library.

Written from docs/evaluation.md alone, as a second implementation: it shares no code with the crate. Needs a hashlib with
SM3 (OpenSSL 3). Prints what disagrees and ends with status 1, or the number of cases and status 0. With `make` it writes
the vectors anew.
"""

import hashlib
import itertools
import json
import pathlib
import struct
import sys

DRAWS = 256
FILE = pathlib.Path(__file__).with_name("draws.json")


def sm3(data):
    return hashlib.new("sm3", data).digest()


def lsm3(label, *fields):
    parts = (label.encode(),) + fields
    return sm3(b"".join(struct.pack(">Q", len(part)) + part for part in parts))


def jcs(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def linked(session, value, steps):
    for _ in range(steps):
        value = lsm3("bidroom/draw/v1/link", session.encode(), value)
    return value


def seed(session, number, of, value, salts):
    fields = [session.encode(), jcs({"number": number, "of": of}), value]
    for bid, salt in sorted(salts):
        fields += [struct.pack(">I", bid), salt]
    return lsm3("bidroom/draw/v1", *fields)


def shuffled(bids, seed):
    words = (struct.unpack(">I", sm3(seed + struct.pack(">I", n))[:4])[0] for n in itertools.count())
    order = list(bids)
    for place in range(len(order) - 1, 0, -1):
        bound = place + 1
        fair = 2**32 - 2**32 % bound
        other = next(word for word in words if word < fair) % bound
        order[place], order[other] = order[other], order[place]
    return order


def played(case):
    """What a case gives, from its inputs."""
    session, number, of = case["session"], case["number"], case["of"]
    secret = bytes.fromhex(case["secret"])
    value = linked(session, secret, DRAWS - number)
    salts = [(bid, bytes.fromhex(salt)) for bid, salt in case["salts"]]
    drawn = seed(session, number, of, value, salts)
    bids = of["numbers"]["bids"] if "numbers" in of else of["order"]["among"]
    return {
        "commitment": linked(session, secret, DRAWS).hex(),
        "value": value.hex(),
        "draw": sm3(drawn).hex(),
        "order": shuffled(bids, drawn),
    }


def cases():
    def case(name, session, number, of, bids):
        return {
            "name": name,
            "session": session,
            "secret": sm3(b"secret of " + session.encode()).hex(),
            "number": number,
            "of": of,
            "salts": [[bid, sm3(b"salt of %d" % bid).hex()] for bid in bids],
        }

    tender = "YZ-2026-017-1"
    yield case("numbers", tender, 1, {"numbers": {"bids": [1, 2, 3], "first": 1}}, [1, 2, 3])
    yield case("numbers, one bid was rejected", tender, 1, {"numbers": {"bids": [1, 3, 4, 5], "first": 1}}, range(1, 6))
    yield case("numbers go on", tender, 2, {"numbers": {"bids": [2], "first": 5}}, range(1, 6))
    yield case("a new committee", tender, 2, {"numbers": {"bids": [1, 3, 4, 5], "first": 5}}, range(1, 6))
    order = {"order": {"purpose": "equal_candidates", "among": [2, 4]}}
    yield case("equal candidates", tender, 3, order, range(1, 6))
    yield case("equal candidates of another lot", "YZ-2026-017-2", 3, order, range(1, 6))
    brand = {"order": {"purpose": "same_brand", "among": [2, 4]}}
    yield case("one brand", tender, 3, brand, range(1, 6))
    yield case("the last draw", tender, DRAWS, order, range(1, 6))
    yield case("thirty bids", tender, 1, {"numbers": {"bids": list(range(1, 31)), "first": 1}}, range(1, 31))


def main():
    if sys.argv[1:] == ["make"]:
        lines = [json.dumps({**case, **played(case)}, ensure_ascii=False) for case in cases()]
        FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n")
    vectors = json.loads(FILE.read_text())
    wrong = 0
    for vector in vectors:
        for name, value in played(vector).items():
            if vector[name] != value:
                print(f"{vector['name']}: {name} is {value}, not {vector[name]}")
                wrong += 1
    if wrong:
        sys.exit(1)
    print(f"{len(vectors)} draws")


main()
