//! What things are called in the simulated system, and the ids of its sessions. Nothing here has behaviour.

use std::fmt;

/// The flag document of production.
pub const PARAMETER: &str = "/audio-transcription/partial-results/config";
/// The flag document of the development stage.
pub const PARAMETER_DEV: &str = "/audio-transcription/dev/partial-results/config";
/// The flag document of the staging stage, named after the same pattern.
pub const PARAMETER_STAGING: &str = "/audio-transcription/staging/partial-results/config";
/// The function that processes audio in production.
pub const FUNCTION: &str = "audio-processor";
/// Its twin in the development stage.
pub const FUNCTION_DEV: &str = "audio-processor-dev";
/// Where the production function logs.
pub const GROUP: &str = "/aws/lambda/audio-processor";
/// Where the development function logs.
pub const GROUP_DEV: &str = "/aws/lambda/audio-processor-dev";
/// The namespace of the service's own metrics.
pub const NAMESPACE: &str = "AudioTranscription/PartialResults";
/// The alias that production traffic goes through in the alias trap.
pub const ALIAS: &str = "live";

const ADJECTIVES: [&str; 24] = [
    "golden", "silver", "amber", "brave", "calm", "clever", "crimson", "eager", "gentle", "happy",
    "hidden", "jolly", "lively", "lucky", "mellow", "noble", "proud", "quick", "quiet", "rapid",
    "shiny", "sunny", "swift", "wise",
];
const ANIMALS: [&str; 24] = [
    "eagle", "otter", "badger", "beaver", "bison", "crane", "dolphin", "falcon", "ferret", "finch",
    "fox", "gecko", "heron", "ibis", "koala", "lynx", "marten", "orca", "panda", "puffin", "raven",
    "robin", "seal", "tiger",
];

/// A session's id, such as `golden-eagle-427`, in four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionId {
    adjective: u8,
    animal: u8,
    number: u16,
}

impl SessionId {
    /// People who come back every few minutes, so that a runbook which names one of them finds something.
    pub const REGULARS: [Self; 4] = [
        Self::of(0, 0, 427),
        Self::of(0, 0, 729),
        Self::of(0, 0, 100),
        Self::of(0, 1, 248),
    ];

    const fn of(adjective: u8, animal: u8, number: u16) -> Self {
        Self {
            adjective,
            animal,
            number,
        }
    }

    /// An id made from the bits of one random draw.
    pub fn draw(bits: u64) -> Self {
        let adjective = (bits & 0xffff) % ADJECTIVES.len() as u64;
        let animal = ((bits >> 16) & 0xffff) % ANIMALS.len() as u64;
        let number = 100 + ((bits >> 32) & 0xffff) % 900;
        Self::of(adjective as u8, animal as u8, number as u16)
    }

    /// Writes the id without allocating.
    pub fn write(self, out: &mut String) {
        out.push_str(
            ADJECTIVES
                .get(usize::from(self.adjective))
                .copied()
                .unwrap_or("lost"),
        );
        out.push('-');
        out.push_str(
            ANIMALS
                .get(usize::from(self.animal))
                .copied()
                .unwrap_or("lemming"),
        );
        out.push('-');
        for power in [100, 10, 1] {
            out.push(char::from(b'0' + (self.number / power % 10) as u8));
        }
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(24);
        self.write(&mut text);
        f.write_str(&text)
    }
}
