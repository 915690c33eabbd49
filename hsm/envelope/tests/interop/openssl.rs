//! OpenSSL 3: keys, signatures, encryption, certificates and the structure of messages.

use bidroom_envelope::suite::cms::{EnvelopedData, SignedData};
use bidroom_envelope::suite::pki::{
    Certificate, CrlRequest, Name, Profile, Reason, Request, Revoked, Usage, issue, issue_crl, self_sign,
    verify_chain,
};
use bidroom_envelope::suite::sm2::{PublicKey, SecretKey, Signature, Sm2Ciphertext, Unwrap as _, encrypt};
use bidroom_envelope::suite::sm4::cbc_encrypt;

use crate::tool::Bench;

const ID: &str = "distid:1234567812345678";

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32]).unwrap()
}

/// 2000-01-01 to 2100-01-01: the program judges by its own clock, and the second date needs GeneralizedTime.
const NOT_BEFORE: i64 = 946_684_800_000;
const NOT_AFTER: i64 = 4_102_444_800_000;

fn request<'a>(subject: &'a Name, public_key: &'a PublicKey, profile: Profile) -> Request<'a> {
    let serial = &[0x9e, 0x03, 0xa1, 0x7f];
    Request { subject, public_key, serial, not_before: NOT_BEFORE, not_after: NOT_AFTER, profile }
}

fn root() -> Certificate {
    let subject = Name::new("演练CA", None, "演练根证书");
    self_sign(&key(1), &request(&subject, key(1).public_key(), Profile::Authority { path_length: 0 }))
        .unwrap()
}

fn leaf(seed: u8, profile: Profile) -> Certificate {
    let subject = Name::new("湘潭建设有限公司", Some("91430300MA4L1A2B3C"), "湘潭建设有限公司");
    issue(&root(), &key(1), &request(&subject, key(seed).public_key(), profile)).unwrap()
}

#[test]
fn our_keys_and_signatures_are_read() {
    let bench = Bench::new("sign");
    bench.put("secret.pem", key(7).to_pem());
    bench.put("public.der", key(7).public_key().to_spki_der());
    bench.put("message", b"statement");
    bench.put("signature", key(7).sign(b"statement").unwrap().to_der());
    let shown = bench.openssl("pkey -in secret.pem -noout -text");
    assert!(shown.contains("SM2"), "{shown}");
    let verify = format!(
        "pkeyutl -verify -pubin -keyform DER -inkey public.der -rawin -digest sm3 -pkeyopt {ID} -in message -sigfile signature"
    );
    assert!(bench.openssl(&verify).contains("Verified Successfully"));
}

#[test]
fn their_keys_and_signatures_are_read() {
    let bench = Bench::new("verify");
    bench.openssl("ecparam -name SM2 -genkey -out generated.pem");
    bench.openssl("ec -in generated.pem -out traditional.pem");
    bench.openssl("pkey -in generated.pem -pubout -outform DER -out public.der");
    let text = |name| String::from_utf8(bench.get(name)).unwrap();
    let secret = SecretKey::from_pem(&text("generated.pem")).unwrap();
    let again = SecretKey::from_pem(&text("traditional.pem")).unwrap();
    assert_eq!(again.to_bytes(), secret.to_bytes());
    assert_eq!(PublicKey::from_spki_der(&bench.get("public.der")).as_ref(), Ok(secret.public_key()));

    bench.put("message", b"statement");
    bench.openssl(&format!(
        "pkeyutl -sign -inkey generated.pem -rawin -digest sm3 -pkeyopt {ID} -in message -out signature"
    ));
    let signature = Signature::from_der(&bench.get("signature")).unwrap();
    assert_eq!(secret.public_key().verify(b"statement", &signature), Ok(()));
    assert!(secret.public_key().verify(b"statemenu", &signature).is_err());
}

