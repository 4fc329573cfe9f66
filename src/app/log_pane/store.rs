//! The ring of log lines: blocks of text in time order, bounded by lines and by bytes. It filters nothing.

use std::collections::VecDeque;

use crate::domain::Timestamp;

mod bits;
mod block;
mod limits;
mod line;
mod look;

pub use block::Bin;
pub(in crate::app::log_pane) use block::Block;
pub(in crate::app::log_pane) use block::{HIT, MARKED, PASSES};
pub use limits::Limits;
use line::OwnedLine;
pub use line::{LineView, NewLine};

/// Bytes of text after which a block takes no more lines at its end.
const BLOCK_TEXT: usize = 512 * 1024;
/// A block that late lines made this long, or whose text got this large, is cut in two.
const LONG: usize = 4096;
const LARGE: usize = 64 << 20;
/// Log groups that are told apart.
const GROUPS: usize = 255;

/// A line, named so that it is found again whatever comes and goes around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    block: u64,
    line: usize,
}

impl Place {
    /// Bits of a number that count the lines of a block, which has far fewer.
    const BITS: u32 = 24;

    /// It as a number.
    pub fn number(self) -> u64 {
        (self.block << Self::BITS) | (self.line as u64 & ((1 << Self::BITS) - 1))
    }

    /// The place of this number.
    pub fn of(number: u64) -> Self {
        Self {
            block: number >> Self::BITS,
            line: (number & ((1 << Self::BITS) - 1)) as usize,
        }
    }
}

/// Where a line stands at the moment; later ones are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub(super) block: usize,
    pub(super) line: usize,
}

/// The ring.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) blocks: VecDeque<Block>,
    limits: Limits,
    len: usize,
    bytes: usize,
    forgotten: u64,
    made: u64,
    /// The newest block in view while the view stands still; nothing is put before its end then.
    sealed: Option<u64>,
    groups: Vec<String>,
    /// The same in small letters.
    lower: Vec<String>,
    /// Places that go on naming their lines.
    pub(super) pins: [Option<Place>; 3],
}

impl Store {
    /// An empty ring.
    pub fn new(limits: Limits) -> Self {
        Self {
            blocks: VecDeque::new(),
            limits,
            len: 0,
            bytes: 0,
            forgotten: 0,
            made: 0,
            sealed: None,
            groups: Vec::new(),
            lower: Vec::new(),
            pins: [None; 3],
        }
    }

    /// Lines that are kept.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes that they take in memory.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How much is kept at most.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Lines that were here and are gone.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// The log groups that lines came from, by number; the configured ones first.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// The same in small letters.
    pub(super) fn lower_groups(&self) -> &[String] {
        &self.lower
    }

    /// The number of a group, which it keeps.
    pub fn group(&mut self, name: &str) -> u8 {
        let known = self.groups.iter().position(|group| group == name);
        let number = known.unwrap_or_else(|| {
            if self.groups.len() < GROUPS {
                self.groups.push(name.to_owned());
                self.lower.push(name.to_lowercase());
            }
            self.groups.len() - 1
        });
        number as u8
    }

