use serde::Serialize;

use crate::{movement::Amounts, quantity::Quantity, rate::TOO_FEW};

/// The quantile of the normal distribution that leaves 2.5 % on each side.
const Z: f64 = 1.959_963_984_540_054;

/// What became of the recurring revenue of those who were customers on a day, and who came since.
///
/// Opening + more - less - left + new = closing.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Retention {
    /// The customers of that day.
    pub opening: Amounts,
    /// Those of them who pay more, and by how much.
    pub more: Amounts,
    /// Those of them who pay less, and by how much.
    pub less: Amounts,
    /// Those of them who pay nothing any more.
    pub left: Amounts,
    /// Those who paid nothing on that day.
    pub new: Amounts,
    /// The customers of now.
    pub closing: Amounts,
    /// Of the customers of that day: the squares and products of what they paid and pay.
    #[serde(skip)]
    products: [f64; 3],
}

/// One ratio of sums.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Retained {
    /// What is still paid for each one that was.
    pub ratio: f64,
    /// The 95 % interval, by how differently the customers went; none of too few.
    pub interval: Option<(f64, f64)>,
}

impl Retention {
    /// Counts a customer by what is paid on the two days; nothing, or less, is no customer.
    pub fn add(&mut self, before: Quantity, now: Quantity) {
        let nothing = Quantity::default();
        let (before, now) = (before.max(nothing), now.max(nothing));
        let add = |to: &mut Amounts, amount: Quantity| {
            if amount > nothing {
                to.add(amount);
            }
        };
        add(&mut self.opening, before);
        add(&mut self.closing, now);
        if before == nothing {
            add(&mut self.new, now);
            return;
        }
        if now == nothing {
            add(&mut self.left, before);
        } else {
            add(&mut self.more, now.less(before));
            add(&mut self.less, before.less(now));
        }
        let (x, y) = (before.to_f64(), now.to_f64());
        for (sum, part) in self.products.iter_mut().zip([x * x, x * y, y * y]) {
            *sum += part;
        }
    }

    /// Net: what the customers of that day pay now, for each one that they paid then. None without customers.
    ///
    /// The interval is that of a ratio of sums (W. G. Cochran, "Sampling Techniques", 3rd edition 1977, section 2.11).
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "customers are far fewer than 2^52"
    )]
    pub fn net(&self) -> Option<Retained> {
        let opening = self.opening.sum.to_f64();
        if opening <= 0.0 {
            return None;
        }
        let ratio = self.closing.sum.less(self.new.sum).to_f64() / opening;
        let (n, [xx, xy, yy]) = (self.opening.count as f64, self.products);
        let interval = (self.opening.count >= TOO_FEW).then(|| {
            let spread = (yy - 2.0 * ratio * xy + ratio * ratio * xx).max(0.0);
            let half = Z * (spread * n / (n - 1.0)).sqrt() / opening;
            ((ratio - half).max(0.0), ratio + half)
        });
        Some(Retained { ratio, interval })
    }

    /// Gross: the same without what anybody pays more; none without customers.
    #[must_use]
    pub fn gross(&self) -> Option<f64> {
        let opening = self.opening.sum.to_f64();
        let kept = self.opening.sum.less(self.less.sum).less(self.left.sum);
        (opening > 0.0).then(|| kept.to_f64() / opening)
    }

    /// After how many months the new customers have brought what winning them cost: amounts of so many months each, and a
    /// margin from 0 to 1. None if they bring nothing.
    #[must_use]
    pub fn payback(&self, cost: Quantity, months: f64, margin: f64) -> Option<f64> {
        let monthly = self.new.sum.to_f64() / months * margin;
        (monthly > 0.0).then(|| cost.to_f64() / monthly)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(customers: &[(i64, i64)]) -> Retention {
        let mut all = Retention::default();
        for (before, now) in customers {
            all.add(Quantity::whole(*before), Quantity::whole(*now));
        }
        all
    }

    /// 100 and 50 and 50 paid; now 130, 40 and nothing, and 60 by somebody new.
    #[test]
    fn by_hand() {
        let found = of(&[(100, 130), (50, 40), (50, 0), (0, 60), (0, 0)]);
        let is = |count, sum| Amounts {
            count,
            sum: Quantity::whole(sum),
        };
        assert_eq!(
            (found.opening, found.closing, found.new),
            (is(3, 200), is(3, 230), is(1, 60))
        );
        assert_eq!(
            (found.more, found.less, found.left),
            (is(1, 30), is(1, 10), is(1, 50))
        );
        let net = found.net().expect("customers");
        assert!((net.ratio - 0.85).abs() < 1e-12 && net.interval.is_none());
        assert!(found.gross().is_some_and(|it| (it - 0.7).abs() < 1e-12));
        // 60 a year are 5 a month, 4 with a margin of 80 %.
        let months = found.payback(Quantity::whole(48), 12.0, 0.8);
        assert!(months.is_some_and(|it| (it - 12.0).abs() < 1e-12));
        assert_eq!(
            (
                of(&[(0, 5)]).net(),
                of(&[(5, 5)]).payback(Quantity::whole(1), 1.0, 1.0)
            ),
            (None, None)
        );
    }

    /// Of 20 customers of 10 each, half pay 12 and half 8: the residuals are 2 each, so that the standard error is
    /// the root of 20/19 · 20 · 4 by 200.
    #[test]
    fn the_interval_is_that_of_a_ratio() {
        let customers: Vec<(i64, i64)> = (0..20).map(|it| (10, 8 + 4 * (it % 2))).collect();
        let (low, high) = of(&customers)
            .net()
            .and_then(|it| it.interval)
            .expect("an interval");
        let half = Z * (80.0_f64 * 20.0 / 19.0).sqrt() / 200.0;
        assert!((low - (1.0 - half)).abs() < 1e-9 && (high - (1.0 + half)).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_parts_come_to_the_closing(customers in prop::collection::vec((-5_i64..900, -5_i64..900), 0..60)) {
            let found = of(&customers);
            let mut sum = found.opening.sum.less(found.less.sum).less(found.left.sum);
            sum.add(found.more.sum);
            sum.add(found.new.sum);
            prop_assert_eq!(sum, found.closing.sum);
            let (net, gross) = (found.net(), found.gross());
            prop_assert!(net.zip(gross).is_none_or(|(net, gross)| gross <= net.ratio + 1e-12 && gross <= 1.0));
        }
    }
}
