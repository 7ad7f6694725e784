//! Rows that are read together, and the accounts to which they belong.

use crate::{accounts::Accounts, export::Rows, table::Table};

/// How many rows are read together. They name accounts in no order, and each account that is looked up lies somewhere else in
/// the memory: one after the other they would be waited for, together most of the waiting overlaps.
const ROWS: usize = 64;

/// Which account a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// The account of this number.
    To(u32),
    /// It names none, or there is no file of accounts.
    Nowhere,
    /// It names one that is in no file.
    Unmatched,
}

impl Belongs {
    fn of(row: &csv::ByteRecord, table: &Table, accounts: Option<&Accounts>) -> Self {
        let (Some(accounts), id) = (accounts, named(row, table)) else {
            return Self::Nowhere;
        };
        match id {
            [] => Self::Nowhere,
            id => accounts.find(id).map_or(Self::Unmatched, Self::To),
        }
    }

    pub(crate) const fn number(self) -> Option<u32> {
        match self {
            Self::To(number) => Some(number),
            Self::Nowhere | Self::Unmatched => None,
        }
    }
}

/// The id of the account that a row names; empty if it names none.
pub(crate) fn named<'r>(row: &'r csv::ByteRecord, table: &Table) -> &'r [u8] {
    let at = table.account;
    let id = at.and_then(|at| row.get(at)).unwrap_or_default();
    id.trim_ascii()
}

/// Rows in their order, each with the account to which it belongs.
#[derive(Debug, Default)]
pub(crate) struct Belonging {
    /// Those that were read together.
    rows: Vec<csv::ByteRecord>,
    accounts: Vec<Belongs>,
    /// How many of them were given away.
    told: usize,
}

impl Belonging {
    /// The next row; none behind the last.
    pub(crate) fn next(
        &mut self,
        rows: &mut Rows,
        table: &Table,
        accounts: Option<&Accounts>,
    ) -> Result<Option<(&mut csv::ByteRecord, Belongs)>, csv::Error> {
        if self.told == self.accounts.len() {
            self.read(rows, table, accounts)?;
        }
        let here = self.told;
        self.told = here.saturating_add(1).min(self.accounts.len());
        Ok(self
            .rows
            .get_mut(here)
            .zip(self.accounts.get(here).copied()))
    }

    fn read(
        &mut self,
        rows: &mut Rows,
        table: &Table,
        accounts: Option<&Accounts>,
    ) -> Result<(), csv::Error> {
        self.told = 0;
        self.rows.resize_with(ROWS, csv::ByteRecord::new);
        let mut count = 0;
        for row in &mut self.rows {
            if !rows.read_byte_record(row)? {
                break;
            }
            count += 1;
        }
        self.rows.truncate(count);
        self.accounts.clear();
        let found = self
            .rows
            .iter()
            .map(|row| Belongs::of(row, table, accounts));
        self.accounts.extend(found);
        Ok(())
    }
}
