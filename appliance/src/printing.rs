//! Documents printed by typst. Fonts take much memory: one document at a time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bidroom_report::fonts::FontSource;
use bidroom_report::paper::PaperData;
use bidroom_report::{Pdf, Pictures, Renderer, ReportError};

use crate::error::{Fault, fault};

/// Who prints.
static PRESS: Mutex<()> = Mutex::new(());
/// Printed documents that are kept: each of a committee's members reads one.
const MOST_KEPT: usize = 24;

/// Prints something; waits for its turn. Blocks.
///
/// # Errors
/// A [`Fault`]: fonts are missing, or a template does not compile.
pub fn print(
    what: &str,
    render: impl FnOnce(&Renderer) -> Result<Pdf, ReportError>,
) -> Result<Vec<u8>, Fault> {
    // A panic elsewhere leaves nothing half done.
    let _turn = PRESS.lock().unwrap_or_else(PoisonError::into_inner);
    printed(what, render)
}

/// Prints; the press is taken.
fn printed(what: &str, render: impl FnOnce(&Renderer) -> Result<Pdf, ReportError>) -> Result<Vec<u8>, Fault> {
    let renderer = Renderer::new(FontSource::System).map_err(|error| fault("fonts", &error))?;
    Ok(render(&renderer).map_err(|error| fault(what, &error))?.0)
}

/// Prints a document of an evaluation.
///
/// # Errors
/// As [`print`].
pub fn print_paper(id: &str, paper: &PaperData, pictures: &Pictures) -> Result<Vec<u8>, Fault> {
    print(id, |renderer| renderer.render_paper(paper, pictures))
}

/// Documents that were printed a moment ago: who reads one asks for it in parts.
#[derive(Default)]
pub struct Printed {
    last: Mutex<VecDeque<(PaperData, Arc<[u8]>)>>,
}

impl core::fmt::Debug for Printed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Printed").finish_non_exhaustive()
    }
}

impl Printed {
    /// Prints a document, or gives the copy of it that is there. Blocks.
    ///
    /// # Errors
    /// As [`print`].
    pub fn paper(&self, id: &str, paper: &PaperData, pictures: &Pictures) -> Result<Arc<[u8]>, Fault> {
        let kept = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let found = || kept().iter().find(|(known, _)| known == paper).map(|(_, bytes)| bytes.clone());
        if let Some(bytes) = found() {
            return Ok(bytes);
        }
        let _turn = PRESS.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have had it printed while this one waited.
        if let Some(bytes) = found() {
            return Ok(bytes);
        }
        let bytes: Arc<[u8]> = printed(id, |renderer| renderer.render_paper(paper, pictures))?.into();
        let mut last = kept();
        last.push_back((paper.clone(), bytes.clone()));
        while last.len() > MOST_KEPT {
            last.pop_front();
        }
        Ok(bytes)
    }
}
