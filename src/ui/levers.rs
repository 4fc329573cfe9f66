//! stub
use ratatui::{Frame, layout::Rect};
use crate::app::Model;
use super::Theme;
pub(super) fn draw(_f: &mut Frame<'_>, _a: Rect, _m: &Model, _t: &Theme) {}
