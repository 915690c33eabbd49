//! The bidder's tool: seal, inspect, unlock, verify.
