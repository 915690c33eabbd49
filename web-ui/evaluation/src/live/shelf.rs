//! What may be read: asked for again whenever that may have changed.

use std::sync::Arc;

use bidroom_domain::evaluation::Stage;
use bidroom_web_ui::live::http;
use bidroom_wire::{BidDocuments, DocumentSide};
use leptos::prelude::*;

use super::{Desk, Known};

/// What decides which documents may be read: the stage, the bids that stand, how many blind numbers were drawn, whether the blind was
/// lifted, whether the member signed the commitment.
pub(super) type OnShelf = (Stage, Vec<u32>, u32, bool, bool);

/// Blind numbers among what may be read, ascending as the room lists them.
pub(super) fn blind_numbers(bids: &[BidDocuments]) -> Vec<u32> {
    let blind = bids.iter().filter(|bid| bid.side == DocumentSide::Blind);
    blind.map(|bid| bid.number).collect()
}

impl Desk {
    /// Asks which documents may be read, when that may have changed.
    pub(super) fn look_at_shelf(self, known: &Known) {
        let state = &known.state;
        let committed = state.member(known.me).is_some_and(|member| member.is_ready());
        let standing = state.standing_bids().collect();
        let shelf: OnShelf =
            (state.stage, standing, state.blind.drawn, state.blind.lifted.is_some(), committed);
        let changed = self.inner.try_update_value(|inner| {
            let changed = inner.shelf.as_ref() != Some(&shelf);
            inner.shelf = Some(shelf.clone());
            changed
        });
        if changed != Some(true) {
            return;
        }
        leptos::task::spawn_local(async move {
            let asked = http::get::<Vec<BidDocuments>>(&self.path("/bids"), self.token().as_deref()).await;
            // What was asked for later is answered for itself.
            if self.inner.with_value(|inner| inner.shelf.as_ref() != Some(&shelf)) {
                return;
            }
            match asked {
                Ok(bids) => self.take_bids(bids),
                // Asked again with the next change, or when the page is loaded again.
                Err(error) => {
                    self.inner.update_value(|inner| inner.shelf = None);
                    self.tell(error.problem());
                }
            }
        });
    }

    fn take_bids(self, bids: Vec<BidDocuments>) {
        let blind = blind_numbers(&bids);
        self.bids.set(Arc::new(bids));
        if self.known.with_untracked(|known| known.as_ref().is_some_and(|known| known.blind != blind)) {
            self.known.set(self.known_now().map(Arc::new));
        }
    }
}
