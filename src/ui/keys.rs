//! Crossterm's events become the console's keys. Only presses count.

use std::io;

use crossterm::event::{Event, EventStream, KeyCode as Code, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::StreamExt;

use crate::app::keymap::{Key, KeyCode};

/// What an event is to the console.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A key went down.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The size changed.
    Resize(u16, u16),
}

/// The stream of what the person does.
#[derive(Debug, Default)]
pub struct Inputs(EventStream);

impl Inputs {
    /// The next input; an error when the terminal cannot be read any more.
    pub async fn next(&mut self) -> io::Result<Input> {
        loop {
            match self.0.next().await {
                Some(Ok(event)) => {
                    if let Some(input) = read(event) {
                        return Ok(input);
                    }
                }
                Some(Err(error)) => return Err(error),
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }
}

/// Reads an event; `None` for what the console does not use.
fn read(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(columns, rows) => Some(Input::Resize(columns, rows)),
        _ => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    let code = match event.code {
        Code::Char(c) => KeyCode::Char(c),
        Code::F(n) => KeyCode::F(n),
        Code::Enter => KeyCode::Enter,
        Code::Esc => KeyCode::Esc,
        Code::Tab => KeyCode::Tab,
        Code::BackTab => KeyCode::BackTab,
        Code::Backspace => KeyCode::Backspace,
        Code::Delete => KeyCode::Delete,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::Left => KeyCode::Left,
        Code::Right => KeyCode::Right,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
        Code::Home => KeyCode::Home,
        Code::End => KeyCode::End,
        _ => return None,
    };
    Some(Key {
        code,
        ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
        alt: event.modifiers.contains(KeyModifiers::ALT),
    })
}
