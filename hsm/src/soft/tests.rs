//! The store on a disk that loses power: every step, every outcome the disk may leave.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::*;
use crate::disk::Disk;
use crate::error::ErrorKind;
use crate::name::Role;

const COST: DerivationCost = DerivationCost { memory_kib: 8, passes: 1, lanes: 1 };

fn secret() -> StoreSecret {
    StoreSecret::Passphrase("a passphrase".to_owned().into())
}

/// A disk in memory that keeps what was synced apart from what was not, and fails at a chosen step.
#[derive(Clone)]
struct Simulated(Arc<Mutex<Inner>>);

#[derive(Clone)]
struct Inner {
    /// Names as the running system sees them.
    names: BTreeMap<String, usize>,
    /// Names that survive a power cut.
    durable_names: BTreeMap<String, usize>,
    /// Content of every file ever made: as seen, and as it survives.
    files: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    steps: usize,
    /// The step, counted from 0, that fails, and all after it if the power went.
    fail_at: Option<usize>,
    power: bool,
}

/// What the disk did with changes that were not synced.
#[derive(Debug, Clone, Copy)]
enum Unsynced {
    /// Nothing of it survived.
    Lost,
    /// All of it did.
    Kept,
    /// Names survived, of contents the first half.
    NamesAndHalves,
    /// Names survived, contents are empty.
    NamesOnly,
}

const OUTCOMES: [Unsynced; 4] =
    [Unsynced::Lost, Unsynced::Kept, Unsynced::NamesAndHalves, Unsynced::NamesOnly];

impl Simulated {
    fn empty() -> Self {
        Self(Arc::new(Mutex::new(Inner {
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            files: Vec::new(),
            steps: 0,
            fail_at: None,
            power: false,
        })))
    }

    /// An independent disk with the same content.
    fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(self.0.lock().unwrap().clone())))
    }

    fn failing(&self, step: usize, power: bool) -> Self {
        let copy = self.copy();
        {
            let mut inner = copy.0.lock().unwrap();
            (inner.steps, inner.fail_at, inner.power) = (0, Some(step), power);
        }
        copy
    }

    /// The disk after the power came back.
    fn restarted(&self, unsynced: Unsynced) -> Self {
        let mut inner = self.0.lock().unwrap().clone();
        if matches!(unsynced, Unsynced::Lost) {
            inner.names = inner.durable_names.clone();
        }
        for (seen, durable) in &mut inner.files {
            if durable.as_ref() != Some(seen) {
                match unsynced {
                    Unsynced::Kept => {}
                    Unsynced::Lost | Unsynced::NamesOnly => *seen = durable.clone().unwrap_or_default(),
                    Unsynced::NamesAndHalves => seen.truncate(seen.len() / 2),
                }
            }
            *durable = Some(seen.clone());
        }
        inner.durable_names = inner.names.clone();
        (inner.fail_at, inner.power) = (None, false);
        Self(Arc::new(Mutex::new(inner)))
    }

    /// One changing step; it fails before or after having taken effect (`done`), which nobody can tell.
    fn step<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> io::Result<T> {
        let mut inner = self.0.lock().unwrap();
        let step = inner.steps;
        inner.steps += 1;
        match inner.fail_at {
            Some(at) if step == at || (inner.power && step > at) => Err(io::Error::other("no power")),
            _ => Ok(change(&mut inner)),
        }
    }

    fn steps(&self) -> usize {
        self.0.lock().unwrap().steps
    }

    fn open(&self) -> Result<SoftCustody, CustodyError> {
        SoftCustody::open_on(Box::new(self.clone()), None, &secret())
    }

    fn create(&self) -> Result<SoftCustody, CustodyError> {
        SoftCustody::create_on(Box::new(self.clone()), None, &secret(), COST)
    }
}

impl Disk for Simulated {
    fn directory(&self) -> &Path {
        Path::new("simulated")
    }

    fn read(&self, file: &str, _limit: u64) -> io::Result<Option<Vec<u8>>> {
        let inner = self.0.lock().unwrap();
        Ok(inner.names.get(file).map(|id| inner.files[*id].0.clone()))
    }

    fn write(&self, file: &str, bytes: &[u8]) -> io::Result<()> {
        // Two steps: the file is there, then half of it, then all.
        let id = self.step(|inner| match inner.names.get(file) {
            Some(id) => {
                inner.files[*id].0.clear();
                *id
            }
            None => {
                inner.files.push((Vec::new(), None));
                inner.names.insert(file.to_owned(), inner.files.len() - 1);
                inner.files.len() - 1
            }
        })?;
        self.step(|inner| inner.files[id].0.extend_from_slice(&bytes[..bytes.len() / 2]))?;
        self.step(|inner| inner.files[id].0.extend_from_slice(&bytes[bytes.len() / 2..]))
    }

    fn sync_file(&self, file: &str) -> io::Result<()> {
        self.step(|inner| {
            let id = inner.names[file];
            inner.files[id].1 = Some(inner.files[id].0.clone());
        })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.step(|inner| {
            let id = inner.names.remove(from).unwrap();
            inner.names.insert(to.to_owned(), id);
        })
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.step(|inner| inner.durable_names = inner.names.clone())
    }

