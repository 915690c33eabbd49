//! `bidroom similarity`: the similarity analysis 雷同性分析 over folders of opened bids; all of it is in its crate.

pub use bidroom_similarity::cli::{SimilarityArguments, run};
