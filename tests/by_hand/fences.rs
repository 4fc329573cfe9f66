//! The fenced blocks of a Markdown page, wherever they stand in lists. It runs nothing.

/// A fenced block.
#[derive(Clone, Debug)]
pub(crate) struct Fence {
    /// Its language.
    pub(crate) language: String,
    /// Its text without the indentation of the list that it stands in.
    pub(crate) text: String,
    /// The line of the page where it begins, from 1.
    pub(crate) at: usize,
    /// The title of the section that it stands in.
    pub(crate) section: String,
}

/// Every fence, in order.
pub(crate) fn fences(page: &str) -> Result<Vec<Fence>, String> {
    let mut found: Vec<Fence> = Vec::new();
    let mut section = String::new();
    let mut open: Option<(usize, Fence)> = None;
    for (at, line) in page.lines().enumerate() {
        let bare = line.trim_start();
        let fence = bare.strip_prefix("```");
        match (open.take(), fence) {
            (None, Some(language)) => {
                let fence = Fence {
                    language: language.to_owned(),
                    text: String::new(),
                    at: at + 1,
                    section: section.clone(),
                };
                open = Some((line.len() - bare.len(), fence));
            }
            (None, None) => {
                if line.starts_with('#') {
                    line.trim_start_matches('#').trim().clone_into(&mut section);
                }
            }
            (Some((_, fence)), Some("")) => found.push(fence),
            (Some((indent, mut fence)), _) => {
                let inside = line.get(indent..).unwrap_or(bare);
                fence.text.push_str(inside);
                fence.text.push('\n');
                open = Some((indent, fence));
            }
        }
    }
    match open {
        Some((_, fence)) => Err(format!("line {}: the fence is not closed", fence.at)),
        None => Ok(found),
    }
}
