//! One row after the other: judged, counted, and its findings given away.

use std::cell::OnceCell;

use crm::{FieldRef, Record, RecordKind, SourceName, Value};
use decisions::{Rules, columns::Input};
use jiff::Timestamp;
use model::DeviationRule;

use crate::{
    accounts::Accounts,
    belongs::{Belongs, named},
    cell::{self, People},
    close_dates,
    columns::Columns,
    error::AuditError,
    events::Events,
    findings::{Finding, Findings},
    joined::Joined,
    judging::{Causes, Judging, YES},
    metrics::{Counted, Told, Ways},
    names::Names,
    plan::{FIRST_DEVIATION, OPEN, SEGMENT},
    questions::Questions,
    row::Row,
    table::{Cell, Table},
    tally::{Slice, Tally},
    unread::{Unread, line_of},
};

/// What all files of an audit share.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) now: Timestamp,
    pub(crate) source: &'a SourceName,
    pub(crate) people: &'a People,
    pub(crate) accounts: Option<&'a Accounts>,
    pub(crate) events: &'a Events,
}

impl<'a> Shared<'a> {
    /// What the other files tell of the records of this one. Accounts belong to none.
    pub(crate) fn joined(&self, table: &Table) -> Joined<'a> {
        Joined {
            accounts: self.accounts.filter(|_| table.kind != RecordKind::Account),
            events: self.events.of(table),
        }
    }
}

/// What is needed to judge a row.
pub(crate) struct Reading<'a, 'k> {
    shared: Shared<'a>,
    file: &'a str,
    table: &'a Table,
    blank: &'a Record,
    joined: Joined<'a>,
    /// The ways of these records through the stages, if a log tells them.
    ways: Option<&'a Ways>,
    questions: &'k Questions,
    judging: Judging<'k>,
    answers: Vec<u8>,
    causes: &'k mut Causes,
    owners: &'k mut Names,
    /// The columns of the owner and of the stage.
    owner: Option<&'a Cell>,
    stage: Option<&'a Cell>,
    /// How close dates are read; they are one more metric, and are not counted where the model has none.
    close_dates: Option<close_dates::Reading<'a>>,
}

