use super::*;

/// 2026-06-02T00:00:00Z, while the vectors are fresh.
const FRESH: At = At(1_780_358_400_000);

fn vector(name: &str) -> PathBuf {
    PathBuf::from(format!("{}/../../../tests/vectors/pki/{name}", env!("CARGO_MANIFEST_DIR")))
}

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for folder in ["profiles", "revocation"] {
            std::fs::create_dir(desk.0.path().join(folder)).unwrap();
        }
        std::fs::copy(vector("rsa-root.pem"), desk.path("profiles/rsa-root.pem")).unwrap();
        desk.profile("rsa.toml", "");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn profile(&self, name: &str, more: &str) {
        let text =
            format!("roots = [\"rsa-root.pem\"]\n{more}\n[name]\nzh = \"云州CA\"\nen = \"Yunzhou CA\"\n");
        std::fs::write(self.path(&format!("profiles/{name}")), text).unwrap();
    }

    fn config(&self) -> CertificateConfig {
        let config =
            CertificateConfig { profiles: Some("profiles".into()), revocation: Some("revocation".into()) };
        config.under(self.0.path())
    }

    fn open(&self) -> Result<CertificateFolders, CertificateFolderError> {
        CertificateFolders::open(self.config(), FRESH)
    }
}

#[test]
fn what_is_imported_is_there_for_everybody_who_reads_the_folder() {
    let desk = Desk::new();
    let (importing, serving) = (desk.open().unwrap(), desk.open().unwrap());
    let imported = importing.import(&vector("rsa.crl"), FRESH).unwrap();
    assert_eq!((imported.revoked, imported.known), (3, false));
    assert!(importing.import(&vector("rsa.crl"), FRESH).unwrap().known);
    importing.import(&vector("good.ocsp"), FRESH).unwrap();
    // The server looks again after two seconds.
    assert_eq!(serving.outside(FRESH.plus_millis(1999)).book().entries().len(), 0);
    assert_eq!(serving.outside(FRESH.plus_millis(2000)).book().entries().len(), 2);
    assert_eq!(desk.open().unwrap().outside(FRESH).book().entries().len(), 2);
}

#[test]
fn what_is_refused_leaves_no_file() {
    let desk = Desk::new();
    let folders = desk.open().unwrap();
    for name in
        ["p256.crl", "delta.crl", "unauthorized.ocsp", "responder-without-purpose.ocsp", "missing.crl"]
    {
        folders.import(&vector(name), FRESH).unwrap_err();
    }
    assert_eq!(std::fs::read_dir(desk.path("revocation")).unwrap().count(), 0);
    let none = CertificateFolders::default();
    assert!(matches!(none.import(&vector("rsa.crl"), FRESH), Err(ImportFileError::NoFolder)));
    assert_eq!(none.outside(FRESH).profiles().len(), 0);
}

#[test]
fn a_profile_that_changes_is_read_again_and_a_broken_one_changes_nothing() {
    let desk = Desk::new();
    let folders = desk.open().unwrap();
    let later = |seconds: u32| FRESH.plus_seconds(seconds);
    assert!(folders.outside(FRESH).profiles()[0].removed.is_none());
    desk.profile(
        "rsa.toml",
        "removed = { at = 2026-06-01, reason = { zh = \"根密钥泄露\", en = \"stolen\" } }",
    );
    let removed = folders.outside(later(2)).profiles()[0].removed.clone().unwrap();
    assert_eq!((removed.at.date_text().as_str(), removed.reason.en.as_str()), ("2026-06-01", "stolen"));
    desk.profile("rsa.toml", "wrong = 1");
    assert!(folders.outside(later(4)).profiles()[0].removed.is_some());
    desk.profile("rsa.toml", "crl = [\"http://crl.example.cn/1.crl\"]");
    assert_eq!(folders.outside(later(6)).profiles()[0].crl.len(), 1);
}

#[test]
fn a_folder_that_cannot_be_used_stops_the_start() {
    let desk = Desk::new();
    desk.profile("again.toml", "");
    assert!(matches!(desk.open(), Err(CertificateFolderError::TwiceTheRoot { .. })));
    std::fs::remove_file(desk.path("profiles/again.toml")).unwrap();
    for (more, says) in [
        ("wrong = 1", "unknown field"),
        ("intermediates = [\"missing.pem\"]", "missing.pem"),
        ("policies = [\"x\"]", "no object identifier"),
        ("signing_usages = [\"sign\"]", "no key usage"),
        ("credit_code = { attribute = \"2.5.4.11\", extension = \"1.2.3\" }", "either"),
        ("revocation = { max_age_hours = 0, when_older = \"accept\" }", "max_age_hours"),
        ("removed = { at = 10:00:00, reason = { zh = \"a\", en = \"b\" } }", "removed.at"),
    ] {
        desk.profile("rsa.toml", more);
        let error = desk.open().unwrap_err().to_string();
        assert!(
            error.contains(says) && error.contains("rsa.toml") || error.contains("missing.pem"),
            "{error}"
        );
    }
    std::fs::remove_dir_all(desk.path("profiles")).unwrap();
    assert!(matches!(desk.open(), Err(CertificateFolderError::File { .. })));
}

#[test]
fn the_example_of_the_documentation_is_good() {
    let page = include_str!("../../../../docs/ca-profiles.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (vector_name, name) in
        [("sm2-root.pem", "haizhou-root.pem"), ("p256-middle.pem", "haizhou-operation.pem")]
    {
        std::fs::copy(vector(vector_name), folder.path().join(name)).unwrap();
    }
    let path = folder.path().join("haizhou.toml");
    std::fs::write(&path, example).unwrap();
    let profile = read_profile(&path).unwrap();
    assert_eq!((profile.name.en.as_str(), profile.removed), ("Haizhou CA", None));
    // What stands there as comments is good, too.
    let removed =
        example.replace("# [removed]", "[removed]").replace("# at =", "at =").replace("# reason", "reason");
    std::fs::write(&path, removed).unwrap();
    let removed = read_profile(&path).unwrap().removed.unwrap();
    assert_eq!((removed.at.clock_text().as_str(), removed.reason.zh.as_str()), ("09:54:00", "根密钥泄露"));
}
