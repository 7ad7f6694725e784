use hashbrown::HashMap;

/// The classes of accounts, for those inputs of a plan that are the account's. Many accounts have the same, and what they have is
/// kept once: records come in no order of their accounts, and few places of the memory are touched for all of them.
#[derive(Debug, Default)]
pub(crate) struct OfAccount {
    /// The inputs, by their places in the plan.
    pub(crate) places: Vec<usize>,
    /// The classes, in the order of the inputs, of all that are alike behind each other.
    classes: Vec<u32>,
    /// Of each account where its classes begin.
    begins: Vec<u32>,
}

impl OfAccount {
    /// The classes of an account; none if there is no such account.
    pub(crate) fn classes(&self, account: u32) -> Option<&[u32]> {
        let account = usize::try_from(account).ok()?;
        let begin = usize::try_from(*self.begins.get(account)?).ok()?;
        self.classes.get(begin..begin + self.places.len())
    }
}

/// Takes the classes of one account after the other.
pub(crate) struct Taking {
    known: HashMap<Vec<u32>, u32>,
    all: OfAccount,
}

impl Taking {
    pub(crate) fn of(places: Vec<usize>, accounts: usize) -> Self {
        let all = OfAccount {
            places,
            begins: Vec::with_capacity(accounts),
            ..OfAccount::default()
        };
        Self {
            known: HashMap::new(),
            all,
        }
    }

    /// Takes the classes of the next account.
    pub(crate) fn take(&mut self, classes: &[u32]) {
        let begin = self.known.get(classes).copied().unwrap_or_else(|| {
            let begin = u32::try_from(self.all.classes.len()).unwrap_or(u32::MAX);
            self.all.classes.extend_from_slice(classes);
            self.known.insert(classes.to_vec(), begin);
            begin
        });
        self.all.begins.push(begin);
    }

    pub(crate) fn done(self) -> OfAccount {
        self.all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_account_has_its_own(accounts in prop::collection::vec([0_u32..3, 0_u32..3], 0..40)) {
            let mut taking = Taking::of(vec![4, 7], accounts.len());
            for classes in &accounts {
                taking.take(classes);
            }
            let all = taking.done();
            prop_assert!(all.classes.len() <= 9 * 2, "what is alike is kept once");
            for (account, classes) in (0..).zip(&accounts) {
                prop_assert_eq!(all.classes(account), Some(&classes[..]));
            }
            let next = u32::try_from(accounts.len()).unwrap();
            prop_assert_eq!(all.classes(next), None);
        }
    }
}
