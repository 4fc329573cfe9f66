//! The AWS SDK and local files behind the ports. SDK types end here.

pub mod aws;
pub mod clock;
pub mod cloudwatch;
pub mod error;
pub mod journal_file;
pub mod logs;
