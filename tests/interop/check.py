"""Checks what BidRoom wrote with gmssl and cryptography, and writes in turn what BidRoom must read.

Reads one JSON object from standard input and answers one on standard output; all bytes are hexadecimal. A check that
fails ends the program with a message.
"""

import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from gmssl import sm2


def check(holds, what):
    if not holds:
        sys.exit(f"{what} disagrees")


def main():
    given = {name: bytes.fromhex(text) for name, text in json.load(sys.stdin).items()}
    # gmssl writes points without the leading 04.
    public = given["public"].hex()[2:]
    secret = given["secret"].hex()
    key = sm2.CryptSM2(private_key=secret, public_key=public, mode=1)

    check(key.verify_with_sm3(given["signature"].hex(), given["message"]), "gmssl: SM2 signature")
    check(not key.verify_with_sm3(given["signature"].hex(), given["message"] + b"."), "gmssl: changed message")
    check(key.decrypt(given["ciphertext"][1:]) == given["plaintext"], "gmssl: SM2 decryption")

    cbc = Cipher(algorithms.SM4(given["sm4_key"]), modes.CBC(given["cbc_iv"])).decryptor()
    padded = cbc.update(given["cbc"]) + cbc.finalize()
    check(padded[: -padded[-1]] == given["message"], "cryptography: SM4-CBC")

    gcm = modes.GCM(given["gcm_nonce"], given["gcm_tag"])
    gcm = Cipher(algorithms.SM4(given["sm4_key"]), gcm).decryptor()
    gcm.authenticate_additional_data(given["gcm_aad"])
    check(gcm.update(given["gcm"]) + gcm.finalize() == given["gcm_plaintext"], "cryptography: SM4-GCM")

    hkdf = HKDF(hashes.SM3(), len(given["hkdf_out"]), given["hkdf_salt"], given["hkdf_info"])
    check(hkdf.derive(given["hkdf_ikm"]) == given["hkdf_out"], "cryptography: HKDF-SM3")

    digest = hashes.Hash(hashes.SM3())
    digest.update(given["message"])
    check(digest.finalize() == given["sm3"], "cryptography: SM3")

    answer = {"signature": key.sign_with_sm3(given["message"]), "ciphertext": key.encrypt(given["plaintext"]).hex()}
    json.dump(answer, sys.stdout)


main()
