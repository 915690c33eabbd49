//! The room and its list of sessions.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::HttpResponse;
use actix_web::web::Data;
use bidroom_domain::{LotFacts, SessionId};
use bidroom_wire::{RoomInfo, SessionSummary, SignedClock};

use super::json;
use crate::app::App;
use crate::error::Fault;
use crate::http::Failure;
use crate::http::extract::TheApp;
use crate::room::Snapshot;

/// A signed clock is given out again for so long: a device signs a few hundred times a second, a flood asks more often.
const FRESH_MILLIS: i64 = 200;

/// The last signed clock.
#[derive(Debug, Default)]
pub struct LastClock(Mutex<Option<SignedClock>>);

impl LastClock {
    fn fresh(&self, app: &App) -> Option<SignedClock> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        last.filter(|last| (0..FRESH_MILLIS).contains(&app.now().millis_since(last.at)))
    }

    async fn signed(self: Arc<Self>, app: Arc<App>) -> Result<SignedClock, Failure> {
        if let Some(fresh) = self.fresh(&app) {
            return Ok(fresh);
        }
        let signed = tokio::task::spawn_blocking(move || {
            // Those who waited for the lock take what the first one got.
            let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let now = app.now();
            if let Some(fresh) =
                last.as_ref().filter(|last| (0..FRESH_MILLIS).contains(&now.millis_since(last.at)))
            {
                return Ok(fresh.clone());
            }
            let clock = app.signer.clock(now, app.clock.quality())?;
            *last = Some(clock.clone());
            Ok::<_, Fault>(clock)
        });
        Ok(signed.await.map_err(|_| Fault::Stopping)??)
    }
}

/// What a list says of a session: nothing of bids.
pub fn summary(session: &SessionId, snapshot: &Snapshot) -> Option<SessionSummary> {
    let lot: &LotFacts = snapshot.state.lot.as_ref()?;
    Some(SessionSummary {
        session: session.clone(),
        tender: lot.tender.clone(),
        title: lot.title.clone(),
        lot: lot.lot,
        deadline: lot.deadline,
        phase: snapshot.state.phase,
        drill: lot.drill,
    })
}

/// `GET /api/v1/room`.
///
/// # Errors
/// A [`Failure`].
pub async fn room(app: TheApp, last: Data<LastClock>) -> Result<HttpResponse, Failure> {
    let clock = last.into_inner().signed(app.clone().into_inner()).await?;
    let mut sessions: Vec<SessionSummary> =
        app.rooms.list().iter().filter_map(|(id, snapshot)| summary(id, snapshot)).collect();
    sessions.sort_by(|a, b| (b.deadline, &a.session).cmp(&(a.deadline, &b.session)));
    let about = app.clone();
    let custody = tokio::task::spawn_blocking(move || about.custody_views()).await;
    let custody = custody.map_err(|_| Fault::Stopping)?;
    Ok(json(&RoomInfo {
        centre: app.config.centre.clone(),
        room: app.config.room.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock,
        keys: app.signer.keys().clone(),
        custody,
        sessions,
        drill: app.config.drill,
        demo: app.demo.get().cloned(),
    }))
}