    fn remove(&self, file: &str) -> io::Result<()> {
        self.step(|inner| {
            inner.names.remove(file);
        })
    }
}

fn names(custody: &SoftCustody) -> Vec<KeyName> {
    custody.keys().unwrap().into_iter().map(|info| info.name).collect()
}

const OLD: KeyName = KeyName::room(Role::Tender);
const NEW: KeyName = KeyName::room(Role::LogEd25519);

/// A synced store with one key.
fn filled() -> Simulated {
    let disk = Simulated::empty();
    disk.create().unwrap().create_key(&OLD, KeyPurpose::Decrypt).unwrap();
    disk.restarted(Unsynced::Lost)
}

/// Cuts the power at every step of `change` and checks what is found afterwards.
fn cut_everywhere(
    change: impl Fn(&SoftCustody) -> Result<(), CustodyError>,
    before: &[KeyName],
    after: &[KeyName],
) {
    let disk = filled();
    let opening = {
        let counted = disk.failing(usize::MAX, true);
        counted.open().unwrap();
        counted.steps()
    };
    let mut cut = 0;
    loop {
        let broken = disk.failing(opening + cut, true);
        let custody = broken.open().unwrap();
        let result = change(&custody);
        let acknowledged = result.is_ok();
        if !acknowledged {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Fault);
            assert_eq!(names(&custody), before, "what failed changed nothing in memory");
        }
        drop(custody);
        for outcome in OUTCOMES {
            let found = broken.restarted(outcome).open();
            let found = names(&found.unwrap_or_else(|error| panic!("step {cut}, {outcome:?}: {error}")));
            let allowed = found == after || (!acknowledged && found == before);
            assert!(allowed, "step {cut}, {outcome:?}: {found:?}");
        }
        if acknowledged {
            break;
        }
        cut += 1;
    }
    assert_eq!(cut, 6, "create, two writes, sync, rename, sync");
}

#[test]
fn a_key_is_there_or_not_whenever_the_power_goes() {
    let both = [OLD, NEW].into_iter().collect::<std::collections::BTreeSet<_>>();
    let both: Vec<_> = both.into_iter().collect();
    cut_everywhere(|custody| custody.create_key(&NEW, KeyPurpose::SignEd25519).map(drop), &[OLD], &both);
}

#[test]
fn a_key_is_gone_or_not_whenever_the_power_goes() {
    cut_everywhere(|custody| custody.destroy(&OLD), &[OLD], &[]);
}

#[test]
fn a_store_is_made_or_not_whenever_the_power_goes() {
    for cut in 0.. {
        let broken = Simulated::empty().failing(cut, true);
        let made = broken.create().is_ok();
        for outcome in OUTCOMES {
            let disk = broken.restarted(outcome);
            match disk.open() {
                Ok(custody) => assert_eq!(names(&custody), []),
                Err(CustodyError::Refused(Refusal::NoStore(_))) => {
                    assert!(!made);
                    disk.create().unwrap().create_key(&OLD, KeyPurpose::Decrypt).unwrap();
                    assert_eq!(names(&disk.open().unwrap()), [OLD]);
                }
                Err(other) => panic!("step {cut}, {outcome:?}: {other}"),
            }
        }
        if made {
            break;
        }
    }
}

/// A single step fails and the machine goes on: a full disk, say.
#[test]
fn a_failed_step_changes_nothing_or_stops_the_store() {
    let disk = filled();
    let opening = 1;
    for (step, recovers) in [(0, true), (1, true), (2, true), (3, true), (4, false), (5, false)] {
        let broken = disk.failing(opening + step, false);
        let custody = broken.open().unwrap();
        let error = custody.create_key(&NEW, KeyPurpose::SignEd25519).unwrap_err();
        assert!(matches!(error, CustodyError::Fault(Fault::Disk { .. })), "step {step}: {error}");
        assert_eq!(names(&custody), [OLD], "step {step}");
        let again = custody.create_key(&NEW, KeyPurpose::SignEd25519);
        if recovers {
            again.unwrap();
            assert_eq!(custody.self_check().unwrap(), 2);
        } else {
            for refused in [again.map(drop), custody.destroy(&OLD), custody.self_check().map(drop)] {
                assert!(matches!(refused, Err(CustodyError::Fault(Fault::Uncertain))), "step {step}");
            }
        }
        drop(custody);
        assert!(names(&broken.restarted(Unsynced::Kept).open().unwrap()).contains(&OLD), "step {step}");
    }
}

#[test]
fn a_costly_store_is_refused_before_memory_is_used() {
    for (memory_kib, passes, lanes) in
        [(u32::MAX, 1, 1), (64, u32::MAX, 1), (1 << 20, 1, 17), (8, 1, 2), (0, 0, 0)]
    {
        let cost = DerivationCost { memory_kib, passes, lanes };
        match SoftCustody::create_on(Box::new(Simulated::empty()), None, &secret(), cost) {
            Err(CustodyError::Refused(refusal)) => {
                assert_eq!(refusal, Refusal::DerivationCost { memory_kib, passes, lanes });
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("made with {cost:?}"),
        }
    }
}
