//! An audit: every file read once, every row judged.

use std::collections::BTreeMap;

use crm::{RecordKind, SourceName};
use decisions::Rules;
use jiff::Timestamp;

use crate::{
    accounts::Accounts,
    audited::{Audited, OfKind},
    cases::Cases,
    cell::People,
    close_dates,
    error::AuditError,
    events::{Events, Log},
    export::Export,
    file_audit::FileAudit,
    findings::Findings,
    judging::Causes,
    layout::{EventKind, Layout, Layouts},
    metrics::Counted,
    names::Names,
    plan::Plan,
    questions::Questions,
    reading::Shared,
    report::Report,
    seen::Seen,
    table::{STAGE, Table, source_of},
    tally::Tally,
    unread::Unread,
};

/// Judges the records of some exports as they stand at an instant.
///
/// The rows are read once, in the order of the files, those of accounts first. `progress` is told now and then how
/// many rows were read.
///
/// # Errors
/// If a file has no layout, a layout does not fit its file or the model, a file cannot be read, or the findings
/// cannot be written.
pub fn audit(
    rules: &Rules,
    exports: &[Export],
    layouts: &Layouts,
    now: Timestamp,
    findings: &mut Findings<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Report, AuditError> {
    let chosen = chosen(exports, layouts)?;
    let source = source_of(&rules.model)?;
    let people = People::of(&rules.model, source.clone());
    let mut auditing = Auditing {
        rules,
        now,
        source,
        people,
        unread: Unread::default(),
        accounts: None,
        events: Events::default(),
        kinds: BTreeMap::new(),
        rows: 0,
    };
    for (export, layout) in of_accounts(&chosen) {
        auditing.read_accounts(export, layout)?;
    }
    let mut made = Vec::new();
    for (export, kind, layout) in &chosen {
        if let Some(event) = layout.event {
            let tells = is_all(&chosen, *kind, export) && layout.columns.contains_key(STAGE);
            let mut cases = (event == EventKind::StageMove && tells).then(Cases::default);
            auditing.read_events(export, *kind, event, (layout, cases.as_mut()))?;
            if let Some(cases) = cases {
                let (cases, how) = cases.export(export, *kind, layout)?;
                made.push((cases, *kind, how));
            }
        }
    }
    for (export, kind, layout) in chosen {
        if layout.event.is_none() && auditing.is_judged(kind) {
            auditing.judge(export, kind, layout, findings, progress)?;
        }
    }
    for (export, kind, layout) in &made {
        // The rows of a log were counted when it was read.
        let rows = auditing.rows;
        auditing.judge(export, *kind, layout, findings, &mut |_| {})?;
        auditing.rows = rows;
    }
    findings.finish()?;
    Ok(Report::of(rules, auditing.finish(now), findings))
}

fn chosen<'a>(
    exports: &'a [Export],
    layouts: &'a Layouts,
) -> Result<Vec<(&'a Export, RecordKind, &'a Layout)>, AuditError> {
    let mut chosen = Vec::new();
    for export in exports {
        let layout = layouts
            .files
            .get(export.name())
            .ok_or_else(|| AuditError::Unfit {
                file: export.name().to_owned(),
                what: "the mapping does not say how it is read".to_owned(),
                fix: "add it below `files`, or have one proposed with --guess".to_owned(),
            })?;
        if let Some(kind) = layout.record {
            chosen.push((export, kind, layout));
        }
    }
    if chosen.is_empty() {
        return Err(AuditError::Nothing(
            "no file of these has records: say in the mapping what a row is, with `record: opportunity`".to_owned(),
        ));
    }
    Ok(chosen)
}

fn of_accounts<'a>(
    chosen: &[(&'a Export, RecordKind, &'a Layout)],
) -> impl Iterator<Item = (&'a Export, &'a Layout)> {
    let accounts = chosen
        .iter()
        .filter(|(_, kind, layout)| *kind == RecordKind::Account && layout.event.is_none());
    accounts.map(|(export, _, layout)| (*export, *layout))
}

