//! Commands without a screen: one file a family. They print results on stdout and messages on stderr.

pub mod config;
pub mod sim;
