use contracts::Key;
use engine::{BucketError, Clock, Crm, Failure, Refill};
use store::Store;

use crate::{target::Target, writeback::CrmWriteback};

const HOUR_MS: u32 = 3_600_000;

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Takes one of the writes that the model allows in an hour, by the machine's time. It is a
    /// ceiling of its own, beside the CRM's rate limit, which the client keeps: it bounds what a
    /// mistake can do.
    pub(crate) async fn take_write(&self, target: &Target<'_>) -> Result<(), Failure> {
        let per_hour = target.policy.per_hour;
        let source = &target.mapping.source;
        let bucket = Key::bucket(source, "writes");
        match self.table.take_token(&bucket, refill(per_hour)).await {
            Ok(()) => Ok(()),
            Err(BucketError::Wait(wait)) => Err(Failure::waits(
                format!(
                    "the {per_hour} writes an hour that sources.{source}.write.per_hour allows are \
                     used up"
                ),
                wait,
            )),
            Err(error) => Err(error.into()),
        }
    }
}

/// A tenth of the hour's writes at once, and the others spread over the hour, so that no hour,
/// wherever it begins, has more than the ceiling.
fn refill(per_hour: u32) -> Refill {
    let burst = (per_hour / 10).max(1);
    let spread = per_hour.saturating_sub(burst).max(1);
    Refill {
        every_ms: HOUR_MS.div_ceil(spread),
        burst,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hour_has_more_than_the_ceiling() {
        for per_hour in [2, 9, 10, 11, 5_000, 999_999, 1_000_000] {
            let Refill { every_ms, burst } = refill(per_hour);
            let most = burst + HOUR_MS / every_ms;
            assert!(most <= per_hour, "{per_hour}: {most}");
            assert!(most * 10 >= per_hour * 7, "{per_hour}: only {most}");
        }
    }
}
