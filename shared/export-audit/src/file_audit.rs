//! One file, row by row.

use crm::{FieldRef, Record, RecordKind, SourceName, Value};
use decisions::{Facts, Rules, columns::Input};
use jiff::Timestamp;
use model::DeviationRule;

use crate::{
    accounts::Accounts,
    audit::OfKind,
    cell::{self, People, Unfit},
    classes::{self, Classifier},
    error::AuditError,
    export::Export,
    findings::{Finding, Findings},
    judging::{Causes, Judging, YES},
    layout::Layout,
    names::Names,
    plan::{FIRST_DEVIATION, IN_ICP, OPEN, Plan, SEGMENT, THIS_QUARTER},
    row::{Row, blank},
    table::{Cell, Table},
    tally::Slice,
    unread::{Unread, line_of},
};

/// After how many rows the progress is told.
const TOLD_EVERY: u64 = 50_000;

/// How many accounts that are in no file are listed.
const UNMATCHED_LISTED: usize = 20;

/// What all files of an audit share.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) now: Timestamp,
    pub(crate) source: &'a SourceName,
    pub(crate) people: &'a People,
    pub(crate) accounts: Option<&'a Accounts>,
}

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
        let accounts = self
            .shared
            .accounts
            .filter(|_| self.kind != RecordKind::Account);
        let OfKind {
            questions,
            plan,
            tally,
            causes,
            owners,
        } = self.of_kind;
        let mut columns = Columns::of(plan, &table, accounts, people, facts, self.unread);
        let counts = columns.counts(plan, &table, accounts);
        let absent = columns.absent(plan);
        let field = |name: &str| Input::Field(FieldRef::new(self.kind, name));
        let mut reading = Reading {
            shared: self.shared,
            file,
            table: &table,
            blank: &blank,
            accounts,
            judging: Judging::new(rules, questions, plan, &counts, absent, self.shared.now),
            answers: vec![0; questions.asks.len()],
            causes,
            owners,
            owner: table.cells.get(&field("owner")),
            stage: table.cells.get(&field("stage")),
        };
        let mut row = csv::ByteRecord::new();
        let mut read = 0;
        while rows.read_byte_record(&mut row).map_err(cannot)? {
            let Some(id) = self.unread.id(file, &row, &table) else {
                continue;
            };
            read += 1;
            if read % TOLD_EVERY == 0 {
                progress(read);
            }
            let account = reading.account(&row);
            match account {
                Belongs::To(_) => {}
                Belongs::Nowhere => tally.no_account += 1,
                Belongs::Unmatched(id) => {
                    tally.unmatched += 1;
                    if tally.unmatched_ids.len() < UNMATCHED_LISTED {
                        tally
                            .unmatched_ids
                            .push(String::from_utf8_lossy(id).into_owned());
                    }
                }
            }
            let number = account.number();
            if let Some(stage) = columns.find(&row, number, file, self.unread) {
                *tally.no_stage.entry(stage).or_default() += 1;
                continue;
            }
            reading.ask(&row, number, &columns.classes);
            let owner = reading.owner(&row);
            let slice = Slice {
                stage: columns.stage(),
                owner,
                id,
                line: line_of(&row),
            };
            tally.count(slice, &reading.answers, &columns.classes);
            for (at, name) in questions.deviations.iter().enumerate() {
                if !self.findings.wants() || !reading.deviates(at) {
                    continue;
                }
                let Some(rule) = rules.model.deviations.get(name) else {
                    continue;
                };
                let finding = reading.finding(name, rule, id, &row, owner);
                let record = || reading.record(&row, number);
                let now = self.shared.now;
                self.findings.take(finding, rule, rules, now, record)?;
            }
        }
        progress(read);
        Ok(read)
    }
}

/// Which account a row belongs to.
#[derive(Clone, Copy)]
enum Belongs<'r> {
    /// The account of this number.
    To(u32),
    /// It names none, or there is no file of accounts.
    Nowhere,
    /// It names one that is in no file.
    Unmatched(&'r [u8]),
}

impl Belongs<'_> {
    const fn number(self) -> Option<u32> {
        match self {
            Self::To(number) => Some(number),
            Self::Nowhere | Self::Unmatched(_) => None,
        }
    }
}

/// The classes of a row's inputs.
struct Columns<'a> {
    /// For each input that has a column in this file: its place, and who finds its class.
    own: Vec<(usize, Classifier<'a>)>,
    /// The places of the account's inputs, and their classes account by account.
    of_account: (Vec<usize>, Vec<u32>),
    stage: Option<usize>,
    classes: Vec<u32>,
}

