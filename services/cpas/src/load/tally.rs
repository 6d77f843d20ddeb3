//! What a load came to.

use std::fmt;

/// Counts of one kind of thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub read: u64,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub rejected: u64,
    /// Events outside all areas of the mission.
    pub outside: u64,
}

/// Counts of everything that was loaded, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    rows: Vec<(&'static str, Tally)>,
}

impl Report {
    /// Adds the counts of one kind.
    pub fn push(&mut self, kind: &'static str, tally: Tally) {
        self.rows.push((kind, tally));
    }

    /// The counts of one kind.
    pub fn of(&self, kind: &str) -> Option<Tally> {
        self.rows.iter().find(|(own, _)| *own == kind).map(|(_, tally)| *tally)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<14}{:>10}{:>10}{:>10}{:>11}{:>10}", "", "read", "added", "changed", "unchanged", "rejected")?;
        for (kind, tally) in &self.rows {
            let Tally { read, added, changed, unchanged, rejected, outside } = tally;
            write!(f, "{kind:<14}{read:>10}{added:>10}{changed:>10}{unchanged:>11}{rejected:>10}")?;
            match outside {
                0 => writeln!(f)?,
                outside => writeln!(f, "   ({outside} outside the mission's areas left out)")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_table_with_a_line_for_each_kind() {
        let mut report = Report::default();
        report.push("areas", Tally { read: 17, added: 17, ..Tally::default() });
        report.push("events", Tally { read: 61_296, added: 940, outside: 60_356, ..Tally::default() });
        let text = report.to_string();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains("(60356 outside the mission's areas left out)"), "{text}");
        assert_eq!(report.of("areas").map(|tally| tally.added), Some(17));
        assert_eq!(report.of("targets"), None);
    }
}
