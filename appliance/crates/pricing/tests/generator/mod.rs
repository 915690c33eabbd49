//! Lots made up from a seed: ready methods with other numbers, and bids of all kinds of fates. No floats here either.

mod bids;
mod method;

pub use bids::bids;
pub use method::method;

use bidroom_pricing::catalogue::READY;
use bidroom_pricing::{Bids, Method, Outcome, Purpose, Refusal, WaitingKind, evaluate};
use serde_json::{Value, json};

/// A random source that is the same everywhere (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `least` to `most`, both included.
    pub fn within(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }

    /// True in so many of a hundred throws.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.next() % 100 < chance
    }

    pub fn one_of<T: Clone>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.next() % values.len() as u64).unwrap()].clone()
    }

    pub fn shuffled<T>(&mut self, mut values: Vec<T>) -> Vec<T> {
        for last in (1..values.len()).rev() {
            values.swap(last, usize::try_from(self.within(0, last as u64)).unwrap());
        }
        values
    }
}

/// `1234`, 2 → `"12.34"`.
pub fn decimal(units: u64, decimals: u32) -> String {
    let scale = 10u64.pow(decimals);
    if decimals == 0 {
        return units.to_string();
    }
    format!("{}.{:0width$}", units / scale, units % scale, width = decimals as usize)
}

/// One lot: method, bids, and what came of them.
pub struct Generated {
    pub method: Value,
    pub bids: Value,
    pub result: Result<Outcome, Refusal>,
}

impl Generated {
    /// What comes of these.
    pub fn of(method: Value, bids: Value) -> Self {
        let result = run(&method, &bids);
        Self { method, bids, result }
    }

    /// As a line for another implementation.
    pub fn line(&self) -> String {
        let (outcome, error) = (self.result.as_ref().ok(), self.result.as_ref().err());
        serde_json::to_string(&Line { method: &self.method, bids: &self.bids, outcome, error }).unwrap()
    }
}

#[derive(serde::Serialize)]
struct Line<'a> {
    method: &'a Value,
    bids: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'a Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Refusal>,
}

/// Reads both and evaluates.
pub fn run(method: &Value, bids: &Value) -> Result<Outcome, Refusal> {
    let method = Method::from_json(&serde_json::to_vec(method).unwrap())?;
    let bids = Bids::from_json(&serde_json::to_vec(bids).unwrap())?;
    evaluate(&method, &bids)
}

/// The lot of this number: each ready method in turn. Where the outcome asks for a draw among equal bids, it is drawn in
/// three of four.
pub fn lot(seed: u64, number: u64) -> Generated {
    let mut dice = Dice::new(seed.wrapping_mul(0x0100_0000_01b3).wrapping_add(number));
    let ready = READY[usize::try_from(number % READY.len() as u64).unwrap()];
    let method = method(&mut dice, serde_json::from_str(ready.json).unwrap());
    let bids = bids(&mut dice, &method);
    let mut generated = Generated::of(method, bids);
    for _ in 0..2 {
        let Ok(outcome) = &generated.result else { break };
        let choices = draws_needed(&mut dice, outcome);
        if choices.is_empty() || dice.percent(25) {
            break;
        }
        let mut bids = generated.bids.clone();
        let mut all = bids["choices"].as_array().cloned().unwrap_or_default();
        all.extend(choices);
        bids["choices"] = all.into();
        let next = Generated::of(generated.method.clone(), bids);
        // A draw may change who is equal; then it was not needed and stays out.
        if next.result.is_err() {
            break;
        }
        generated = next;
    }
    generated
}

fn draws_needed(dice: &mut Dice, outcome: &Outcome) -> Vec<Value> {
    let mut needed: Vec<(Purpose, Vec<String>)> = outcome
        .waiting
        .iter()
        .filter(|waiting| waiting.kind == WaitingKind::SameBrandDraw)
        .map(|waiting| (Purpose::SameBrand, waiting.bids.clone()))
        .collect();
    if needed.is_empty() {
        let equal = outcome.candidates.chunk_by(|a, b| a.place == b.place).filter(|group| group.len() > 1);
        needed.extend(
            equal.map(|group| (Purpose::EqualCandidates, group.iter().map(|c| c.bid.clone()).collect())),
        );
    }
    needed
        .into_iter()
        .map(|(purpose, bids)| json!({ "purpose": purpose, "order": dice.shuffled(bids) }))
        .collect()
}
