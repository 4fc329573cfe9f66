//! How much the ring keeps. It lets nothing go.

/// Lines of a block, where the ring is large.
const LONGEST: usize = 1024;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Lines.
    pub lines: usize,
    /// Bytes of memory.
    pub bytes: usize,
}

impl Limits {
    /// So many lines, and memory for lines of an ordinary length.
    pub fn of(lines: usize) -> Self {
        let lines = lines.max(1);
        Self {
            lines,
            bytes: lines.saturating_mul(256).max(8 << 20),
        }
    }

    /// While the view stands still more is kept before what is in it goes.
    pub(super) fn while_paused(self) -> Self {
        Self {
            lines: self.lines.saturating_add(self.lines.min(200_000)),
            bytes: self.bytes.saturating_add(self.bytes.min(50 << 20)),
        }
    }

    pub(super) fn block(self) -> usize {
        (self.lines / 32).clamp(1, LONGEST)
    }
}
