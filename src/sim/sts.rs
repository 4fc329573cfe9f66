//! Who the caller is, as the simulated account sees it.