    /// The line at a spot.
    pub fn line(&self, spot: Spot) -> Option<LineView<'_>> {
        self.blocks.get(spot.block)?.line(spot.line)
    }

    /// The name of a spot's line.
    pub fn place(&self, spot: Spot) -> Option<Place> {
        let block = self.blocks.get(spot.block)?;
        Some(Place {
            block: block.uid,
            line: spot.line,
        })
    }

    /// Where a line stands now, if it is still here.
    pub fn spot(&self, place: Place) -> Option<Spot> {
        let block = self.blocks.iter().rposition(|b| b.uid == place.block)?;
        let spot = Spot {
            block,
            line: place.line,
        };
        (place.line < self.blocks.get(block)?.len()).then_some(spot)
    }

    /// The spot behind the newest line that is in view.
    pub fn end(&self) -> Spot {
        let block = match self.sealed {
            None => self.blocks.len(),
            Some(uid) => self
                .blocks
                .iter()
                .rposition(|block| block.uid == uid)
                .map_or(0, |block| block + 1),
        };
        Spot { block, line: 0 }
    }

    /// Lines behind the end of the view.
    pub fn unseen(&self) -> usize {
        let end = self.end().block;
        self.blocks.iter().skip(end).map(Block::len).sum()
    }

    /// From here on nothing is put before or between what is here.
    pub fn seal(&mut self) {
        self.sealed = Some(self.blocks.back().map_or(0, |block| block.uid));
    }

    /// Lines may go to their place in time again; those that could not are put there now.
    pub fn unseal(&mut self) {
        let end = self.end().block;
        self.sealed = None;
        let Some(seen) = end.checked_sub(1).and_then(|last| self.blocks.get(last)) else {
            return self.evict(self.limits, 0);
        };
        let newest = seen.last_at();
        let before = Timestamp::from_millis(newest.as_millis().saturating_sub(1));
        let mut late: Vec<(OwnedLine, u8)> = Vec::new();
        let mut emptied = 0;
        for block in self.blocks.iter_mut().skip(end) {
            let lines = block.up_to(before);
            if lines == 0 {
                break;
            }
            emptied += usize::from(lines == block.len());
            let bytes = block.bytes();
            block.take_front(lines, |line, flags| late.push((OwnedLine::of(line), flags)));
            self.bytes = (self.bytes + block.bytes()).saturating_sub(bytes);
            self.len -= lines;
        }
        for block in self.blocks.drain(end..end + emptied) {
            self.bytes = self.bytes.saturating_sub(block.bytes());
        }
        for (line, flags) in late {
            let spot = self.put(&line.as_new(), line.group);
            if flags & MARKED != 0 {
                self.set_marked(spot, true);
            }
            if let Some(block) = self.blocks.get_mut(spot.block) {
                // It goes through the filter and the search again with its new neighbours.
                (block.filter, block.search) = (0, 0);
            }
        }
        self.evict(self.limits, 0);
    }

    /// Forgets the oldest beyond the limits and puts a line at its place in time. Answers where it stands.
    pub fn push(&mut self, line: &NewLine<'_>) -> Spot {
        let group = self.group(line.group);
        let limits = if self.sealed.is_some() {
            self.limits.while_paused()
        } else {
            self.limits
        };
        self.evict(limits, 1);
        self.put(line, group)
    }

    fn put(&mut self, line: &NewLine<'_>, group: u8) -> Spot {
        let index = self.target(line);
        let Some(block) = self.blocks.get_mut(index) else {
            return Spot::default();
        };
        let before = if block.len() == 0 { 0 } else { block.bytes() };
        let place = block.put(line, group);
        let (uid, is_last) = (block.uid, place + 1 == block.len());
        self.bytes = (self.bytes + block.bytes()).saturating_sub(before);
        self.len += 1;
        if !is_last {
            for pin in self.pins.iter_mut().flatten() {
                if pin.block == uid && pin.line >= place {
                    pin.line += 1;
                }
            }
        }
        Spot {
            block: index,
            line: place,
        }
    }

    /// The block that a line belongs into; it is made where there is none.
    fn target(&mut self, line: &NewLine<'_>) -> usize {
        let from = if self.sealed.is_some() {
            self.end().block
        } else {
            0
        };
        let last = self
            .blocks
            .len()
            .checked_sub(1)
            .filter(|last| *last >= from);
        let newest = last.and_then(|last| self.blocks.get(last));
        match (last, newest) {
            (Some(last), Some(block)) if block.last_at() <= line.at => {
                let room = block.len() < self.limits.block() && block.text_len() < BLOCK_TEXT;
                if room && !block.is_crowded() && block.reaches(line.at) {
                    return last;
                }
                let text = block.text_len();
                self.open(text)
            }
            (Some(_), _) => self.among(from, line.at),
            (None, _) => self.open(0),
        }
    }

    /// Begins a new block at the end.
    fn open(&mut self, text: usize) -> usize {
        if let Some(last) = self.blocks.back_mut() {
            let before = last.bytes();
            last.close();
            self.bytes = (self.bytes + last.bytes()).saturating_sub(before);
        }
        self.made += 1;
        // What grew beyond its reserve would leave holes of its size behind.
        let reserve = text + text / 8;
        self.blocks.push_back(Block::new(self.made, reserve));
        self.blocks.len() - 1
    }

    /// The block of a line that is not the newest; one that is too long is cut in two first.
    fn among(&mut self, from: usize, at: Timestamp) -> usize {
        let find = |blocks: &VecDeque<Block>| {
            let (mut low, mut high) = (from, blocks.len());
            while low < high {
                let middle = low.midpoint(high);
                if blocks.get(middle).is_some_and(|b| b.last_at() <= at) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low.min(blocks.len().saturating_sub(1))
        };
        let index = find(&self.blocks);
        let Some(block) = self.blocks.get(index) else {
            return index;
        };
        if !block.reaches(at) {
            // It lies weeks before the others.
            self.made += 1;
            self.blocks.insert(index, Block::new(self.made, 0));
            return index;
        }
        let many = block.len() >= LONG || block.text_len() >= LARGE || block.is_crowded();
        if !many || block.len() < 2 {
            return index;
        }
        self.cut(index);
        find(&self.blocks)
    }

    fn cut(&mut self, index: usize) {
        self.made += 1;
        let uid = self.made;
        let Some(block) = self.blocks.get_mut(index) else {
            return;
        };
        let (early, middle, before) = (block.uid, block.len() / 2, block.bytes());
        let late = block.split_off(middle, uid);
        self.bytes = (self.bytes + block.bytes() + late.bytes()).saturating_sub(before);
        self.blocks.insert(index + 1, late);
        if self.sealed == Some(early) {
            self.sealed = Some(uid);
        }
        for pin in self.pins.iter_mut().flatten() {
            if pin.block == early && pin.line >= middle {
                (pin.block, pin.line) = (uid, pin.line - middle);
            }
        }
    }

    /// Lets whole blocks go until there is room for so many lines.
    fn evict(&mut self, limits: Limits, room: usize) {
        while self.len + room > limits.lines || self.bytes > limits.bytes {
            let Some(block) = self.blocks.pop_front() else {
                break;
            };
            self.len -= block.len();
            self.bytes = self.bytes.saturating_sub(block.bytes());
            self.forgotten += block.len() as u64;
        }
    }
}
