//! The wall.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::Model;

use super::theme::Theme;

/// Draws the screen.
pub(super) fn draw(_frame: &mut Frame<'_>, _area: Rect, _model: &Model, _theme: &Theme) {}