#[test]
fn encryption_goes_both_ways() {
    let bench = Bench::new("encrypt");
    bench.put("secret.pem", key(7).to_pem());
    bench.put("public.der", key(7).public_key().to_spki_der());
    let share = [0x5a; 32];
    // Many ephemeral scalars, so that coordinates with leading zeros or a high bit occur.
    for seed in 1..=16 {
        let sealed = encrypt(key(7).public_key(), &share, &[[seed; 32]]).unwrap();
        bench.put("ours", sealed.to_der());
        bench.openssl("pkeyutl -decrypt -inkey secret.pem -in ours -out opened");
        assert_eq!(bench.get("opened"), share, "ephemeral scalar {seed}");
    }
    bench.put("share", share);
    for _ in 0..8 {
        bench.openssl("pkeyutl -encrypt -pubin -keyform DER -inkey public.der -in share -out theirs");
        let sealed = Sm2Ciphertext::from_der(&bench.get("theirs")).unwrap();
        assert_eq!(key(7).unwrap(&sealed).unwrap().as_slice(), share);
    }
}

#[test]
fn our_certificates_verify() {
    let bench = Bench::new("certificates");
    bench.put("root.pem", root().to_pem());
    bench.put("sign.pem", leaf(2, Profile::Signing).to_pem());
    bench.put("encrypt.pem", leaf(3, Profile::Encryption).to_pem());
    for certificate in ["sign.pem", "encrypt.pem"] {
        let answer =
            bench.openssl(&format!("verify -x509_strict -vfyopt {ID} -CAfile root.pem {certificate}"));
        assert!(answer.contains(": OK"), "{answer}");
    }
    // `verify` gives the signer id to the first certificate of a chain only, so the root's own signature is taken
    // out and checked by itself.
    bench.put("root.der", root().der());
    let shown = bench.openssl("asn1parse -inform DER -in root.der");
    let signature_at = shown.lines().last().and_then(|line| line.split(':').next()).unwrap().trim();
    bench.openssl("asn1parse -inform DER -in root.der -noout -strparse 4 -out signed");
    bench.openssl(&format!(
        "asn1parse -inform DER -in root.der -noout -strparse {signature_at} -out signature"
    ));
    bench.put("public.der", key(1).public_key().to_spki_der());
    let verify = format!(
        "pkeyutl -verify -pubin -keyform DER -inkey public.der -rawin -digest sm3 -pkeyopt {ID} -in signed -sigfile signature"
    );
    assert!(bench.openssl(&verify).contains("Verified Successfully"));
    let shown = bench.openssl("x509 -in sign.pem -noout -text -nameopt utf8,sep_comma_plus_space");
    for line in [
        "Signature Algorithm: SM2-with-SM3",
        "91430300MA4L1A2B3C",
        "湘潭建设有限公司",
        "Digital Signature, Non Repudiation",
        "Jan  1 00:00:00 2100 GMT",
    ] {
        assert!(shown.contains(line), "{line} is not in {shown}");
    }
    let shown = bench.openssl("x509 -in encrypt.pem -noout -ext keyUsage");
    assert!(shown.contains("Key Encipherment, Data Encipherment, Key Agreement"), "{shown}");
}

#[test]
fn their_certificates_verify() {
    let bench = Bench::new("chain");
    bench.openssl("ecparam -name SM2 -genkey -noout -out root.key");
    bench.openssl("ecparam -name SM2 -genkey -noout -out leaf.key");
    bench.put("leaf.ext", "keyUsage=critical,digitalSignature,nonRepudiation\n");
    bench.openssl(&format!(
        "req -x509 -new -key root.key -sm3 -sigopt {ID} -subj /C=CN/CN=Root -days 30 -out root.pem \
         -addext keyUsage=critical,keyCertSign"
    ));
    bench.openssl(&format!(
        "req -new -key leaf.key -sm3 -sigopt {ID} -subj /C=CN/O=Firm/CN=Leaf -out leaf.csr"
    ));
    bench.openssl(&format!(
        "x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -sm3 -sigopt {ID} -vfyopt {ID} -days 30 \
         -extfile leaf.ext -out leaf.pem"
    ));
    let read = |name| Certificate::from_pem(&String::from_utf8(bench.get(name)).unwrap()).unwrap();
    let (root, leaf) = (read("root.pem"), read("leaf.pem"));
    let at = leaf.not_before();
    assert_eq!(verify_chain(&leaf, &[], &[root], at, Usage::Sign), Ok(()));
}

