//! How the devices are doing: what each says of itself, whether it answers, and whether it holds the keys that the room
//! published for the lots under way.

use std::sync::{Arc, Mutex, PoisonError};

use bidroom_domain::opening::Phase;
use bidroom_domain::{At, LotFacts};
use bidroom_envelope::suite::sm2::PublicKey;
use bidroom_hsm::{
    Backend, CustodyDescription, CustodyHealth, KeyName, KeyPurpose, PublicKeyInfo, Role, Trouble,
};
use bidroom_wire::{HealthCheck, HealthDevice, HealthLevel, HealthLot, HealthTrouble};

use super::docket::Docket;
use super::{Keeper, lock};
use crate::devices::{Device, lot_key};
use crate::protocol::Problem;

/// A lot that is under way: its session, and what must be in each device, main first.
struct Wanted {
    session: String,
    keys: Vec<Vec<(KeyName, PublicKey)>>,
}

impl Keeper {
    /// How the devices are doing, main first. With `check` each uses every key once first.
    pub(super) fn health(&self, check: bool) -> Vec<HealthDevice> {
        let now = self.now();
        let wanted = self.wanted();
        let devices = self.devices.devices().iter().enumerate();
        devices.map(|(place, device)| of_device(device, place, &wanted, check.then_some(now))).collect()
    }

    /// The keys that the room has published for lots that are not over.
    fn wanted(&self) -> Vec<Wanted> {
        let dockets = self.dockets.read().unwrap_or_else(PoisonError::into_inner);
        let dockets: Vec<Arc<Mutex<Docket>>> = dockets.values().cloned().collect();
        let wanted = dockets.iter().filter_map(|docket| {
            let docket = lock(docket);
            let over = matches!(docket.settled.state.phase, Phase::Refused | Phase::Closed);
            let published = docket.settled.publication.clone().filter(|_| !over)?;
            let pairs = published.tender.iter().zip(&published.opening);
            let keys = pairs.map(|(tender, opening)| {
                keys_of(&docket.documents.lot, tender.public_key(), opening.public_key())
            });
            let keys = keys.collect::<Result<_, _>>().ok()?;
            Some(Wanted { session: docket.session.to_string(), keys })
        });
        wanted.collect()
    }
}

fn keys_of(
    lot: &LotFacts,
    tender: &PublicKey,
    opening: &PublicKey,
) -> Result<Vec<(KeyName, PublicKey)>, Problem> {
    Ok(vec![(lot_key(lot, Role::Tender)?, *tender), (lot_key(lot, Role::Opening)?, *opening)])
}

fn of_device(device: &Device, place: usize, wanted: &[Wanted], check: Option<At>) -> HealthDevice {
    // Asking is what tells whether it answers.
    let asked = match check {
        Some(at) => device.ask_long(move |custody| {
            Ok((custody.keys()?, custody.description(), CustodyHealth::examine(custody, at.0)))
        }),
        None => device.look_at(|custody| Ok((custody.keys()?, custody.description(), custody.health()))),
    };
    let Ok((keys, description, health)) = asked else {
        return HealthDevice {
            lost: Some(device.lost().unwrap_or_else(|| "no answer".to_owned())),
            ..silent(device, wanted)
        };
    };
    if let Some(check) = &health.self_check {
        device.checked(HealthCheck {
            at: At(check.at),
            keys: check.keys.and_then(|keys| u64::try_from(keys).ok()),
            failed: check.failed.as_ref().map(trouble),
        });
    }
    let lots = wanted.iter().map(|lot| HealthLot {
        session: lot.session.clone(),
        held: lot.keys.get(place).is_some_and(|wanted| wanted.iter().all(|one| holds(&keys, one))),
    });
    let named = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}"));
    HealthDevice {
        keys: u64::try_from(keys.len()).unwrap_or(u64::MAX),
        mechanisms: health.mechanisms.clone(),
        software: [named("firmware", &health.firmware), health.library.clone()]
            .into_iter()
            .flatten()
            .collect(),
        trouble: health.last_trouble.as_ref().map(trouble),
        lots: lots.collect(),
        lost: device.lost(),
        ..described(device, &description)
    }
}

fn holds(keys: &[PublicKeyInfo], (name, public): &(KeyName, PublicKey)) -> bool {
    keys.iter().any(|key| key.name == *name && key.sm2() == Some(public))
}

/// A device that does not answer now: what it said of itself when it last did.
fn silent(device: &Device, wanted: &[Wanted]) -> HealthDevice {
    let lots = wanted.iter().map(|lot| HealthLot { session: lot.session.clone(), held: false });
    let known = device.custody().map(|custody| described(device, &custody.description()));
    let known = known.unwrap_or_else(|| HealthDevice {
        device: device.name.to_owned(),
        backend: None,
        name: None,
        hardware: None,
        lost: None,
        levels: Vec::new(),
        keys: 0,
        mechanisms: Vec::new(),
        software: Vec::new(),
        used_seconds: None,
        check: None,
        trouble: None,
        lots: Vec::new(),
    });
    HealthDevice { lots: lots.collect(), ..known }
}

fn described(device: &Device, description: &CustodyDescription) -> HealthDevice {
    let level = |purpose: KeyPurpose| HealthLevel {
        purpose: match purpose {
            KeyPurpose::Decrypt => "decrypt",
            KeyPurpose::SignSm2 => "sign-sm2",
            KeyPurpose::SignEd25519 => "sign-ed25519",
        }
        .to_owned(),
        zh: description.level(purpose).short_zh().to_owned(),
        en: description.level(purpose).short_en().to_owned(),
    };
    let name = description.device.as_ref().map(|it| {
        let parts = [&it.manufacturer, &it.model, &it.label, &it.serial];
        let parts = parts.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    });
    let backend = match description.backend {
        Backend::Soft => "soft",
        Backend::Pkcs11 => "pkcs11",
        Backend::Sdf => "sdf",
    };
    HealthDevice {
        device: device.name.to_owned(),
        backend: Some(backend.to_owned()),
        name,
        // SDF does not tell.
        hardware: description
            .device
            .as_ref()
            .filter(|_| description.backend == Backend::Pkcs11)
            .map(|it| it.hardware),
        lost: None,
        levels: KeyPurpose::ALL.map(level).into(),
        keys: 0,
        mechanisms: Vec::new(),
        software: Vec::new(),
        used_seconds: device.used_seconds(),
        check: device.last_check(),
        trouble: None,
        lots: Vec::new(),
    }
}

fn trouble(trouble: &Trouble) -> HealthTrouble {
    HealthTrouble { zh: trouble.zh.clone(), en: trouble.en.clone(), tamper: trouble.tamper }
}
