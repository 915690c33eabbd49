//! Locks, computers, addresses, people and accounts: exact values, with what is known to be the same for no reason.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::values::{Held, Key, Values};
use crate::finding::{Kind, Weight};
use crate::input::{Baseline, Bid, Traces};
use crate::thresholds::Thresholds;

/// Collects a bid's traces.
pub(crate) fn collect(bid: &Bid, index: usize, baseline: &Baseline, values: &mut Values) {
    let Traces { locks, certificates, licences, uploads, machines, contacts, members, deposit_accounts } =
        &bid.traces;
    let lists: [(Kind, &[String]); 6] = [
        (Kind::Lock, locks),
        (Kind::Certificate, certificates),
        (Kind::Licence, licences),
        (Kind::Contact, contacts),
        (Kind::Member, members),
        (Kind::DepositAccount, deposit_accounts),
    ];
    for (kind, list) in lists {
        for value in list {
            exact(kind, &plain(value), index, values);
        }
    }
    for machine in machines {
        let lists: [(Kind, &[String]); 4] = [
            (Kind::Disk, &machine.disks),
            (Kind::Cpu, &machine.cpus),
            (Kind::Board, &machine.boards),
            (Kind::Host, &machine.hosts),
        ];
        for (kind, list) in lists {
            for value in list {
                exact(kind, &plain(value), index, values);
            }
        }
        for mac in machine.macs.iter().filter_map(|mac| card(mac)) {
            exact(Kind::Mac, &mac, index, values);
        }
    }
    for upload in uploads {
        if let Some(address) = address(&upload.address)
            && !baseline
                .shared_addresses
                .iter()
                .any(|shared| self::address(shared).as_ref() == Some(&address))
        {
            values.add(Key::plain(Kind::Address, address), index, None, Some(upload.at.0));
        }
    }
}

fn exact(kind: Kind, value: &str, bid: usize, values: &mut Values) {
    if !is_placeholder(value) {
        values.add(Key::plain(kind, value.to_owned()), bid, None, None);
    }
}

/// Capital letters, no spaces.
fn plain(value: &str) -> String {
    value.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).take(256).collect()
}

/// What makers write where a number should be.
fn is_placeholder(value: &str) -> bool {
    const WORDS: [&str; 10] = [
        "NONE",
        "N/A",
        "NULL",
        "UNKNOWN",
        "DEFAULTSTRING",
        "TOBEFILLEDBYO.E.M.",
        "SYSTEMSERIALNUMBER",
        "NOTAPPLICABLE",
        "OEM",
        "INVALID",
    ];
    let mut characters = value.chars().filter(|c| !matches!(c, '-' | '_' | '.' | ':'));
    let first = characters.next();
    WORDS.contains(&value) || first.is_none() || characters.all(|c| Some(c) == first)
}

/// The address of a network card as twelve digits; none for those that are the same on many computers.
fn card(mac: &str) -> Option<String> {
    // Cards that a program for virtual machines or the system itself makes with the same address everywhere.
    const EVERYWHERE: [&str; 6] =
        ["005056C00001", "005056C00008", "02004C4F4F50", "0A0027000000", "00155D000000", "7A7919000001"];
    let digits: String =
        mac.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_uppercase()).collect();
    (digits.len() == 12 && !EVERYWHERE.contains(&digits.as_str())).then_some(digits)
}

/// Is the card's address made up by software (the bit "locally administered")?
fn is_made_up(mac: &str) -> bool {
    mac.get(..2).and_then(|octet| u8::from_str_radix(octet, 16).ok()).is_some_and(|octet| octet & 2 != 0)
}

fn address(text: &str) -> Option<String> {
    let address: IpAddr = text.trim().parse().ok()?;
    let address = address.to_canonical();
    (!address.is_loopback() && !address.is_unspecified()).then(|| address.to_string())
}

/// Is this an address of a private network, or of a carrier's shared line?
fn is_shared_line(address: &str) -> bool {
    match address.parse() {
        Ok(IpAddr::V4(address)) => {
            let [first, second, ..] = address.octets();
            address.is_private() || address.is_link_local() || (first == 100 && second & 0xc0 == 64)
        }
        Ok(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        Err(_) => false,
    }
}

/// Weighs what [`collect`] collected.
pub(crate) fn weigh(
    key: &Key,
    held: &BTreeSet<Held>,
    thresholds: &Thresholds,
) -> Option<(Weight, Option<u64>)> {
    let weight = match key.kind {
        Kind::Lock
        | Kind::Certificate
        | Kind::Licence
        | Kind::Disk
        | Kind::Board
        | Kind::Contact
        | Kind::Member
        | Kind::DepositAccount => Weight::Strong,
        Kind::Mac if is_made_up(&key.value) => Weight::Medium,
        Kind::Mac => Weight::Strong,
        // Many processors of one model have one identifier; names of computers come from images of systems.
        Kind::Cpu | Kind::Host => Weight::Weak,
        Kind::Address => {
            let minutes = minutes_between(held);
            let close = minutes.is_some_and(|minutes| minutes <= u64::from(thresholds.upload_minutes));
            let weight = if close && !is_shared_line(&key.value) { Weight::Medium } else { Weight::Weak };
            return Some((weight, minutes));
        }
        _ => return None,
    };
    Some((weight, None))
}

/// The shortest time between uploads of two bids, in whole minutes.
fn minutes_between(held: &BTreeSet<Held>) -> Option<u64> {
    let mut times: Vec<(i64, usize)> = held.iter().filter_map(|held| Some((held.at?, held.bid))).collect();
    times.sort_unstable();
    let mut shortest: Option<u64> = None;
    for (position, (at, bid)) in times.iter().enumerate() {
        // The nearest later upload of another bid.
        if let Some((later, _)) = times.iter().skip(position + 1).find(|(_, other)| other != bid) {
            let minutes = later.abs_diff(*at) / 60_000;
            shortest = Some(shortest.map_or(minutes, |least| least.min(minutes)));
        }
    }
    shortest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_one_form() {
        assert_eq!(card("3c-97-0e-12-34-ab"), card("3C:97:0E:12:34:AB"));
        assert_eq!(card("00-50-56-C0-00-08"), None);
        assert!(is_made_up("02AABBCCDDEE") && !is_made_up("3C970E1234AB"));
        for word in ["", "0000-0000", "To be filled by O.E.M.", "FFFFFFFF"] {
            assert!(is_placeholder(&plain(word)), "{word}");
        }
        assert!(!is_placeholder(&plain("WD-WCC4N0123456")));
        assert_eq!(address("::ffff:203.0.113.7"), Some("203.0.113.7".to_owned()));
        assert!(
            is_shared_line("192.168.1.5") && is_shared_line("100.72.0.1") && !is_shared_line("203.0.113.7")
        );
    }

    #[test]
    fn minutes_are_between_different_bids() {
        let held = |bid, minute: i64| Held { bid, spot: None, at: Some(minute * 60_000) };
        assert_eq!(minutes_between(&[held(0, 0), held(0, 1), held(1, 50), held(0, 70)].into()), Some(20));
        assert_eq!(minutes_between(&[held(0, 0), held(0, 1)].into()), None);
    }
}
