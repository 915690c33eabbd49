//! Documents printed by typst. Fonts take much memory: one document at a time.

use bidroom_report::fonts::FontSource;
use bidroom_report::paper::PaperData;
use bidroom_report::{Pdf, Pictures, Renderer, ReportError};

use crate::error::{Fault, fault};

/// Who prints.
static PRESS: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Prints something; waits for its turn. Blocks.
///
/// # Errors
/// A [`Fault`]: fonts are missing, or a template does not compile.
pub fn print(
    what: &str,
    render: impl FnOnce(&Renderer) -> Result<Pdf, ReportError>,
) -> Result<Vec<u8>, Fault> {
    // A panic elsewhere leaves nothing half done.
    let _turn = PRESS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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
