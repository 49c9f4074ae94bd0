//! What a cell is ordered by.

use std::net::IpAddr;

use super::Cell;

/// What a cell is ordered by: numbers and addresses by their values, words by their letters, lists by their items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Number(u64),
    Signed(i64),
    Address(IpAddr),
    Text(Box<str>),
    List(Box<[Option<Key>]>),
}

impl Key {
    /// That of a cell; nothing where it is empty. The cells of a column are of one kind.
    pub(super) fn of(cell: &Cell<'_>) -> Option<Self> {
        Some(match cell {
            Cell::Empty => return None,
            Cell::Integer(number) => Self::Number(*number),
            Cell::Thousandths(number) => Self::Signed(*number),
            Cell::Boolean(value) => Self::Number(u64::from(*value)),
            Cell::Time(time) => Self::Signed(time.0),
            Cell::Address(address) => Self::Address(*address),
            Cell::Ports(first, _) => Self::Number(u64::from(*first)),
            Cell::Keyword(_)
            | Cell::Text(_)
            | Cell::CommunityId(_)
            | Cell::Candidate(..)
            | Cell::Evidence(..)
            | Cell::Tally(..) => Self::Text(cell.to_text().into()),
            Cell::List(list) => {
                let mut keys = Vec::new();
                list.each(|item| keys.push(Self::of(item)));
                if keys.is_empty() {
                    return None;
                }
                Self::List(keys.into())
            }
        })
    }

    /// Bytes that it takes beside its own.
    pub(super) fn bytes_elsewhere(&self) -> usize {
        /// Bytes that memory which is asked for takes beyond, about.
        const BEYOND: usize = 16;
        match self {
            Self::Number(_) | Self::Signed(_) | Self::Address(_) => 0,
            Self::Text(text) => text.len() + BEYOND,
            Self::List(keys) => {
                let elsewhere: usize = keys.iter().flatten().map(Self::bytes_elsewhere).sum();
                size_of_val(&**keys) + elsewhere + BEYOND
            }
        }
    }
}