/// Whether a log of moves is all that tells of records of a kind.
fn is_all(chosen: &[(&Export, RecordKind, &Layout)], kind: RecordKind, log: &Export) -> bool {
    let of_kind = chosen.iter().filter(|(_, it, _)| *it == kind);
    let mut others = of_kind.filter(|(export, ..)| export.name() != log.name());
    // Of two logs neither tells by itself where a record stands in the end.
    others.all(|(_, _, layout)| layout.event.is_some_and(|it| it != EventKind::StageMove))
}

struct Auditing<'a> {
    rules: &'a Rules,
    now: Timestamp,
    source: SourceName,
    people: People,
    unread: Unread,
    accounts: Option<Accounts>,
    events: Events,
    kinds: BTreeMap<RecordKind, OfKind>,
    rows: u64,
}

impl Auditing<'_> {
    fn read_accounts(&mut self, export: &Export, layout: &Layout) -> Result<(), AuditError> {
        if self.accounts.is_some() {
            return Err(AuditError::Unfit {
                file: export.name().to_owned(),
                what: "it is a second file of accounts".to_owned(),
                fix: "put all accounts into one file".to_owned(),
            });
        }
        let accounts = Accounts::read(self.rules, export, layout, &mut self.unread)?;
        self.rows += accounts.rows;
        self.accounts = Some(accounts);
        Ok(())
    }

    fn read_events(
        &mut self,
        export: &Export,
        kind: RecordKind,
        event: EventKind,
        (layout, cases): (&Layout, Option<&mut Cases>),
    ) -> Result<(), AuditError> {
        let mut rows = export.rows(layout)?;
        let headings = rows.byte_headers().map_err(|why| export.unreadable(&why))?;
        let table = Table::of(self.rules, export.name(), kind, layout, headings)?;
        let log = Log {
            export,
            event,
            table: &table,
            layout,
        };
        self.rows += self
            .events
            .read(&log, &self.people, self.now, &mut self.unread, cases)?;
        Ok(())
    }

    /// Accounts are read for what belongs to them; they are judged only if the model has deviations of theirs.
    fn is_judged(&self, kind: RecordKind) -> bool {
        let mut deviations = self.rules.model.deviations.values();
        kind != RecordKind::Account || deviations.any(|it| it.record == kind)
    }

    fn judge(
        &mut self,
        export: &Export,
        kind: RecordKind,
        layout: &Layout,
        findings: &mut Findings<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), AuditError> {
        let (rules, now) = (self.rules, self.now);
        let of_kind = self.kinds.entry(kind).or_insert_with(|| {
            let questions = Questions::of(rules, kind, now);
            let plan = Plan::of(rules, kind, &questions.asks, now);
            OfKind {
                tally: Tally::of(&questions, plan.inputs.len()),
                causes: Causes::default(),
                owners: Names::default(),
                seen: Seen::default(),
                close_dates: close_dates::Counted::default(),
                metrics: questions.metrics.iter().map(Counted::of).collect(),
                questions,
                plan,
            }
        });
        let shared = Shared {
            rules,
            now,
            source: &self.source,
            people: &self.people,
            accounts: self.accounts.as_ref(),
            events: &self.events,
        };
        let before = self.rows;
        let mut told = |rows| progress(before + rows);
        let file = FileAudit::of(
            shared,
            export,
            kind,
            layout,
            of_kind,
            &mut self.unread,
            findings,
        );
        let rows = file.run(&mut told)?;
        // The rows of accounts were counted when they were read.
        if kind != RecordKind::Account {
            self.rows += rows;
        }
        Ok(())
    }

    fn finish(self, now: Timestamp) -> Audited {
        Audited {
            now,
            rows: self.rows,
            unread: self.unread,
            accounts: self.accounts.map(|it| (it.rows, it.doubled)),
            kinds: self.kinds,
        }
    }
}
