//! A sound machine as a folder of files, and one defect at a time.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use super::*;

const MADE: u64 = 1_795_000_000;
const VARIABLES: &str = "sys/firmware/efi/efivars";

fn sound() -> BTreeMap<String, Vec<u8>> {
    let options = "rw,nosuid,nodev,noexec,relatime";
    let mounts = format!(
        "21 1 254:0 / / ro,relatime shared:1 - erofs /dev/mapper/root ro\n\
         30 21 0:20 / /run rw,nosuid shared:2 - tmpfs tmpfs rw\n\
         40 21 254:1 / /var {options} shared:3 - ext4 /dev/mapper/data rw\n"
    );
    let text = [
        ("proc/self/mountinfo", mounts.as_str()),
        ("sys/dev/block/254:0/dm/uuid", "CRYPT-VERITY-0011-root\n"),
        ("sys/dev/block/254:1/dm/uuid", "CRYPT-LUKS2-0011-data\n"),
        ("proc/cmdline", "roothash=ab lockdown=confidentiality rd.shell=0\n"),
        ("usr/share/bidroom/cmdline", "lockdown=confidentiality rd.shell=0\n"),
        ("sys/kernel/security/lockdown", "none integrity [confidentiality]\n"),
        ("sys/module/module/parameters/sig_enforce", "Y\n"),
        ("sys/class/tpm/tpm0/tpm_version_major", "2\n"),
        ("sys/class/tpm/tpm0/pcr-sha256/7", "0A1B\n"),
        ("sys/class/tpm/tpm0/pcr-sha256/11", "0C1D\n"),
        ("proc/swaps", "Filename Type Size Used Priority\n"),
        ("usr/lib/sysctl.d/90-bidroom.conf", "# why\nkernel.kptr_restrict = 2\nnet.ipv4.ip_forward = 0\n"),
        ("proc/sys/kernel/kptr_restrict", "2\n"),
        ("proc/sys/net/ipv4/ip_forward", "0\n"),
        ("usr/lib/os-release", "ID=debian\nBIDROOM_IMAGE_EPOCH=1795000000\n"),
    ];
    let mut files: BTreeMap<String, Vec<u8>> =
        text.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    files.insert(format!("{VARIABLES}/SecureBoot-{EFI_GLOBAL}"), vec![6, 0, 0, 0, 1]);
    files.insert(format!("{VARIABLES}/SetupMode-{EFI_GLOBAL}"), vec![6, 0, 0, 0, 0]);
    files
}

fn broken(files: &BTreeMap<String, Vec<u8>>, now: u64) -> Vec<(&'static str, String)> {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let machine = Machine::at(folder.path().to_owned(), UNIX_EPOCH + Duration::from_secs(now));
    let findings = examine(&machine).into_iter();
    findings.filter_map(|finding| Some((finding.name, finding.found.err()?))).collect()
}

/// One file differs; exactly one demand is broken, for the reason given.
#[track_caller]
fn check(path: &str, content: &[u8], name: &str, reason: &str) {
    let mut files = sound();
    assert!(
        files.insert(path.to_owned(), content.to_vec()).is_some(),
        "{path} is no file of a sound machine"
    );
    let broken = broken(&files, MADE + 86_400);
    assert_eq!(broken.len(), 1, "{broken:?}");
    let (found, said) = &broken[0];
    assert_eq!(*found, name);
    assert!(said.contains(reason), "{said}");
}

#[test]
fn a_sound_machine_is_sound() {
    assert_eq!(broken(&sound(), MADE + 86_400), []);
}

#[test]
fn each_defect_breaks_its_demand() {
    let variable = |name: &str| format!("{VARIABLES}/{name}-{EFI_GLOBAL}");
    check(&variable("SecureBoot"), &[6, 0, 0, 0, 0], "secure-boot", "is off");
    check(&variable("SecureBoot"), &[6, 0, 0, 0], "secure-boot", "4 bytes");
    check(&variable("SetupMode"), &[6, 0, 0, 0, 1], "secure-boot", "setup mode");
    check("sys/dev/block/254:0/dm/uuid", b"LVM-root", "verity", "LVM-root");
    check(
        "proc/cmdline",
        b"roothash=ab lockdown=confidentiality rd.shell=0 init=/x\n",
        "command-line",
        "init=/x",
    );
    check("proc/cmdline", b"lockdown=confidentiality rd.shell=0\n", "command-line", "no root hash");
    check("proc/cmdline", b"roothash=ab rd.shell=0\n", "command-line", "other options");
    check("sys/kernel/security/lockdown", b"none [integrity] confidentiality\n", "lockdown", "[integrity]");
    check("sys/module/module/parameters/sig_enforce", b"N\n", "modules", "is N");
    check("sys/class/tpm/tpm0/tpm_version_major", b"1\n", "tpm", "version 1");
    check("sys/class/tpm/tpm0/pcr-sha256/11", b"0000\n", "tpm", "register 11");
    check("sys/dev/block/254:1/dm/uuid", b"CRYPT-PLAIN-data\n", "data", "CRYPT-PLAIN");
    check("proc/swaps", b"head\n/dev/vda5 partition 1 0 -2\n", "swap", "/dev/vda5");
    check("proc/sys/kernel/kptr_restrict", b"1\n", "kernel-settings", "kptr_restrict is 1");
    check("usr/lib/os-release", b"ID=debian\n", "clock", "does not say");
}

#[test]
fn a_writable_root_and_a_data_volume_that_executes_are_broken() {
    let with = |from: &str, to: &str| {
        let mut files = sound();
        let mounts = String::from_utf8(files["proc/self/mountinfo"].clone()).unwrap();
        files.insert("proc/self/mountinfo".to_owned(), mounts.replacen(from, to, 1).into_bytes());
        broken(&files, MADE).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(with("/ ro,relatime", "/ rw,relatime"), ["verity"]);
    assert_eq!(with("noexec,", ""), ["mount"]);
    assert_eq!(with(" /var ", " /srv "), ["data", "mount"]);
}

#[test]
fn a_clock_before_the_image_or_long_after_it_is_broken() {
    assert_eq!(broken(&sound(), MADE), []);
    assert_eq!(broken(&sound(), MADE - 1)[0], ("clock", "1 s before this image was made".to_owned()));
    let late = MADE + 16 * 365 * 86_400;
    assert_eq!(broken(&sound(), late)[0].0, "clock");
}

#[test]
fn what_cannot_be_read_is_broken() {
    for path in sound().keys() {
        let mut files = sound();
        files.remove(path);
        assert!(!broken(&files, MADE).is_empty(), "{path} was not missed");
    }
}
