//! Kill points and planted bugs, for the laboratory (`cargo xtask lab`).
//!
//! A [`reached`] names a place where the state of the world changes: just before and just after a durable write or a call to
//! somebody else. A [`planted`] names a bug we know how to make; a check that never fails is tested by planting it. Both are empty
//! functions unless the feature `armed` is on, and no shipped build has it on.
//!
//! An armed run reads `REHOME_KILL=name:n` (die as if by SIGKILL when `name` is reached the `n`-th time, counted from 1),
//! `REHOME_PLANT=name`, `REHOME_POINTS=FILE` (append a point's name to FILE each time it is reached) and
//! `REHOME_KILLER=how:work:word` (die by `abort`, `panic` or `stack` when work of that name meets the word).

#[cfg(feature = "armed")]
mod armed;

/// Known bugs a laboratory may plant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// Look for an unknown effect at once instead of waiting until nobody can be working on it any more.
    DropSettleWait,
    /// Write the result of a batch before sending it.
    ReverseTwoWrites,
    /// Place friends-only items as public.
    WidenOneAudience,
    /// Believe the answer of a write without reading back.
    TrustTheAnswer,
    /// Read only one of two archive entries of one name.
    DropDuplicateName,
    /// Follow a redirect without checking where it leads.
    FollowUnchecked,
    /// Forget that an item was removed, and place it again.
    ForgetTombstone,
    /// Write the title of an item into the log.
    LogATitle,
    /// Send again what the ledger knows to be placed.
    ForgetThePlaced,
    /// Overwrite what the owner changed at the new home.
    OverwriteEdits,
    /// Hold an entry of an archive in memory before it is read.
    HoldAnEntry,
    /// Cut a text in the middle of a letter.
    CutALetter,
    /// Go on answering from an older generation of old addresses when a newer one has come.
    KeepTheOlderGeneration,
    /// Answer with an index that is older than one that was seen before.
    TakeAnOlderIndex,
    /// Lead to the new address of the page with the next number.
    TakeTheNeighbour,
    /// Answer for good while a move can be undone.
    FinalWhileUndoIsOpen,
    /// Do not count what runs died of.
    ForgetTheDead,
}

impl Bug {
    /// All of them.
    pub const ALL: [Bug; 17] = [
        Bug::DropSettleWait,
        Bug::ReverseTwoWrites,
        Bug::WidenOneAudience,
        Bug::TrustTheAnswer,
        Bug::DropDuplicateName,
        Bug::FollowUnchecked,
        Bug::ForgetTombstone,
        Bug::LogATitle,
        Bug::ForgetThePlaced,
        Bug::OverwriteEdits,
        Bug::HoldAnEntry,
        Bug::CutALetter,
        Bug::KeepTheOlderGeneration,
        Bug::TakeAnOlderIndex,
        Bug::TakeTheNeighbour,
        Bug::FinalWhileUndoIsOpen,
        Bug::ForgetTheDead,
    ];

    /// Its word in `REHOME_PLANT`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Bug::DropSettleWait => "drop-settle-wait",
            Bug::ReverseTwoWrites => "reverse-two-writes",
            Bug::WidenOneAudience => "widen-one-audience",
            Bug::TrustTheAnswer => "trust-the-answer",
            Bug::DropDuplicateName => "drop-duplicate-name",
            Bug::FollowUnchecked => "follow-unchecked",
            Bug::ForgetTombstone => "forget-tombstone",
            Bug::LogATitle => "log-a-title",
            Bug::ForgetThePlaced => "forget-the-placed",
            Bug::OverwriteEdits => "overwrite-edits",
            Bug::HoldAnEntry => "hold-an-entry",
            Bug::CutALetter => "cut-a-letter",
            Bug::KeepTheOlderGeneration => "keep-the-older-generation",
            Bug::TakeAnOlderIndex => "take-an-older-index",
            Bug::TakeTheNeighbour => "take-the-neighbour",
            Bug::FinalWhileUndoIsOpen => "final-while-undo-is-open",
            Bug::ForgetTheDead => "forget-the-dead",
        }
    }
}

/// The run has come to the place named `name`.
#[inline(always)]
pub fn reached(name: &'static str) {
    #[cfg(feature = "armed")]
    armed::reached(name);
    #[cfg(not(feature = "armed"))]
    let _ = name;
}

/// Work of this name has met these words; an input that kills is planted with it.
#[inline(always)]
pub fn met(work: &'static str, words: impl FnOnce() -> String) {
    #[cfg(feature = "armed")]
    armed::met(work, words);
    #[cfg(not(feature = "armed"))]
    let _ = (work, words);
}

/// Whether `bug` is planted in this run.
#[inline(always)]
#[must_use]
pub fn planted(bug: Bug) -> bool {
    #[cfg(feature = "armed")]
    return armed::planted(bug);
    #[cfg(not(feature = "armed"))]
    {
        let _ = bug;
        false
    }
}
