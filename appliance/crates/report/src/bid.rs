//! A bidder's documents for a demonstration: the letter with its annexes, and the technical response.
//!
//! Owns: the data both documents are written from. Must not know how a bid is sealed, nor where prices come from.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::moment::{Moment, UtcOffsetMinutes};

/// The most products, parameters or schedule fields of one bid.
pub const MAX_ELEMENTS: usize = 500;

/// What a bidder's documents say.
///
/// The text around the data is chosen by `seed` among several wordings, orders of chapters and layouts, as documents of
/// different firms differ. The same data gives the same document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidDocument {
    /// Whether this belongs to a drill: every page then says so.
    pub drill: bool,
    /// The time zone the date is printed in.
    pub utc_offset_minutes: UtcOffsetMinutes,
    /// The document's date; also the PDF's date.
    pub dated: Moment,
    /// Chooses wording, order and layout.
    pub seed: u32,
    /// What the bid answers.
    pub tender: Answered,
    /// Who bids.
    pub bidder: Bidder,
    /// The price.
    pub price: crate::record::Price,
    /// The other fields of the schedule (开标一览表), in order.
    pub schedule: Vec<Field>,
    /// Days the bid stays valid.
    pub validity_days: u32,
    /// What is offered.
    pub products: Vec<Product>,
    /// The technical requirements and what is offered for each.
    pub parameters: Vec<Parameter>,
}

/// The tender and lot a bid answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The tender's number.
    pub number: String,
    /// The tender's title.
    pub title: String,
    /// The lot as it is called.
    pub lot: String,
    /// The purchaser.
    pub purchaser: String,
    /// The agency; empty where there is none.
    pub agency: String,
}

/// The bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bidder {
    /// The firm's name.
    pub name: String,
    /// Its unified social credit code.
    pub credit_code: String,
    /// Its address.
    pub address: String,
    /// Its telephone number.
    pub phone: String,
    /// Its legal representative (法定代表人).
    pub legal_representative: String,
    /// Who signs for it (授权代表).
    pub representative: String,
    /// Its project manager (项目负责人).
    pub manager: String,
}

/// A field of the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name, such as 交货期.
    pub label: String,
    /// Its value.
    pub value: String,
    /// Its unit; may be empty.
    pub unit: String,
}

/// A position of the offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// Its model.
    pub model: String,
    /// Its maker.
    pub maker: String,
    /// How many.
    pub quantity: u32,
    /// Of what, such as 台.
    pub unit: String,
    /// The price of one in yuan, in figures.
    pub unit_price: String,
    /// The price of all in yuan, in figures.
    pub total: String,
}

/// A technical requirement and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it is about.
    pub item: String,
    /// What the tender document asks for.
    pub required: String,
    /// What is offered.
    pub offered: String,
    /// Better, equal or worse than asked.
    pub deviation: Deviation,
}

/// How an offer differs from the requirement (偏离).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deviation {
    /// Better (正偏离).
    Better,
    /// As asked (无偏离).
    Equal,
    /// Worse (负偏离).
    Worse,
}

/// A list is longer than a bid's documents may have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{list} 有 {found} 项，最多 {MAX_ELEMENTS} 项 / {list} has {found} elements, at most {MAX_ELEMENTS}")]
pub struct BidTooLong {
    /// The field.
    pub list: &'static str,
    /// Its elements.
    pub found: usize,
}

impl BidDocument {
    /// Checks what the types alone cannot say.
    pub(crate) fn check(&self) -> Result<(), BidTooLong> {
        for (list, found) in [
            ("schedule", self.schedule.len()),
            ("products", self.products.len()),
            ("parameters", self.parameters.len()),
        ] {
            if found > MAX_ELEMENTS {
                return Err(BidTooLong { list, found });
            }
        }
        Ok(())
    }
}