impl<'a> Columns<'a> {
    fn of(
        plan: &'a Plan,
        table: &'a Table,
        accounts: Option<&'a Accounts>,
        people: &'a People,
        facts: Facts<'a>,
        unread: &mut Unread,
    ) -> Self {
        let mut own = Vec::new();
        for (at, (input, grain)) in plan.inputs.iter().enumerate() {
            if let Some(cell) = table.cells.get(input) {
                own.push((at, Classifier::new(grain, cell, &table.form, people, facts)));
            }
        }
        let of_account = accounts.map(|it| it.classes(plan, people, facts, unread));
        let stage = Input::Field(FieldRef::new(table.kind, "stage"));
        Self {
            own,
            of_account: of_account.unwrap_or_default(),
            stage: plan.inputs.iter().position(|(input, _)| *input == stage),
            classes: vec![0; plan.inputs.len()],
        }
    }

    /// How many classes each input has.
    fn counts(&self, plan: &Plan, table: &Table, accounts: Option<&Accounts>) -> Vec<usize> {
        let inputs = plan.inputs.iter();
        let counts = inputs.map(|(input, grain)| {
            let of_account = accounts.and_then(|it| it.cell(input));
            let cells = [table.cells.get(input), of_account];
            let counts = cells
                .into_iter()
                .flatten()
                .map(|cell| classes::count(grain, Some(cell)));
            counts.max().unwrap_or(1)
        });
        counts.collect()
    }

    /// The inputs without a column.
    fn absent(&self, plan: &Plan) -> Vec<Input> {
        let has = |at: &usize| {
            self.own.iter().any(|(own, _)| own == at) || self.of_account.0.contains(at)
        };
        let inputs = plan.inputs.iter().enumerate();
        let absent = inputs.filter(|(at, _)| !has(at));
        absent.map(|(_, (input, _))| input.clone()).collect()
    }

    /// Finds the classes of a row. Its stage, if the model does not know it: then there are none.
    fn find(
        &mut self,
        row: &csv::ByteRecord,
        account: Option<u32>,
        file: &str,
        unread: &mut Unread,
    ) -> Option<String> {
        let (places, all) = &self.of_account;
        let first = account
            .and_then(|it| usize::try_from(it).ok())
            .map(|it| it * places.len());
        for (at, place) in places.iter().enumerate() {
            let class = first.and_then(|first| all.get(first + at)).copied();
            if let Some(here) = self.classes.get_mut(*place) {
                *here = class.unwrap_or(0);
            }
        }
        for (place, classifier) in &mut self.own {
            let text = row.get(classifier.cell().at).unwrap_or_default();
            let class = classifier.class(text);
            if let Some(unfit) = class.unfit {
                unread.cell(file, line_of(row), text, classifier.cell(), unfit);
                if unfit == Unfit::NoStage {
                    return Some(String::from_utf8_lossy(text.trim_ascii()).into_owned());
                }
            }
            if let Some(here) = self.classes.get_mut(*place) {
                *here = class.number;
            }
        }
        None
    }

    /// The class of the stage.
    fn stage(&self) -> usize {
        let class = self.stage.and_then(|at| self.classes.get(at));
        class.and_then(|it| usize::try_from(*it).ok()).unwrap_or(0)
    }
}

/// What is needed to judge a row.
struct Reading<'a, 'k> {
    shared: Shared<'a>,
    file: &'a str,
    table: &'a Table,
    blank: &'a Record,
    accounts: Option<&'a Accounts>,
    judging: Judging<'k>,
    answers: Vec<u8>,
    causes: &'k mut Causes,
    owners: &'k mut Names,
    /// The columns of the owner and of the stage.
    owner: Option<&'a Cell>,
    stage: Option<&'a Cell>,
}

impl Reading<'_, '_> {
    fn account<'r>(&self, row: &'r csv::ByteRecord) -> Belongs<'r> {
        let Some(at) = self.table.account else {
            return Belongs::Nowhere;
        };
        let id = row.get(at).unwrap_or_default().trim_ascii();
        match self.accounts {
            Some(accounts) if !id.is_empty() => accounts
                .find(id)
                .map_or(Belongs::Unmatched(id), Belongs::To),
            _ => Belongs::Nowhere,
        }
    }

    fn record(&self, row: &csv::ByteRecord, account: Option<u32>) -> Row {
        Row::of(
            self.shared.rules,
            self.blank,
            row,
            self.table,
            self.accounts.zip(account),
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
            if open || matches!(question, IN_ICP | THIS_QUARTER) {
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
        let account = self.accounts.zip(account);
        let record = || Row::of(rules, blank, row, table, account, people);
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
        let lifecycle = self.shared.rules.model.lifecycles.get(&self.table.kind);
        let first = || {
            lifecycle
                .and_then(|it| it.stages.first())
                .map(|it| it.name.clone())
        };
        let read = self.stage.and_then(|cell| {
            let text = String::from_utf8_lossy(row.get(cell.at).unwrap_or_default());
            cell::read(&text, &cell.mapping, &self.table.form, self.shared.people).ok()?
        });
        let stage = read.and_then(|it| it.text().map(str::to_owned));
        stage.or_else(first).unwrap_or_default()
    }
}
