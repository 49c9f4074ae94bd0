//! Signals: questions put to the capture about a case, one a file, and the ordered table of them.

/// Signals of one group measure the same thing; only the strongest of a group counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Group {
    /// What the type and code say about the quoted protocol.
    Code,
    /// Who the reporter is.
    Emitter,
    /// How far away it is.
    Distance,
    /// How the quote and the outer header look.
    Quote,
    /// When the message came.
    Time,
    /// What the host, the port and the reporter did otherwise.
    Behaviour,
    /// Whether the message is real.
    Validity,
}

/// One answer that a signal may give.
#[derive(Debug)]
pub struct Reading {
    /// Its keyword in the `evidence` column.
    pub name: &'static str,
    /// What it says, in a sentence.
    pub meaning: &'static str,
    /// Log-likelihood ratio for each cause in decibans, in the order of [`Cause::ALL`](crate::verdict::Cause::ALL).
    pub weights: [i8; 8],
}

/// A question put to the capture, with its answers, their weights and its documentation.
#[derive(Debug)]
pub struct Signal {
    /// Its keyword in the `evidence` column.
    pub id: &'static str,
    /// What it measures.
    pub group: Group,
    /// The question.
    pub question: &'static str,
    /// Why the answer tells the causes apart.
    pub why: &'static str,
    /// When it gives no answer.
    pub silent: &'static str,
    /// Its possible answers.
    pub readings: &'static [Reading],
    /// Where the reason is laid down, or was measured.
    pub references: &'static str,
}

/// Every signal, in the order they are asked.
pub static SIGNALS: &[&Signal] = &[];
