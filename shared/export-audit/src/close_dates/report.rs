use ::metrics::{Quantile, Quantity, Rate};
use model::OperatingModel;
use serde::Serialize;

use super::counted::{Counted, Days, OfSegment};
use crate::{grouped::grouped, listed::Listed};

/// The close dates of the open deals of one segment, held against how long its deals took until they were won.
#[derive(Debug, Clone, Serialize)]
pub struct CloseDates {
    /// The segment; empty for deals of none.
    pub segment: String,
    /// How many days half of the won deals took at most, from their creation to their close date.
    pub median: Quantile,
    /// The same of eight in ten.
    pub most: Quantile,
    /// Of the open deals with both days: how many are to be won sooner than half of those were. None where too few were
    /// won to tell.
    pub before_median: Option<Rate>,
    /// How many are to be won sooner than eight in ten of those were.
    pub before_most: Option<Rate>,
    /// How many open deals lack one of the two days.
    pub unknown: u64,
    /// The first open deals: those that are to be won sooner than half of the others were, and the next.
    #[serde(skip)]
    sooner: [Vec<Listed>; 2],
    /// The first that were won, and the first that lack a day.
    #[serde(skip)]
    won: Vec<Listed>,
    #[serde(skip)]
    lack: Vec<Listed>,
}

/// What the close dates of each segment come to, in the order of the model.
pub(crate) fn reports(model: &OperatingModel, counted: &Counted) -> Vec<CloseDates> {
    let entries = &model.segments.entries;
    let reports = counted.0.iter().enumerate().map(|(at, of)| {
        let segment = entries
            .get(at)
            .map_or_else(String::new, |it| it.name.clone());
        CloseDates::of(segment, of)
    });
    reports.filter(|it| it.median.of > 0).collect()
}

impl CloseDates {
    fn of(segment: String, of: &OfSegment) -> Self {
        let mut won: Vec<i64> = Vec::new();
        for (days, count) in &of.won {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            won.extend(std::iter::repeat_n(days * Quantity::ONE, count));
        }
        let (median, most) = (Quantile::of(&mut won, 50), Quantile::of(&mut won, 80));
        let before = |quantile: &Quantile| {
            let limit = quantile.value.filter(|_| !quantile.too_few)?;
            Some(rate_before(&of.planned, limit))
        };
        let limit = median.value.filter(|_| !median.too_few);
        let is_sooner = |days: i64| limit.is_some_and(|limit| Quantity::whole(days) < limit);
        let sooner = [true, false].map(|wanted| {
            let some = of.soonest.iter();
            let some = some.filter(|((days, _), _)| is_sooner(*days) == wanted);
            some.map(|(_, it)| it.clone()).collect()
        });
        Self {
            sooner,
            won: of.won_listed.clone(),
            lack: of.unknown_listed.clone(),
            before_median: before(&median),
            before_most: before(&most),
            segment,
            median,
            most,
            unknown: of.unknown,
        }
    }

    /// The first records behind the numbers, each list with its name.
    pub(crate) fn behind(&self) -> [(&'static str, &[Listed]); 4] {
        let [sooner, later] = &self.sooner;
        [
            (Self::SOONER, sooner),
            (Self::LATER, later),
            (Self::WON, &self.won),
            (Self::LACK, &self.lack),
        ]
    }

    pub(crate) const SOONER: &'static str = "sooner";
    pub(crate) const LATER: &'static str = "later";
    pub(crate) const WON: &'static str = "won";
    pub(crate) const LACK: &'static str = "lack";

    /// How long it took: how many were won, and the words before and after that.
    pub(crate) fn history(&self) -> (&'static str, u64, String) {
        let days = |it: Option<Quantity>| it.map_or_else(|| "–".to_owned(), |it| it.to_string());
        match self.median.too_few {
            true => ("", self.median.of, " won, too few to tell".to_owned()),
            false => (
                "half of ",
                self.median.of,
                format!(
                    " won in {} days, eight in ten in {}",
                    days(self.median.value),
                    days(self.most.value)
                ),
            ),
        }
    }

    /// `won in 41 days by half, in 80 by eight in ten`, and how many are to be sooner.
    pub(crate) fn words(&self) -> [String; 2] {
        let (before, won, after) = self.history();
        let history = format!("{before}{}{after}", grouped(won));
        if self.median.too_few {
            return [history, String::new()];
        }
        if self.before_median.is_none_or(|it| it.of == 0) {
            let lack = grouped(self.unknown);
            return [
                history,
                format!("no open one has both days; {lack} lack one"),
            ];
        }
        let rate = |rate: Option<Rate>| {
            rate.map_or_else(String::new, |it| {
                format!(
                    "{} of {}: {}",
                    grouped(it.count),
                    grouped(it.of),
                    it.words()
                )
            })
        };
        let unknown = match self.unknown {
            0 => String::new(),
            count => format!("; {} unknown", grouped(count)),
        };
        let open = format!(
            "open and to be sooner than half: {}; than eight in ten: {}{unknown}",
            rate(self.before_median),
            rate(self.before_most)
        );
        [history, open]
    }
}

fn rate_before(planned: &Days, limit: Quantity) -> Rate {
    let all = planned.values().sum();
    let sooner = planned
        .iter()
        .filter(|(days, _)| Quantity::whole(**days) < limit);
    Rate::of(sooner.map(|(_, count)| count).sum(), all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_deal_is_held_against_what_was_won() {
        // Ten won deals: 10, 20 … 100 days; half in 50, eight in ten in 80.
        let of = OfSegment {
            won: (1..=10).map(|it| (it * 10, 1)).collect(),
            planned: [(20, 3), (50, 2), (79, 4), (80, 1), (300, 2)].into(),
            unknown: 1,
            ..OfSegment::default()
        };
        let found = CloseDates::of("smb".to_owned(), &of);
        let values = [found.median.value, found.most.value];
        assert_eq!(values, [50, 80].map(|it| Some(Quantity::whole(it))));
        assert_eq!(found.before_median, Some(Rate::of(3, 12)));
        assert_eq!(found.before_most, Some(Rate::of(9, 12)));
        let [history, open] = found.words();
        assert_eq!(history, "half of 10 won in 50 days, eight in ten in 80");
        assert!(open.ends_with("; 1 unknown"), "{open}");
        let few = OfSegment {
            won: [(10, 9)].into(),
            ..of
        };
        let found = CloseDates::of(String::new(), &few);
        assert_eq!((found.before_median, found.before_most), (None, None));
        assert_eq!(found.words()[0], "9 won, too few to tell");
    }
}
