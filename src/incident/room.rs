//! How much a tracker holds, and what there was no room for.

/// How much a tracker holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Cases open at once; beyond, those idle for longest are judged before the end.
    pub cases: usize,
    /// Incidents, those to come of open cases among them; once there are as many, messages that belong to no open case are judged
    /// together, whatever their targets and reporters.
    pub incidents: usize,
    /// Messages; later ones are judged with their incidents, but get no row of their own.
    pub messages: usize,
}

impl Default for Room {
    /// 16,384 cases and as many incidents, some sixty megabytes, and 524,288 messages, as much again where no store
    /// takes them.
    fn default() -> Self {
        Self { cases: 1 << 14, incidents: 1 << 14, messages: 1 << 19 }
    }
}

/// What there was no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shortage {
    /// Cases that were judged before the end.
    pub closed_early: u64,
    /// Messages that were judged together, whatever their targets and reporters.
    pub together: u64,
    /// Messages that are in no incident.
    pub left_out: u64,
    /// Messages without a row of their own, of incidents that have one.
    pub rows_left_out: u64,
}