#[test]
fn our_revocation_lists_are_read() {
    let bench = Bench::new("lists");
    let revoked = Revoked { at: NOT_BEFORE, reason: Reason::KeyCompromise };
    let request = CrlRequest {
        this_update: NOT_BEFORE,
        next_update: NOT_AFTER,
        number: &[7],
        revoked: &[(leaf(2, Profile::Signing).serial().to_vec(), revoked)],
    };
    bench.put("list.der", issue_crl(&root(), &key(1), &request).unwrap().der());
    let shown = bench.openssl("crl -inform DER -in list.der -noout -text");
    for line in
        ["SM2-with-SM3", "9E03A17F", "Key Compromise", "X509v3 CRL Number", "Jan  1 00:00:00 2100 GMT"]
    {
        assert!(shown.contains(line), "{line} is not in {shown}");
    }
    // Its signature, taken out and checked by itself.
    let parts = bench.openssl("asn1parse -inform DER -in list.der");
    let signature_at = parts.lines().last().and_then(|line| line.split(':').next()).unwrap().trim();
    bench.openssl("asn1parse -inform DER -in list.der -noout -strparse 4 -out signed");
    bench.openssl(&format!(
        "asn1parse -inform DER -in list.der -noout -strparse {signature_at} -out signature"
    ));
    bench.put("public.der", key(1).public_key().to_spki_der());
    let verify = format!(
        "pkeyutl -verify -pubin -keyform DER -inkey public.der -rawin -digest sm3 -pkeyopt {ID} -in signed -sigfile signature"
    );
    assert!(bench.openssl(&verify).contains("Verified Successfully"));
}

#[test]
fn our_messages_have_the_structure_of_the_standard() {
    let bench = Bench::new("messages");
    let signed = SignedData::sign(b"statement", &leaf(2, Profile::Signing), &key(2)).unwrap();
    bench.put("signed.der", signed);
    let shown = bench.openssl("asn1parse -inform DER -in signed.der");
    for line in
        ["1.2.156.10197.6.1.4.2.2", "1.2.156.10197.6.1.4.2.1", ":sm3", "1.2.156.10197.1.301.1", "NULL"]
    {
        assert!(shown.contains(line), "{line} is not in {shown}");
    }

    // The openssl command knows no SM2 envelopes, but each of their parts.
    let (content_key, iv) = ([0x11; 16], [0x22; 16]);
    let recipient = leaf(3, Profile::Encryption);
    let der = EnvelopedData::seal(&recipient, &content_key, &iv, &[[0x33; 32]], b"share").unwrap();
    bench.put("enveloped.der", &der);
    let shown = bench.openssl("asn1parse -inform DER -in enveloped.der");
    for line in ["1.2.156.10197.6.1.4.2.3", "1.2.156.10197.1.301.3", ":sm4-cbc"] {
        assert!(shown.contains(line), "{line} is not in {shown}");
    }
    let message = EnvelopedData::parse_own(&der).unwrap();
    bench.put("secret.pem", key(3).to_pem());
    bench.put("key", message.encrypted_key().unwrap().bytes());
    bench.openssl("pkeyutl -decrypt -inkey secret.pem -in key -out content-key");
    assert_eq!(bench.get("content-key"), content_key);
    bench.put("content", cbc_encrypt(&content_key, &iv, b"share"));
    let (key, iv) = (hex::encode(content_key), hex::encode(iv));
    bench.openssl(&format!("enc -d -sm4-cbc -K {key} -iv {iv} -in content -out opened"));
    assert_eq!(bench.get("opened"), b"share");
}
