//! coalmine: a terminal console for the engineer who watches a canary and has to take it back at 3 a.m.
//!
//! It shows how many users are exposed, whether they are being hurt, and it takes them off again with one key.
//!
//! # The map
//!
//! ```text
//!          main  launch  cli  config          parse, choose console | demo | headless, print the error
//!                  |           |
//!              headless     runtime ------ ui            ratatui and crossterm only in ui
//!                  |           |            |
//!                  |          app <---------+            what happened -> what to do; std, serde and domain only
//!                  v           v
//!                ports -----> domain                     what a rollout is and how it is judged; pure
//!                  ^
//!               backends ----------------- sim           AWS SDKs only in backends; sim is an HTTP server that knows no SDK
//!
//!             flag_client                                what a service embeds: knows ports and domain, any backend fits
//! ```
//!
//! `config` knows of `app` the keymap alone: which keys and actions there are.
//! `tests/architecture.rs` reads the sources and fails on an arrow that is not drawn here.
//!
//! # One key press
//!
//! `D` -> [`ui::keys`] makes a [`app::Key`] -> [`runtime`] wraps it as [`app::Msg::Pressed`] -> [`app::update()`] looks it up in
//! [`app::keymap::KEYMAP`] by the scopes that are open -> [`domain::plan`] makes a plan -> a lowering becomes
//! [`app::Effect::Submit`] at once, a raise opens a dialog and sends nothing -> [`runtime::Executor`] writes the intent down,
//! durably, and only then asks [`ports::Lever::apply`] -> [`backends::ssm`] calls AWS -> [`app::Msg::Settled`] -> journal,
//! exposure clock, redraw.
//!
//! # What never happens
//!
//! 1. `update` never awaits, never reads a clock, never fails; `now` is a parameter everywhere.
//! 2. Nothing draws but `ui`; nothing in `ui` changes the model.
//! 3. Nothing changes the world but [`runtime::Executor`], which refuses every write of a read-only console in one place.
//! 4. No write goes out without the revision that it saw; a conflict is a screen, not a retry.
//! 5. No order is sent before its journal entry is durable.
//! 6. A missing or stale sample is never good news: it is unknown, and unknown never promotes.
//! 7. No text from outside becomes a span without [`text::sanitize`].
//! 8. The demo has no code path of its own: only the endpoint and the clock differ.
//!
//! # Where do I add ...
//!
//! | what | where |
//! |---|---|
//! | a store for flags | one file in [`backends`] that implements [`ports::Lever`], one line in `backends::connect` |
//! | a signal, a rule, a stage | the configuration |
//! | a gate of raises | [`domain::rollout`] |
//! | a command | its grammar in [`cli`], a file in [`headless`] over [`runtime::Session`], a line in `launch::commands` |
//! | a key | one row of [`app::keymap::KEYMAP`] and one arm of `app::update` |
//! | a theme | a file in `themes/`, one line in [`ui`]'s `theme/shipped` |
//! | a verb of the `:` line | one row of [`app::update::VERBS`] |
//! | a screen | a variant of [`app::model::Screen`] and a file in [`ui`] |
//! | a simulated AWS operation | the service's file in [`sim`] |
//! | a scenario | [`sim::world`] |

pub mod app;
pub mod backends;
pub mod cli;
pub mod config;
pub mod domain;
pub mod flag_client;
pub mod headless;
pub mod launch;
pub mod ports;
pub mod runtime;
pub mod sim;
pub mod text;
pub mod ui;
