//! Pairing: the helper waits for a page that types its code, or was started by a page's link.

use std::sync::Arc;

use bidroom_wire::bridge::{Ended, LONGEST_WAIT, Peer, grouped};

use super::keep::Keep;
use super::link::PairLink;
use super::pause::{Pause, Wait};
use super::sheet::{Window, WindowError};
use super::words::Tongue;
use crate::client::{Client, ClientError};

/// Failures of the network in a row, after which waiting for a page is given up.
const FAILURES: u32 = 40;

/// A pairing that was made.
#[derive(Debug, Clone)]
pub struct Paired {
    /// The helper's end.
    pub end: Client,
    /// The code that both show.
    pub code: String,
}

/// Why there is no pairing.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// The room.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The window.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// The holder said that it was not the holder's page.
    #[error("the holder did not agree to the pairing")]
    Declined,
    /// The page ended it before it began.
    #[error("the page ended the pairing ({0:?})")]
    Ended(Ended),
}

/// Shows a code, and another one when its time is over, until a page has typed it; then asks whether that was the holder.
/// `said` is told each code, for a terminal.
///
/// # Errors
/// [`PairError`].
pub async fn pair_by_code(
    client: &Client,
    address: &str,
    window: &dyn Window,
    tongue: Tongue,
    pause: &Arc<dyn Pause>,
    said: &(dyn Fn(&str) + Sync),
) -> Result<Paired, PairError> {
    loop {
        let (end, offer) = client.bridge_offer().await?;
        let code = grouped(&offer.code);
        said(&code);
        let mut sheet = tongue.waiting(address);
        sheet.code = Some(code.clone());
        let came = {
            let coming = somebody_comes(&end, pause);
            tokio::pin!(coming);
            tokio::select! {
                came = &mut coming => came?,
                closed = window.show(&sheet) => {
                    closed?;
                    // Closing the window ends nothing: the holder may have written the code down.
                    coming.await?
                }
            }
        };
        if !came {
            continue;
        }
        let mut sheet = tongue.claimed(address);
        sheet.code = Some(code);
        return agreed(end, offer.code, window.ask(&sheet).await).await;
    }
}

/// Comes with a link's token, and asks whether the code is the one on the page. An address that was never used before is
/// marked, and remembered once the holder has agreed.
///
/// # Errors
/// [`PairError`].
pub async fn pair_by_link(
    client: &Client,
    link: &PairLink,
    window: &dyn Window,
    tongue: Tongue,
    keep: Option<&Keep>,
) -> Result<Paired, PairError> {
    let known = keep.is_some_and(|keep| keep.knows(&link.room));
    let (end, offer) = client.bridge_accept(&link.token).await?;
    let mut sheet = tongue.compare(&link.room, known);
    sheet.code = Some(grouped(&offer.code));
    let paired = agreed(end, offer.code, window.ask(&sheet).await).await?;
    if let Some(keep) = keep {
        keep.remember(&link.room);
    }
    Ok(paired)
}

async fn agreed(end: Client, code: String, said: Result<bool, WindowError>) -> Result<Paired, PairError> {
    let refused = match said {
        Ok(true) => return Ok(Paired { end, code }),
        Ok(false) => PairError::Declined,
        Err(error) => error.into(),
    };
    // If the room does not hear it, the pairing ends by itself.
    drop(end.bridge_end().await);
    Err(refused)
}

/// Whether a page came; otherwise the code's time is over.
async fn somebody_comes(end: &Client, pause: &Arc<dyn Pause>) -> Result<bool, PairError> {
    let mut failures = 0;
    loop {
        match end.bridge_heard(0, LONGEST_WAIT).await {
            Ok(heard) => match (heard.ended, heard.peer) {
                (Some(Ended::Late), _) => return Ok(false),
                (Some(ended), _) => return Err(PairError::Ended(ended)),
                (None, Peer::Here | Peer::Away) => return Ok(true),
                (None, Peer::Awaited) => failures = 0,
            },
            // The room was started anew: a new code is due.
            Err(error) if error.code() == Some("no_pairing") => return Ok(false),
            Err(error @ ClientError::Network { .. }) => {
                failures += 1;
                if failures >= FAILURES {
                    return Err(error.into());
                }
                pause.wait(Wait::Network(failures)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}
