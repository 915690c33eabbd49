//! Certificates of several authorities, each as its profile says.

use std::path::Path;
use std::process::Command;

use bidroom_canon::{Base64Bytes, from_canonical};
use bidroom_envelope::suite::pki::{Certificate, Name};
use bidroom_lock::{SignedStatement, Statement};
use bidroom_tender::{Authority, TenderPackage};
use bidroom_wire::{ReceiptBody, UploadOpened, UploadState, Who};
use serde_json::json;

use crate::world::{
    Lock, People, SESSION, World, challenge, furnish, import, key, lock_of, login_body, now, publication,
    root, seal,
};

const CODE: &str = "91370000MA3U7K2X8Q";
const OTHER: &str = "91370000MA3U7K2X9Q";
const DAY: i64 = 86_400_000;

fn name(unit: &str, identifier: Option<&str>) -> Name {
    let oid = |text: &str| text.parse().unwrap();
    let mut attributes = vec![(oid("2.5.4.10"), "海州建设有限公司"), (oid("2.5.4.11"), unit)];
    attributes.extend(identifier.map(|code| (oid("2.5.4.97"), code)));
    attributes.push((oid("2.5.4.3"), "海州建设 主锁"));
    Name::from_attributes(&attributes)
}

fn haizhou() -> Certificate {
    root(210, "海州CA")
}

/// A lock of 海州CA, which writes the code into the subject's unit.
fn lock(number: u8, name: &Name) -> Lock {
    lock_of(&haizhou(), 210, number, name, now().0 + DAY)
}

