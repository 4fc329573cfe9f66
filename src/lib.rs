//! coalmine: a terminal console for the engineer who watches a canary.

pub mod sim;
