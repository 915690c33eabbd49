//! The test's side: a copy of a device library with contents and faults of its own.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::TempDir;

use crate::faults::{Fault, Faults};

/// A device library in a folder of its own.
pub struct Bench {
    folder: TempDir,
    library: PathBuf,
}

impl Bench {
    /// Copies the library `name` (as in `lib<name>.so`) and gives it contents.
    ///
    /// # Panics
    /// If the library was not built beside the test.
    pub fn new(name: &str, contents: &impl Serialize) -> Self {
        let folder = TempDir::new().unwrap();
        let file = format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let library = folder.path().join(&file);
        let built = built(&file);
        std::fs::copy(&built, &library).unwrap_or_else(|error| panic!("{}: {error}", built.display()));
        let bench = Self { folder, library };
        bench.fill(contents);
        bench.inject(&Faults::default());
        bench
    }

    /// The library.
    pub fn library(&self) -> &Path {
        &self.library
    }

    /// The folder it is in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Gives the device other contents; some devices read them again when they are reset.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn fill(&self, contents: &impl Serialize) {
        std::fs::write(beside(&self.library, "contents"), serde_json::to_vec(contents).unwrap()).unwrap();
    }

    /// From now on the device shows these faults, and no others.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn inject(&self, faults: &Faults) {
        // Renamed into place: the library must never read half a file.
        let fresh = self.folder.path().join("faults.new");
        std::fs::write(&fresh, serde_json::to_vec(faults).unwrap()).unwrap();
        std::fs::rename(fresh, beside(&self.library, "faults")).unwrap();
    }

    /// From now on one function fails.
    pub fn fail(&self, function: &str, code: u64) {
        self.inject(&Faults { faults: vec![Fault::always(function, code)], ..Faults::default() });
    }

    /// From now on a device is absent.
    pub fn remove(&self, device: &str) {
        self.inject(&Faults { removed: vec![device.to_owned()], ..Faults::default() });
    }

    /// From now on there are no faults.
    pub fn heal(&self) {
        self.inject(&Faults::default());
    }
}

/// `<library>.<what>.json`.
pub(crate) fn beside(library: &Path, what: &str) -> PathBuf {
    let mut name = library.as_os_str().to_owned();
    name.push(format!(".{what}.json"));
    PathBuf::from(name)
}

/// The library as cargo built it: with the test's other dependencies, one folder above or below where tests are.
fn built(file: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folders: Vec<PathBuf> = test
        .ancestors()
        .skip(1)
        .take(3)
        .flat_map(|folder| [folder.to_owned(), folder.join("deps")])
        .collect();
    let found = folders.iter().map(|folder| folder.join(file)).filter(|path| path.exists());
    let newest = found.max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok());
    newest.unwrap_or_else(|| panic!("{file} is not built; it is a dev-dependency of the test"))
}
