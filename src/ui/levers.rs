//! stub
use super::Theme;
use crate::app::Model;
use ratatui::{Frame, layout::Rect};
pub(super) fn draw(_f: &mut Frame<'_>, _a: Rect, _m: &Model, _t: &Theme) {}