/// A room whose tender accepts 海州CA, too.
async fn world() -> World {
    let mut people = People::new();
    let profile = json!({
        "name": { "zh": "海州CA", "en": "Haizhou CA" },
        "roots": [haizhou()],
        "credit_code": { "attribute": "2.5.4.11", "patterns": ["*@N{code}"] },
        "revocation": { "max_age_hours": 48, "when_older": "accept" },
    });
    people.more = vec![Authority {
        name: "海州CA".into(),
        root: Base64Bytes(haizhou().der().to_vec()),
        profile: Some(serde_json::from_value(profile).unwrap()),
    }];
    let world = World::of(people, "").await;
    import(&world.client, &world.people, world.folder.path()).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_in_the_place_of_the_profile_makes_a_bidder() {
    let world = world().await;
    let lock = lock(120, &name(&format!("051@N{CODE}"), None));
    let bidder = world.log_in(&lock).await;
    let who: Who = bidder.get(&format!("/api/v1/sessions/{SESSION}/me")).await.ok();
    let firm = who.bidder.unwrap();
    assert_eq!((firm.code.as_str(), firm.name.as_str()), (CODE, "海州建设有限公司"));

    // Its bid is received, judged by room and custody alike.
    let sealed = seal(&lock, CODE, 5000, 1, None, &publication(&world.client).await);
    let opened: UploadOpened =
        bidder.post(&format!("/api/v1/sessions/{SESSION}/uploads"), &sealed.head).await.ok();
    let state: UploadState = bidder.patch(&opened.state.upload, 0, &sealed.content).await.ok();
    assert_eq!(state.offset, state.length);
    let path = format!("/api/v1/uploads/{}/complete", opened.state.upload);
    let receipt: ReceiptBody = bidder.post(&path, b"").await.ok();
    assert_eq!(receipt.bid, sealed.digest.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_elsewhere_makes_none_and_the_rule_is_named() {
    let world = world().await;
    // The profile's place holds somebody else's code, the usual place holds the account's.
    let (good, crossed, bare) = (
        lock(130, &name(&format!("051@N{CODE}"), None)),
        lock(132, &name(&format!("051@N{OTHER}"), Some(CODE))),
        lock(134, &name("工程部", Some(CODE))),
    );
    let bidder = world.log_in(&good).await;
    let sign_in = Statement::SignIn { session: SESSION.into() };
    for (lock, code) in [(&crossed, "other_bidder"), (&bare, "certificate_no_credit_code")] {
        let signed = SignedStatement::sign(&sign_in, &lock.signing, &lock.signing_key).unwrap();
        let body = json!({ "statement": Base64Bytes(signed.der().to_vec()) });
        let answer = bidder.post_json(&format!("/api/v1/sessions/{SESSION}/sign-in"), &body).await;
        let said = answer.refused(409, "refusal", code);
        assert!(said["sentence"]["zh"]["body"].as_str().is_some_and(|body| !body.is_empty()), "{said}");
    }
    // A bid that names the usual place's code is not received for it.
    let sealed = seal(&crossed, CODE, 5000, 1, None, &publication(&world.client).await);
    let answer = bidder.post(&format!("/api/v1/sessions/{SESSION}/uploads"), &sealed.head).await;
    answer.refused(422, "refusal", "certificate_other_holder");
    // For the account of the profile's place it is.
    let other = world.log_in(&crossed).await;
    let sealed = seal(&crossed, OTHER, 5000, 1, None, &publication(&world.client).await);
    let opened: UploadOpened =
        other.post(&format!("/api/v1/sessions/{SESSION}/uploads"), &sealed.head).await.ok();
    assert_eq!(opened.state.bid, sealed.digest.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encryption_certificate_logs_nobody_in() {
    let world = world().await;
    let lock = lock(140, &name(&format!("051@N{CODE}"), None));
    // The encryption key signs, with its own certificate.
    let wrong = Lock { signing: lock.encryption.clone(), signing_key: key(141), ..lock };
    let body = login_body(&challenge(&world.client).await, &wrong);
    let answer = world.client.post_json("/api/v1/login", &body).await;
    answer.refused(403, "refusal", "certificate_usage");
}

/// Runs the program in a folder: its exit code, and what it said on both outputs.
fn bidroom(folder: &Path, line: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bidroom"));
    let output =
        command.current_dir(folder).env("NO_COLOR", "1").args(line.split_whitespace()).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[track_caller]
fn says(folder: &Path, line: &str, code: i32, words: &str) -> String {
    let (exit, said) = bidroom(folder, line);
    assert!(exit == code && said.contains(words), "{line}: {exit}\n{said}");
    said
}

#[test]
fn a_clerk_imports_lists_and_sees_how_old_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    furnish(folder, &People::new(), "certificates.profiles = \"ca\"\ncertificates.revocation = \"data\"");
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/pki");
    for name in ["ca", "data"] {
        std::fs::create_dir(folder.join(name)).unwrap();
    }
    for name in ["rsa.crl", "delta.crl", "good.ocsp"] {
        std::fs::copy(vectors.join(name), folder.join(name)).unwrap();
    }
    let (list, import) = ("crl list --config bidroom.toml", "crl import --config bidroom.toml");
    says(folder, list, 0, "没有登记发证机构");
    says(folder, &format!("{import} rsa.crl"), 1, "没有导入：不是任何已登记的发证机构签发的");

    std::fs::copy(vectors.join("rsa-root.pem"), folder.join("ca/root.pem")).unwrap();
    let profile = "roots = [\"root.pem\"]\ncrl = [\"http://crl.example.cn/1.crl\"]\n[name]\nzh = \"云州CA\"\nen = \"Yunzhou CA\"\n";
    std::fs::write(folder.join("ca/yunzhou.toml"), profile).unwrap();
    says(folder, list, 0, "没有吊销数据");
    // The vectors are months old, so that they are past their own end.
    says(folder, &format!("{import} rsa.crl good.ocsp"), 0, "已过其下次更新时间");
    says(folder, &format!("{import} rsa.crl"), 0, "已是这一份");
    says(folder, &format!("{import} delta.crl"), 1, "增量、间接和分区列表都不接受");
    says(folder, list, 0, "http://crl.example.cn/1.crl");
    let told: serde_json::Value =
        serde_json::from_str(&says(folder, &format!("{list} --json"), 0, "")).unwrap();
    let data = told[0]["data"].as_array().unwrap();
    assert_eq!((data.len(), &data[0]["revoked"], &data[0]["old"]), (2, &json!(3), &json!(true)), "{told}");
    std::fs::write(folder.join("ca/yunzhou.toml"), "roots = []\n").unwrap();
    says(folder, list, 1, "yunzhou.toml");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_travels_in_the_tender_package() {
    let world = World::empty("").await;
    let folder = world.folder.path();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    put("lots.json", &serde_json::to_vec(&[world.people.lot()]).unwrap());
    put("yunzhou.pem", world.people.authority.to_pem().as_bytes());
    put("haizhou.pem", haizhou().to_pem().as_bytes());
    let profile = "roots = [\"haizhou.pem\"]\n[name]\nzh = \"海州CA\"\nen = \"Haizhou CA\"\n[credit_code]\nattribute = \"2.5.4.11\"\n";
    put("haizhou.toml", profile.as_bytes());
    let mut line = "tender make --lots lots.json --room data/identity.json --ca 云州CA=yunzhou.pem --ca 海州CA=haizhou.toml".to_owned();
    for (name, lock) in
        [("a", &world.people.host), ("b", &world.people.supervisor), ("c", &world.people.tenderer)]
    {
        put(&format!("{name}.pem"), lock.signing.to_pem().as_bytes());
        put(&format!("{name}e.pem"), lock.encryption.to_pem().as_bytes());
        line.push_str(&format!(" --cert {name}.pem --cert {name}e.pem"));
    }
    says(folder, &format!("{line} --out package.json"), 0, "");
    let package: TenderPackage =
        from_canonical(&std::fs::read(folder.join("package.json")).unwrap()).unwrap();
    let profile = package.authorities[1].profile.as_ref().unwrap();
    assert_eq!((profile.name.zh.as_str(), package.authorities[0].profile.is_none()), ("海州CA", true));

    // A removed authority is not written into new tenders.
    let removed = format!(
        "removed = {{ at = 2026-01-01, reason = {{ zh = \"停业\", en = \"closed\" }} }}\n{profile_text}",
        profile_text = "roots = [\"haizhou.pem\"]\n[name]\nzh = \"海州CA\"\nen = \"Haizhou CA\"\n"
    );
    put("haizhou.toml", removed.as_bytes());
    says(folder, &format!("{line} --out again.json"), 1, "已停止受理，不能写入招标包");
    // A profile that does not name its authority's root contradicts the package.
    let mut wrong = package;
    wrong.authorities[1].root = wrong.authorities[0].root.clone();
    assert!(wrong.check().unwrap_err().to_string().contains("does not name its root"));
}
