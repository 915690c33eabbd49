//! Blind numbers: the room draws them by itself as soon as they are due.
//!
//! What is due follows from the state alone, so it is the same after a start, and once it was done there is nothing left to do.

use bidroom_domain::Actor as Party;
use bidroom_domain::evaluation::{Command, numbers_due};
use bidroom_domain::opening::{self, decide};

use super::ActError;
use super::actor::Actor;

impl Actor {
    /// Draws blind numbers for bids that are scored and have none. What does not go is tried again with the next tick; until then
    /// members are told that numbers come first.
    pub(super) fn draw_numbers(&mut self) {
        if !self.is_settled() {
            return;
        }
        let Some((_, of)) = numbers_due(&self.state) else { return };
        let at = self.now();
        let custodian = self.parts.custodian.clone();
        let value = self.until_known(&[], || custodian.draw(&self.session, at, of.clone()));
        let drawn = value.map_err(ActError::from).and_then(|value| {
            let command = opening::Command::Evaluate(Box::new(Command::NumberBlind { value }.unsigned()));
            let events = decide(&self.state, &Party::Room, command, at)?;
            self.commit(&Party::Room, events, &[], at)
        });
        let why = drawn.err().map(|error| error.to_string());
        if let Some(why) = why.as_ref().filter(|why| self.undrawn.as_ref() != Some(*why)) {
            tracing::warn!(session = %self.session, why, "blind numbers were not drawn; tried again every second");
        }
        self.undrawn = why;
    }
}
