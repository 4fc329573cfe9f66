//! The AWS SDK and local files behind the ports. SDK types end here.

pub mod aws;
pub mod caller;
pub mod clock;
pub mod error;
pub mod json_file;
pub mod ssm;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod fixtures;
