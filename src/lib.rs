//! coalmine: a terminal console for the engineer who watches a canary.

pub mod app;
pub mod backends;
pub mod config;
pub mod domain;
pub mod ports;
pub mod sim;
pub mod text;
