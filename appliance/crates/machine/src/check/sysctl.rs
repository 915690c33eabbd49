//! The kernel's settings: each line of the image's file must be what the kernel says, not merely what was wished.

use super::{Machine, settings};

pub(super) fn in_force(machine: &Machine) -> Result<String, String> {
    let (root, file) = settings(machine);
    let wished = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let (mut same, mut other) = (0u32, Vec::new());
    for line in wished.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let Some((key, value)) = line.split_once('=') else {
            other.push(format!("cannot be read: {line}"));
            continue;
        };
        let (key, value) = (key.trim(), value.trim());
        let path = root.join("proc/sys").join(key.replace('.', "/"));
        match std::fs::read_to_string(&path) {
            Ok(found) if found.trim() == value => same = same.saturating_add(1),
            Ok(found) => other.push(format!("{key} is {}", found.trim())),
            Err(error) => other.push(format!("{key}: {error}")),
        }
    }
    if other.is_empty() { Ok(format!("{same} settings")) } else { Err(other.join("; ")) }
}
