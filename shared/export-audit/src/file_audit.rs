//! One file, row by row.

use crm::RecordKind;
use decisions::Facts;

use crate::{
    audited::OfKind,
    belongs::Belonging,
    columns::Columns,
    error::AuditError,
    export::Export,
    findings::Findings,
    judging::Judging,
    layout::Layout,
    reading::{Reading, Shared},
    row::blank,
    table::Table,
    unread::{Unread, line_of},
};

/// After how many rows the progress is told.
const TOLD_EVERY: u64 = 50_000;

/// One file that is judged.
pub(crate) struct FileAudit<'a, 'w> {
    shared: Shared<'a>,
    export: &'a Export,
    kind: RecordKind,
    layout: &'a Layout,
    of_kind: &'a mut OfKind,
    unread: &'a mut Unread,
    findings: &'a mut Findings<'w>,
}

impl<'a, 'w> FileAudit<'a, 'w> {
    pub(crate) const fn of(
        shared: Shared<'a>,
        export: &'a Export,
        kind: RecordKind,
        layout: &'a Layout,
        of_kind: &'a mut OfKind,
        unread: &'a mut Unread,
        findings: &'a mut Findings<'w>,
    ) -> Self {
        Self {
            shared,
            export,
            kind,
            layout,
            of_kind,
            unread,
            findings,
        }
    }

    /// Reads all rows, and says how many could be read.
    pub(crate) fn run(self, progress: &mut dyn FnMut(u64)) -> Result<u64, AuditError> {
        let Shared { rules, people, .. } = self.shared;
        let mut rows = self.export.rows(self.layout)?;
        let cannot = |why: csv::Error| self.export.unreadable(&why);
        let headings = rows.byte_headers().map_err(cannot)?.clone();
        let file = self.export.name();
        let table = Table::of(rules, file, self.kind, self.layout, &headings)?;
        let blank = blank(self.shared.source, self.kind)?;
        let facts = Facts::of(rules, &blank, self.shared.now);
        let joined = self.shared.joined(&table);
        let OfKind {
            questions,
            plan,
            tally,
            causes,
            owners,
            seen,
            metrics,
            close_dates,
        } = self.of_kind;
        let mut columns = Columns::of(plan, &table, &joined, people, facts, self.unread);
        let counts = columns.counts(plan, &table, &joined);
        let absent = columns.absent(plan);
        tally.has_columns(plan, &absent);
        let judging = Judging::new(rules, questions, plan, &counts, absent, self.shared.now);
        let of_kind = (&*questions, causes, owners);
        let mut reading = Reading::new(self.shared, file, &table, &blank, of_kind, judging);
        let mut belonging = Belonging::default();
        let mut read = 0;
        loop {
            let next = belonging.next(&mut rows, &table, joined.accounts);
            let Some((row, account)) = next.map_err(cannot)? else {
                break;
            };
            if let Some(line) = self.export.line(read) {
                let mut place = csv::Position::new();
                place.set_line(line);
                row.set_position(Some(place));
            }
            let Some(id) = self.unread.id(file, row, &table) else {
                continue;
            };
            read += 1;
            if !seen.is_new(id) {
                tally.doubled(id, line_of(row));
            }
            if read % TOLD_EVERY == 0 {
                progress(read);
            }
            let counting = (&mut *tally, &mut *self.unread, &mut *self.findings);
            reading.row(
                (row, id, account),
                &mut columns,
                counting,
                (&mut *metrics, &mut *close_dates),
            )?;
        }
        progress(read);
        Ok(read)
    }
}
