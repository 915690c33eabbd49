//! Configuration files: the commented examples parse, and mistakes are named.

use std::path::Path;

use bidroom_locks::config::{ConfigError, LockConfig, Width, read_folder};

fn examples() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../devices/locks"))
}

#[test]
fn the_examples_are_configurations() {
    let configs = read_folder(examples()).unwrap();
    assert!(configs.len() >= 3);
    let skf = configs.iter().filter(|config| matches!(config, LockConfig::Skf(_))).count();
    assert!(skf >= 2 && skf < configs.len(), "both interfaces have an example");
    let wide = |config: &LockConfig| matches!(config, LockConfig::Skf(skf) if skf.ulong == Width::Bits64);
    assert!(configs.iter().any(wide));
}

#[track_caller]
fn check(change: &str, expect: &str) {
    let text = format!("interface = \"skf\"\nname = \"n\"\nlibrary = \"/l.so\"\n{change}");
    let error = LockConfig::parse(Path::new("vendor.toml"), &text).unwrap_err();
    let shown = error.to_string();
    assert!(shown.starts_with("vendor.toml: ") && shown.contains(expect), "{shown}");
}

#[test]
fn mistakes_are_named() {
    check("ulong = 16", "32 or 64");
    check("ulnog = 32", "ulnog");
    check("[pin]\nleast = 9\nmost = 8", "pin.least");
    check("[pin]\nleast = 0\nmost = 8", "pin.least");
    check("[decrypt]\nkey = 1", "function");
    let pkcs11 = "interface = \"pkcs11\"\nname = \"n\"\nlibrary = \"/l.so\"\n[sm2.sign]\nmechanism = 0x1041";
    let error = LockConfig::parse(Path::new("vendor.toml"), pkcs11).unwrap_err();
    assert!(error.to_string().contains("0x1041"), "{error}");
    let none = LockConfig::parse(Path::new("vendor.toml"), "interface = \"usb\"").unwrap_err();
    assert!(matches!(none, ConfigError::Toml { .. }));
    assert!(matches!(LockConfig::read(Path::new("/nonexistent.toml")), Err(ConfigError::Read { .. })));
}
