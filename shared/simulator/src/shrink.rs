use crate::story::Story;

/// The shortest story that is found to fail still, by leaving out what happens and what goes wrong,
/// in ever smaller pieces.
pub fn shrink(story: Story, fails: impl Fn(&Story) -> bool) -> Story {
    let mut story = story;
    loop {
        let before = size(&story);
        story = without(story, &fails, |story| &mut story.faults);
        story = without(story, &fails, |story| &mut story.actions);
        if size(&story) >= before {
            return story;
        }
    }
}

fn size(story: &Story) -> usize {
    story.actions.len().saturating_add(story.faults.len())
}

/// Leaves out as many of these as it can.
fn without<T: Clone>(
    story: Story,
    fails: &impl Fn(&Story) -> bool,
    of: impl Fn(&mut Story) -> &mut Vec<T>,
) -> Story {
    let mut story = story;
    let mut piece = of(&mut story).len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        while from < of(&mut story).len() {
            let mut shorter = story.clone();
            let all = of(&mut shorter);
            let to = from.saturating_add(piece).min(all.len());
            all.drain(from..to);
            if fails(&shorter) {
                story = shorter;
            } else {
                from = to;
            }
        }
        if piece == 1 {
            return story;
        }
        piece /= 2;
    }
}
