//! Ready methods, to start a tender document from. Each is also an example of the format.

/// A ready method.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// Its id, which is that in the file.
    pub id: &'static str,
    /// The file.
    pub json: &'static str,
}

macro_rules! ready {
    ($($id:literal),* $(,)?) => {
        &[$(Ready { id: $id, json: include_str!(concat!("../catalogue/", $id, ".json")) }),*]
    };
}

/// All ready methods.
pub const READY: &[Ready] = ready![
    "gp-goods-comprehensive",
    "gp-services-comprehensive",
    "gp-services-fixed-price",
    "gp-goods-lowest-price",
    "consultation-goods",
    "consultation-services",
    "engineering-mean",
    "engineering-trimmed-share-drawn",
    "engineering-weighted-ceiling-drawn",
    "engineering-second-mean-reduction",
    "engineering-lowest-price",
];

/// The ready method of this id.
pub fn find(id: &str) -> Option<Ready> {
    READY.iter().copied().find(|ready| ready.id == id)
}
