//! What things on screen are for, with their names in a theme file. It knows no colour.

/// What a thing on screen is for. Code names roles, never colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// What everything lies on.
    Backdrop,
    /// Ordinary text.
    Text,
    /// The number or word that matters most.
    Strong,
    /// Text that explains.
    Muted,
    /// Text that is there when looked for.
    Faint,
    /// What stands out without meaning good or bad.
    Accent,
    /// Titles on borders.
    Title,
    /// Borders and rules.
    Border,
    /// The border of what has the keyboard.
    Focus,
    /// The selected row.
    Selection,
    /// All is well.
    Good,
    /// Look here.
    Warn,
    /// Act.
    Bad,
    /// Not known.
    Unknown,
    /// Hold: neither good nor bad.
    Hold,
    /// Treated sessions, and exposure.
    Canary,
    /// Sessions that are not treated.
    Control,
    /// Sparklines and the line of a chart.
    Spark,
    /// Limits in a chart.
    Limit,
    /// The key to press.
    Key,
    /// A block that must not be overlooked.
    Danger,
    /// The environment's name, when it is production.
    Prod,
    /// The environment's name, when it is another one.
    Stage,
    /// A rehearsal against the simulator.
    Rehearsal,
    /// A line being typed.
    Input,
    /// The edge of text from outside, which that text cannot draw itself.
    Gutter,
    /// A line that goes.
    Removed,
    /// A line that comes.
    Added,
    /// What was searched for.
    Match,
    /// The first of several log groups; the others follow.
    Group1,
    /// The second.
    Group2,
    /// The third.
    Group3,
    /// The fourth.
    Group4,
    /// The fifth.
    Group5,
    /// The sixth; the seventh looks like the first again.
    Group6,
}

/// Every role with its name in a theme file, in the order of [`Role`].
pub const ROLES: [(Role, &str); 35] = [
    (Role::Backdrop, "backdrop"),
    (Role::Text, "text"),
    (Role::Strong, "strong"),
    (Role::Muted, "muted"),
    (Role::Faint, "faint"),
    (Role::Accent, "accent"),
    (Role::Title, "title"),
    (Role::Border, "border"),
    (Role::Focus, "focus"),
    (Role::Selection, "selection"),
    (Role::Good, "good"),
    (Role::Warn, "warn"),
    (Role::Bad, "bad"),
    (Role::Unknown, "unknown"),
    (Role::Hold, "hold"),
    (Role::Canary, "canary"),
    (Role::Control, "control"),
    (Role::Spark, "spark"),
    (Role::Limit, "limit"),
    (Role::Key, "key"),
    (Role::Danger, "danger"),
    (Role::Prod, "prod"),
    (Role::Stage, "stage"),
    (Role::Rehearsal, "rehearsal"),
    (Role::Input, "input"),
    (Role::Gutter, "gutter"),
    (Role::Removed, "removed"),
    (Role::Added, "added"),
    (Role::Match, "match"),
    (Role::Group1, "group1"),
    (Role::Group2, "group2"),
    (Role::Group3, "group3"),
    (Role::Group4, "group4"),
    (Role::Group5, "group5"),
    (Role::Group6, "group6"),
];

/// Roles that draw lines, not text: nobody reads them.
pub(super) const LINES: [Role; 3] = [Role::Border, Role::Limit, Role::Gutter];
