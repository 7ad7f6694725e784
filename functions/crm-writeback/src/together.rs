use std::collections::{BTreeMap, BTreeSet};

use engine::{
    Clock, Crm, CrmError, Ended, Failure, FieldStandings, FieldValues, Isolated, isolate,
};
use store::Store;

use crate::{
    field::{FieldWrite, Next},
    target::Target,
    writeback::{CrmWriteback, WriteError},
};

/// How often a field is looked at and written before the message goes back to its queue.
const TRIES: u32 = 3;

/// How each write ended, by its place.
type Outcomes = BTreeMap<usize, Result<Ended, WriteError>>;

/// A write that has not ended.
struct Open<'w> {
    index: usize,
    write: &'w FieldWrite,
    first: FieldStandings,
    now: FieldStandings,
    tried: u32,
}

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Sets the same fields of several records where that is still needed: looks, writes, looks again, each for all
    /// of them at once; and looks before each further try. What somebody else wrote between a look and our
    /// write is put back: it is the newer edit, and the field's history shows it. Of two writes to the
    /// same record the second one begins when the first has ended.
    pub(crate) async fn set(
        &self,
        crm: &R,
        target: &Target<'_>,
        writes: &[FieldWrite],
    ) -> Vec<Result<Ended, WriteError>> {
        let mut ended = Outcomes::new();
        let mut left: Vec<(usize, &FieldWrite)> = writes.iter().enumerate().collect();
        while !left.is_empty() {
            let mut seen = BTreeSet::new();
            let (pass, rest) = left
                .into_iter()
                .partition(|(_, write)| seen.insert(write.id.as_str()));
            self.pass(crm, target, pass, &mut ended).await;
            left = rest;
        }
        let unsaid = || Err(WriteError::Crm(CrmError::malformed("nothing became of it")));
        let all = 0..writes.len();
        all.map(|index| ended.remove(&index).unwrap_or_else(unsaid))
            .collect()
    }

    /// Writes to records, each named once.
    async fn pass(
        &self,
        crm: &R,
        target: &Target<'_>,
        pass: Vec<(usize, &FieldWrite)>,
        ended: &mut Outcomes,
    ) {
        let mut open = Vec::with_capacity(pass.len());
        let mut possible = Vec::with_capacity(pass.len());
        for (index, write) in pass {
            match write.impossible(target) {
                Some(how) => {
                    ended.insert(index, how);
                }
                None => possible.push((index, write)),
            }
        }
        let writes: Vec<&FieldWrite> = possible.iter().map(|(_, write)| *write).collect();
        let mut looks = look(crm, target, &writes).await;
        for (index, write) in possible {
            let first = match seen(&mut looks, target, write) {
                Ok(first) => first,
                Err(error) => {
                    ended.insert(index, Err(error.into()));
                    continue;
                }
            };
            match write.at_first(target, &first) {
                Next::Ended(how) => {
                    ended.insert(index, Ok(how));
                }
                Next::Write | Next::Written => open.push(Open {
                    index,
                    write,
                    now: first.clone(),
                    first,
                    tried: 0,
                }),
            }
        }
        while !open.is_empty() {
            open = self.round(crm, target, open, ended).await;
        }
    }

    /// Writes once to all that are open, and looks what came of it; which of them are to be tried again.
    async fn round<'w>(
        &self,
        crm: &R,
        target: &Target<'_>,
        open: Vec<Open<'w>>,
        ended: &mut Outcomes,
    ) -> Vec<Open<'w>> {
        let mut written = self.write_all(crm, target, open, ended).await;
        let writes: Vec<&FieldWrite> = written.iter().map(|(it, _)| it.write).collect();
        let mut looks = look(crm, target, &writes).await;
        let mut again = Vec::new();
        for (mut one, failed) in written.drain(..) {
            match seen(&mut looks, target, one.write) {
                Ok(now) => one.now = now,
                Err(error) => {
                    ended.insert(one.index, Err(error.into()));
                    continue;
                }
            }
            // If it failed, it may have been done: the look says so.
            let taken = one.write.taken(&one.first, &one.now);
            let how = match failed {
                Some(error) if !taken && one.tried >= TRIES => Err(error.into()),
                Some(_) if !taken => match one.write.next(target, &one.now, true) {
                    Next::Write => {
                        again.push(one);
                        continue;
                    }
                    Next::Ended(how) => Ok(how),
                    Next::Written => self.written(crm, target, &one).await,
                },
                _ => self.written(crm, target, &one).await,
            };
            ended.insert(one.index, how);
        }
        again
    }

    /// Asks the CRM to set all that there is room for in the hour; those of which it is not sure that nothing
    /// was done, with the error if there was one.
    async fn write_all<'w>(
        &self,
        crm: &R,
        target: &Target<'_>,
        mut open: Vec<Open<'w>>,
        ended: &mut Outcomes,
    ) -> Vec<(Open<'w>, Option<CrmError>)> {
        let Some(purpose) = open.first().map(|it| it.write.purpose) else {
            return Vec::new();
        };
        let wanted = u32::try_from(open.len()).unwrap_or(u32::MAX);
        let (taken, full) = self.take_writes(target, purpose, wanted).await;
        let room = taken.as_ref().map_or(0, |taken| taken.count());
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        for one in open.drain(open.len().min(room)..) {
            let wait = full.clone().unwrap_or_else(Failure::out_of_time);
            ended.insert(one.index, Err(wait.into()));
        }
        let values = open.iter();
        let values = values.map(|it| (it.write.id.clone(), it.write.values()));
        let values: BTreeMap<String, FieldValues> = values.collect();
        let mut set = set_each(crm, target, &values).await;
        let nothing =
            |came: &&Result<(), CrmError>| came.as_ref().is_err_and(CrmError::surely_did_nothing);
        let unused = set.values().filter(nothing).count();
        if let Some(taken) = taken {
            self.give_back(target, &taken, unused).await;
        }
        let mut written = Vec::with_capacity(open.len());
        for mut one in open {
            one.tried = one.tried.saturating_add(1);
            match set.remove(&one.write.id) {
                Some(Err(error)) if error.surely_did_nothing() => {
                    ended.insert(one.index, Err(error.into()));
                }
                Some(Ok(())) => written.push((one, None)),
                Some(Err(error)) => written.push((one, Some(error))),
                None => written.push((one, Some(unsaid()))),
            }
        }
        written
    }

    /// The CRM took the value: what it shows now, and what it shows that we have overwritten.
    async fn written(
        &self,
        crm: &R,
        target: &Target<'_>,
        one: &Open<'_>,
    ) -> Result<Ended, WriteError> {
        let (write, first, after) = (one.write, &one.first, &one.now);
        if let Some((values, theirs)) = write.to_put_back(first, after) {
            let values = BTreeMap::from([(write.id.clone(), values)]);
            let set = crm.set_fields(target.mapping, &values).await;
            let put_back = set.and_then(|mut set| set.remove(&write.id).unwrap_or(Err(unsaid())));
            if !put_back.as_ref().is_err_and(CrmError::surely_did_nothing) {
                self.count_put_back(target, write.purpose).await;
            }
            put_back?;
            return Ok(theirs.said(target));
        }
        let done = write.done(target, (first, after));
        done.map_err(|why| WriteError::Failed(Failure::Itself(why)))
    }
}