impl<'a, 'k> Reading<'a, 'k> {
    /// For the rows of a table, whose columns are found.
    pub(crate) fn new(
        shared: Shared<'a>,
        file: &'a str,
        table: &'a Table,
        blank: &'a Record,
        of_kind: (&'k Questions, &'k mut Causes, &'k mut Names),
        judging: Judging<'k>,
    ) -> Self {
        let (questions, causes, owners) = of_kind;
        let field = |name: &str| Input::Field(FieldRef::new(table.kind, name));
        let has_metrics = !shared.rules.model.metrics.is_empty();
        Self {
            shared,
            file,
            table,
            blank,
            joined: shared.joined(table),
            ways: shared.events.ways(table.kind),
            answers: vec![0; questions.asks.len()],
            questions,
            judging,
            causes,
            owners,
            owner: table.cells.get(&field("owner")),
            stage: table.cells.get(&field("stage")),
            close_dates: has_metrics
                .then_some(())
                .and_then(|()| close_dates::Reading::of(shared.rules, table, shared.people)),
        }
    }

    /// Judges a row, counts it, and gives its findings away.
    pub(crate) fn row(
        &mut self,
        (row, id, account): (&csv::ByteRecord, &[u8], Belongs),
        columns: &mut Columns<'_>,
        counting: (&mut Tally, &mut Unread, &mut Findings<'_>),
        (metrics, close_dates): (&mut [Counted], &mut close_dates::Counted),
    ) -> Result<(), AuditError> {
        let (tally, unread, findings) = counting;
        match account {
            Belongs::To(_) => {}
            Belongs::Nowhere => tally.no_account(id, line_of(row)),
            Belongs::Unmatched => tally.unmatched(named(row, self.table), id, line_of(row)),
        }
        let account = account.number();
        if let Some(stage) = columns.find(row, id, account, self.file, unread) {
            tally.no_stage(stage, id, line_of(row));
            return Ok(());
        }
        self.ask(row, account, &columns.classes);
        let owner = self.owner(row);
        let slice = Slice {
            stage: columns.stage(),
            owner,
            id,
            line: line_of(row),
        };
        tally.count(slice, &self.answers, &columns.classes);
        self.measure(row, id, account, owner, metrics);
        if let Some(reading) = &self.close_dates {
            let of = |question: usize| self.answers.get(question).copied().unwrap_or(u8::MAX);
            let place = (columns.stage(), usize::from(of(SEGMENT)));
            reading.count((row, id), of(OPEN) == YES, place, close_dates);
        }
        if findings.wants() {
            self.find(row, id, account, owner, findings)?;
        }
        Ok(())
    }

    /// Counts the row for every metric that looks at it.
    fn measure(
        &self,
        row: &csv::ByteRecord,
        id: &[u8],
        account: Option<u32>,
        owner: usize,
        metrics: &mut [Counted],
    ) {
        let Shared {
            rules, people, now, ..
        } = self.shared;
        let told = Told {
            answers: &self.answers,
            owner,
            id,
            line: line_of(row),
            ways: self.ways,
        };
        for (asked, counted) in self.questions.metrics.iter().zip(metrics) {
            counted.count(asked, &told, |measured| {
                let made = || self.record(row, account);
                measured.value(row, self.table, people, rules, now, made)
            });
        }
    }

    /// Gives the row's findings away.
    fn find(
        &self,
        row: &csv::ByteRecord,
        id: &[u8],
        account: Option<u32>,
        owner: usize,
        findings: &mut Findings<'_>,
    ) -> Result<(), AuditError> {
        let Shared { rules, now, .. } = self.shared;
        let record = OnceCell::new();
        for (at, name) in self.questions.deviations.iter().enumerate() {
            let rule = rules
                .model
                .deviations
                .get(name)
                .filter(|_| self.deviates(at));
            let Some(rule) = rule else { continue };
            let finding = self.finding(name, rule, id, row, owner);
            let made = || record.get_or_init(|| self.record(row, account));
            findings.take(finding, rule, rules, now, made)?;
        }
        Ok(())
    }

    fn record(&self, row: &csv::ByteRecord, account: Option<u32>) -> Row {
        Row::of(
            self.shared.rules,
            self.blank,
            row,
            self.table,
            &self.joined,
            account,
            self.shared.people,
        )
    }

    /// Whether the record is open and has this deviation, by its number.
    fn deviates(&self, deviation: usize) -> bool {
        let is = |question| self.answers.get(question) == Some(&YES);
        is(OPEN) && is(FIRST_DEVIATION + deviation)
    }

    /// Asks everything of an open record; of a closed one what is counted of it.
    fn ask(&mut self, row: &csv::ByteRecord, account: Option<u32>, classes: &[u32]) {
        let open = self.answer(OPEN, row, account, classes) == YES;
        for question in SEGMENT..self.answers.len() {
            if open || self.questions.closed_too.get(question) == Some(&true) {
                self.answer(question, row, account, classes);
            }
        }
    }

    fn answer(
        &mut self,
        question: usize,
        row: &csv::ByteRecord,
        account: Option<u32>,
        classes: &[u32],
    ) -> u8 {
        let Shared { rules, people, .. } = self.shared;
        let (table, blank) = (self.table, self.blank);
        let joined = &self.joined;
        let record = || Row::of(rules, blank, row, table, joined, account, people);
        let answer = self.judging.answer(question, classes, self.causes, record);
        if let Some(here) = self.answers.get_mut(question) {
            *here = answer;
        }
        answer
    }

    /// The number of the owner.
    fn owner(&mut self, row: &csv::ByteRecord) -> usize {
        let Some(cell) = &self.owner else { return 0 };
        let (form, people, source) = (&self.table.form, self.shared.people, self.shared.source);
        let text = row.get(cell.at).unwrap_or_default();
        self.owners.number(text, || {
            let text = String::from_utf8_lossy(text);
            match cell::read(&text, &cell.mapping, form, people) {
                Ok(Some(Value::Person(person))) => {
                    let shown = person.id_in(source).unwrap_or(person.as_str());
                    Some(decisions::shown::one_line(shown))
                }
                _ => None,
            }
        })
    }

    fn finding(
        &self,
        deviation: &str,
        rule: &DeviationRule,
        id: &[u8],
        row: &csv::ByteRecord,
        owner: usize,
    ) -> Finding {
        let segments = &self.shared.rules.model.segments.entries;
        let segment = self.answers.get(SEGMENT).map(|it| usize::from(*it));
        let segment = segment.and_then(|it| segments.get(it));
        Finding {
            deviation: deviation.to_owned(),
            severity: rule.severity,
            record: self.table.kind.word(),
            id: decisions::shown::one_line(&String::from_utf8_lossy(id)),
            owner: self.owners.name(owner).to_owned(),
            stage: self.stage(row),
            segment: segment.map_or_else(String::new, |it| it.name.clone()),
            file: self.file.to_owned(),
            line: line_of(row),
            reasons: Vec::new(),
            place: rule.place.to_string(),
        }
    }

    /// The stage in the model's word; the first if the row has none.
    fn stage(&self, row: &csv::ByteRecord) -> String {
        let model = &self.shared.rules.model;
        let first = || {
            let mut stages = model.stages(self.table.kind);
            stages.next().map(|it| it.name.clone())
        };
        let read = self.stage.and_then(|cell| {
            let text = String::from_utf8_lossy(row.get(cell.at).unwrap_or_default());
            cell::read(&text, &cell.mapping, &self.table.form, self.shared.people).ok()?
        });
        let stage = read.and_then(|it| it.text().map(str::to_owned));
        stage.or_else(first).unwrap_or_default()
    }
}
