//! One suite for every store: what the port promises, checked against a real implementation.
//!
//! Each case takes an empty store and says in one sentence what was not so.

mod commits;
mod expiry;
mod given;
mod indexes;
mod limits;
mod pages;

pub use given::{Outcome, Tested};

/// Runs every case on a fresh store and says how many there were.
///
/// # Errors
/// The first case that was not so, with what was not so.
pub async fn run<T: Tested>(tested: &T) -> Result<usize, String> {
    let mut count = of_the_port(tested).await?;
    macro_rules! cases {
        ($($case:path),+ $(,)?) => {
            $(
                let store = tested.fresh().await;
                $case(tested, &store)
                    .await
                    .map_err(|why| format!("{}: {why}", stringify!($case)))?;
                count = count.saturating_add(1);
            )+
        };
    }
    cases![
        expiry::what_has_expired_is_there_until_it_is_swept,
        expiry::what_was_swept_can_be_written_anew,
        expiry::what_expires_later_or_never_stays,
    ];
    Ok(count)
}

/// The cases that need no more than the port.
async fn of_the_port<T: Tested>(tested: &T) -> Result<usize, String> {
    let mut count = 0_usize;
    macro_rules! cases {
        ($($case:path),+ $(,)?) => {
            $(
                let store = tested.fresh().await;
                $case(&store)
                    .await
                    .map_err(|why| format!("{}: {why}", stringify!($case)))?;
                count = count.saturating_add(1);
            )+
        };
    }
    cases![
        commits::a_new_item_reads_back,
        commits::every_kind_of_value_reads_back,
        commits::absent_is_refused_when_present,
        commits::an_old_version_is_refused,
        commits::nothing_is_written_if_one_guard_fails,
        commits::a_failed_check_names_its_key,
        commits::every_failed_guard_is_named,
        commits::a_partition_is_read_whole_and_in_order,
        commits::keys_are_read_in_the_order_asked,
        commits::of_two_racers_one_wins,
        indexes::deadlines_come_in_order_and_not_early,
        indexes::a_moved_deadline_leaves_the_index,
        indexes::the_limit_keeps_the_longest_due,
        indexes::deadlines_go_on_behind_the_last_one,
        indexes::accounts_and_persons_find_their_items,
        indexes::an_hour_is_read_oldest_first,
        limits::a_hundred_items_are_written_together_and_no_more,
        limits::a_hundred_keys_are_read_together_and_no_more,
        limits::a_transaction_names_each_item_once,
        limits::an_empty_transaction_is_refused,
        limits::an_item_of_400_kb_is_kept_and_no_larger,
        limits::within_a_transaction_an_item_has_the_same_limit,
        limits::every_kind_of_value_counts_to_the_byte,
        limits::four_mb_are_written_together_and_no_more,
        pages::a_partition_of_several_pages_comes_whole,
        pages::an_index_of_several_pages_comes_whole_and_in_order,
        pages::an_index_comes_some_at_a_time,
        pages::keys_of_several_reads_come_whole,
    ];
    Ok(count)
}
