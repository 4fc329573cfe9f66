//! Themes of the user's own: read, inherited, edited, broken, taken away.
