//! The embedded simulator: a loopback HTTP server that speaks the AWS wire protocols over a small, seeded world.
//! It knows no AWS SDK and shares no codec with one: a client that agrees with it has been checked by it.

pub mod aws;
pub mod clock;
pub mod cloudwatch;
pub mod faults;
pub mod lambda;
pub mod logs;
pub mod server;
pub mod ssm;
pub mod sts;
pub mod wire;
pub mod world;
