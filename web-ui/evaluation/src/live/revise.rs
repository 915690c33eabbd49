//! Going back to verdicts that were handed in, until the bid is concluded.

use std::sync::Arc;

use bidroom_domain::evaluation::Review;
use leptos::prelude::*;

use super::{Desk, Known};
use crate::model::{own_verdicts, verdicts};

impl Desk {
    /// Goes back to the verdicts that the member gave on a bid, to revise them. What it gave is what it starts from.
    pub fn revise(self, review: Review, bid: u32) {
        let Some(known) = self.known.get_untracked() else { return };
        if let Some(given) = own_verdicts(&known.state, review, bid, known.me) {
            self.write(|draft| draft.take_up(review, bid, given));
        }
        self.aside.set(false);
        self.revises.set(Some((review, bid)));
    }

    /// The bid on which the member revises its verdicts, while it may.
    pub fn revising(self) -> Option<(Review, u32)> {
        let (review, bid) = self.revises.get()?;
        let may = |known: &Arc<Known>| {
            verdicts(known.sight(), review).into_iter().any(|it| it.bid == bid && it.may_revise)
        };
        self.known.with(|known| known.as_ref().is_some_and(may)).then_some((review, bid))
    }
}
