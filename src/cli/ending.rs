//! How a run ends, and the exit status that says so.

use std::io;
use std::process::ExitCode;

use crate::capture;
use crate::report::OutputError;

/// How a run ended. Where several hold, the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    /// Every input was read whole.
    Whole,
    /// `--fail-on` found something.
    Found,
    /// Some input was damaged, cut short or unreadable.
    Damaged,
    /// Usage error, or no input could be read at all.
    NothingRead,
    /// An output could not be written.
    NotWritten,
    /// Not permitted.
    NotPermitted,
}

impl Ending {
    /// Every ending, by exit status.
    pub(super) const ALL: [Self; 6] =
        [Self::Whole, Self::Found, Self::NothingRead, Self::Damaged, Self::NotPermitted, Self::NotWritten];

    /// What its exit status says.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Whole => "every input was read whole",
            Self::Found => "--fail-on found something",
            Self::NothingRead => "usage error, or nothing could be read",
            Self::Damaged => "some input was damaged or unreadable; the results are complete for the rest",
            Self::NotPermitted => "not permitted",
            Self::NotWritten => "an output could not be written",
        }
    }

    /// The exit status.
    pub(super) fn status(self) -> u8 {
        match self {
            Self::Whole => 0,
            Self::Found => 1,
            Self::NothingRead => 2,
            Self::Damaged => 3,
            Self::NotPermitted => 4,
            Self::NotWritten => 5,
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(ending.status())
    }
}

/// What keeps a command from its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// What was asked for does not exist.
    #[error("{0}")]
    Usage(String),
    /// No input could be read.
    #[error(transparent)]
    Capture(#[from] capture::Error),
    /// An interface could not be opened.
    #[error(transparent)]
    Live(#[from] capture::LiveError),
    /// No interface was ever up.
    #[error("nothing was heard: {0}")]
    Unheard(String),
    /// An output file could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Standard output could not be written.
    #[error("standard output cannot be written: {0}")]
    StandardOutput(io::Error),
    /// Rows were lost on the way to the outputs.
    #[error("{0}")]
    Rows(String),
    /// The system refused something that should always work.
    #[error("{0}")]
    System(io::Error),
}

impl Failure {
    /// How the run ends for it.
    pub(super) fn ending(&self) -> Ending {
        match self {
            Self::Live(capture::LiveError::NotPermitted { .. }) => Ending::NotPermitted,
            Self::Output(_) | Self::StandardOutput(_) | Self::Rows(_) => Ending::NotWritten,
            Self::Usage(_) | Self::Capture(_) | Self::Live(_) | Self::Unheard(_) | Self::System(_) => {
                Ending::NothingRead
            }
        }
    }

    /// The lines that tell it: one for each input that could not be read.
    pub(super) fn lines(&self) -> Vec<String> {
        match self {
            Self::Capture(capture::Error::Unreadable(problems)) => problems.iter().map(ToString::to_string).collect(),
            other => vec![other.to_string()],
        }
    }
}
