//! The accounts of a second file, which the rows of the others belong to.

use crm::RecordKind;
use decisions::{Facts, Rules, columns::Input};

use crate::{
    cell::People,
    classes::Classifier,
    error::AuditError,
    export::Export,
    layout::Layout,
    of_account::{OfAccount, Taking},
    plan::Plan,
    table::{Cell, Table},
    text_map::TextMap,
    unread::{Unread, line_of},
};

/// Every account with the texts of its mapped columns.
pub(crate) struct Accounts {
    pub(crate) table: Table,
    /// By the account's id.
    ids: TextMap<u32>,
    cells: Vec<(Input, Cell)>,
    text: Vec<u8>,
    /// Where each cell ends, account by account.
    ends: Vec<usize>,
    /// The line of each account.
    lines: Vec<u64>,
    file: String,
    /// How many rows have the id of one before.
    pub(crate) doubled: u64,
    pub(crate) rows: u64,
}

impl Accounts {
    /// Reads a file of accounts.
    pub(crate) fn read(
        rules: &Rules,
        export: &Export,
        layout: &Layout,
        unread: &mut Unread,
    ) -> Result<Self, AuditError> {
        let mut rows = export.rows(layout)?;
        let cannot = |why: csv::Error| export.unreadable(&why);
        let headings = rows.byte_headers().map_err(cannot)?.clone();
        let table = Table::of(rules, export.name(), RecordKind::Account, layout, &headings)?;
        let cells = table.cells.iter();
        let cells: Vec<_> = cells
            .map(|(input, cell)| (input.clone(), cell.clone()))
            .collect();
        let mut accounts = Self {
            table,
            ids: TextMap::default(),
            cells,
            text: Vec::new(),
            ends: Vec::new(),
            lines: Vec::new(),
            file: export.name().to_owned(),
            doubled: 0,
            rows: 0,
        };
        let mut row = csv::ByteRecord::new();
        while rows.read_byte_record(&mut row).map_err(cannot)? {
            match unread.id(export.name(), &row, &accounts.table) {
                Some(id) => accounts.take(id, &row),
                None => continue,
            }
        }
        accounts.text.shrink_to_fit();
        accounts.ends.shrink_to_fit();
        Ok(accounts)
    }

    fn take(&mut self, id: &[u8], row: &csv::ByteRecord) {
        self.rows += 1;
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        if self.ids.get(id).is_some() {
            self.doubled += 1;
            return;
        }
        self.ids.insert(id, next);
        self.lines.push(line_of(row));
        for (_, cell) in &self.cells {
            self.text
                .extend_from_slice(row.get(cell.at).unwrap_or_default());
            self.ends.push(self.text.len());
        }
    }

    /// The account of this id.
    pub(crate) fn find(&self, id: &[u8]) -> Option<u32> {
        self.ids.get(id)
    }

    /// The columns with an account's texts.
    pub(crate) fn cells_of(&self, account: u32) -> impl Iterator<Item = (&Input, &Cell, &[u8])> {
        let first = usize::try_from(account)
            .unwrap_or(usize::MAX)
            .saturating_mul(self.cells.len());
        self.cells
            .iter()
            .enumerate()
            .map(move |(at, (input, cell))| {
                let at = first.saturating_add(at);
                let end = self.ends.get(at).copied().unwrap_or(0);
                let from = at
                    .checked_sub(1)
                    .and_then(|it| self.ends.get(it))
                    .copied()
                    .unwrap_or(0);
                (input, cell, self.text.get(from..end).unwrap_or_default())
            })
    }

    /// The column of an input.
    pub(crate) fn cell(&self, input: &Input) -> Option<&Cell> {
        self.table.cells.get(input)
    }

    /// The classes of each account for the inputs of a plan that are the account's.
    pub(crate) fn classes(
        &self,
        plan: &Plan,
        people: &People,
        facts: Facts<'_>,
        unread: &mut Unread,
    ) -> OfAccount {
        let mut inputs = Vec::new();
        let mut classifiers = Vec::new();
        for (at, (input, grain)) in plan.inputs.iter().enumerate() {
            let column = self.cells.iter().position(|(it, _)| it == input);
            if let (Some(column), Some(cell)) = (column, self.cell(input)) {
                inputs.push(at);
                let classifier = Classifier::new(grain, cell, &self.table.form, people, facts);
                classifiers.push((column, classifier));
            }
        }
        let mut taking = Taking::of(inputs, self.ids.len());
        let mut classes = Vec::with_capacity(classifiers.len());
        for account in 0..u32::try_from(self.ids.len()).unwrap_or(u32::MAX) {
            let cells: Vec<&[u8]> = self.cells_of(account).map(|(.., text)| text).collect();
            classes.clear();
            for (column, classifier) in &mut classifiers {
                let text = cells.get(*column).copied().unwrap_or_default();
                let class = classifier.class(text);
                classes.push(class.number);
                if let Some(unfit) = class.unfit {
                    let at = usize::try_from(account).unwrap_or(usize::MAX);
                    let line = self.lines.get(at).copied().unwrap_or(0);
                    unread.cell(&self.file, line, text, classifier.cell(), unfit);
                }
            }
            taking.take(&classes);
        }
        taking.done()
    }
}