/// What the fields of each of these records hold and held; all of them write the same fields.
async fn look<R: Crm>(
    crm: &R,
    target: &Target<'_>,
    writes: &[&FieldWrite],
) -> Isolated<FieldStandings> {
    let Some(first) = writes.first() else {
        return Isolated::new();
    };
    let (mapping, fields) = (target.mapping, first.names());
    let fields = fields.as_slice();
    let ids: Vec<String> = writes.iter().map(|write| write.id.clone()).collect();
    let looks = isolate(&ids, async |ids: Vec<String>| {
        crm.fields(mapping, &ids, fields).await
    });
    let looks = looks.await.into_iter();
    let looks = looks.map(|(id, it)| (id, it.and_then(|it| it).map_err(of_a_look)));
    looks.collect()
}

/// That a look is refused is no final no to the write: it is asked again.
fn of_a_look(error: CrmError) -> CrmError {
    match error {
        CrmError::Refused { why } => CrmError::malformed(why),
        other => other,
    }
}

fn seen(
    looks: &mut Isolated<FieldStandings>,
    target: &Target<'_>,
    write: &FieldWrite,
) -> Result<FieldStandings, CrmError> {
    let look = looks.remove(&write.id).unwrap_or_else(|| Err(unsaid()));
    look.map(|shown| write.named(target, shown))
}

/// Sets fields of each of these records. What is refused together is asked for in halves, so that one value
/// that the CRM does not take costs no other; what may have been done is not asked for again unseen.
async fn set_each<R: Crm>(
    crm: &R,
    target: &Target<'_>,
    values: &BTreeMap<String, FieldValues>,
) -> Isolated<()> {
    let ids: Vec<String> = values.keys().cloned().collect();
    let set = isolate(&ids, async |ids: Vec<String>| {
        let some = values.iter().filter(|(id, _)| ids.contains(id));
        let some = some
            .map(|(id, value)| (id.clone(), value.clone()))
            .collect();
        match crm.set_fields(target.mapping, &some).await {
            Err(error) if !error.surely_did_nothing() => {
                let all = ids.into_iter();
                Ok(all.map(|id| (id, Err(error.clone()))).collect())
            }
            other => other,
        }
    });
    let set = set.await.into_iter();
    set.map(|(id, it)| (id, it.and_then(|it| it))).collect()
}

fn unsaid() -> CrmError {
    CrmError::malformed("it says nothing of the record")
}
