//! A terminal too small for the console: what cannot wait, and the two keys that always count.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::keymap::Action;

use super::paint::Row;
use super::proofs::{self, Phase};
use super::theme::{Role, Theme};
use super::verdict;

/// Draws exposure, verdict and keys, then that there is too little room.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let environment = &model.spec.environment;
    let badge = if environment.is_prod() {
        Role::Prod
    } else {
        Role::Stage
    };
    let (mark, role) = verdict::look(model.verdict.decision);
    let exposed = match (model.exposure.effective, model.exposure.desired) {
        (Some(effective), _) if effective.settling => format!("≤ {}", effective.at_most),
        (Some(effective), _) => effective.at_most.to_string(),
        (None, Some(desired)) => format!("{desired} desired"),
        (None, None) => "exposure unknown".to_owned(),
    };
    let (phase, phase_role) = match proofs::phase(model) {
        Phase::StillExposed => ("STILL EXPOSED", Role::Bad),
        Phase::NotExposed => ("NOT EXPOSED", Role::Good),
        Phase::ExposedAt | Phase::Unseen | Phase::Settled => ("exposed", Role::Canary),
    };
    let size = format!(
        "{}x{} is too small, 40x10 is the least",
        area.width, area.height
    );
    let rows = [
        Row::new().put(
            format!("{mark} {}", model.verdict.decision.word()),
            theme.style(role),
        ),
        Row::new().put(format!("{phase} {exposed}"), theme.style(phase_role)),
        Row::new()
            .put(model.keymap.key_of(Action::Disable), theme.style(Role::Key))
            .put(" disable  ", theme.style(Role::Text))
            .put(model.keymap.key_of(Action::Quit), theme.style(Role::Key))
            .put(" quit", theme.style(Role::Text)),
        Row::new()
            .put(environment.0.to_uppercase(), theme.style(badge))
            .gap(1)
            .put(&model.spec.name, theme.style(Role::Text)),
        Row::new().put(size, theme.style(Role::Faint)),
    ];
    for (row, line) in rows.into_iter().zip(area.rows()) {
        row.draw(frame, line);
    }
}
