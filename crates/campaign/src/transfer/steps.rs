//! Every durable write and outward call of the stages that change a new home, by name, with the points where the laboratory may
//! kill a run: just before it and just after it. A house test holds `transfer/` to it.

/// A durable write or an outward call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The point just before it.
    pub before: &'static str,
    /// The point just after it.
    pub after: &'static str,
}

impl Step {
    /// Does `work`, between the two points.
    pub(super) fn run<T>(self, work: impl FnOnce() -> T) -> T {
        points::reached(self.before);
        let outcome = work();
        points::reached(self.after);
        outcome
    }
}

macro_rules! steps {
    ($($(#[$about:meta])* $name:ident = $word:literal;)*) => {
        $($(#[$about])* pub(super) const $name: Step = Step { before: concat!($word, ".before"), after: concat!($word, ".after") };)*

        /// All of them. Names are stable: old seeds of the laboratory name them.
        pub const STEPS: &[Step] = &[$($name),*];
    };
}

steps! {
    /// Writes down tidied bodies.
    TIDIED = "tidy.write";
    /// Writes down that a run begins, and that what was sent before is unknown.
    BEGUN = "place.begin";
    /// Shuts out every earlier call.
    FENCE = "fence";
    /// Looks for marks.
    FIND = "place.find";
    /// Tells the new home about the blog as a whole.
    SITE = "place.site";
    /// Writes down that a batch leaves, fingerprints with it.
    SENT = "place.sent";
    /// Sends a batch.
    PLACE = "place.place";
    /// Writes down the answer to a batch.
    CONFIRMED = "place.confirm";
    /// Writes down that an answer was lost.
    LOST = "place.lost";
    /// Writes down what was found of lost effects, and what was not.
    SETTLED = "place.settled";
    /// Counts the failure of one item by itself.
    FAILED = "place.failed";
    /// Writes down that an item is set aside.
    PARKED = "place.park";
    /// Makes things less visible that somebody changed.
    NARROW = "place.narrow";
    /// Writes down how visible they are now.
    NARROWED = "place.narrowed";
    /// Takes away what is gone at the source.
    DELETE = "place.delete";
    /// Writes down what was taken away.
    DELETED = "place.deleted";
    /// Takes late twins away.
    TWINS = "place.twins";
    /// Writes down that the sweep has looked.
    SWEPT = "place.swept";
    /// Writes down the fate of items that share another one's place.
    SHARED = "place.shared";
    /// Writes down which links lead where it was foreseen.
    FORESEEN = "place.foreseen";
    /// Ends the move at the new home.
    FINISH = "place.finish";
    /// Writes down that things are about to be taken away.
    UNDO_BEGUN = "undo.begin";
    /// Takes things away.
    REMOVE = "undo.remove";
    /// Writes down what was taken away.
    REMOVED = "undo.removed";
    /// Ends an undo at the new home.
    UNDO_FINISH = "undo.finish";
    /// Reads what stands there before a repair.
    STANDING = "repair.standing";
    /// Reads things back.
    READ_BACK = "verify.find";
}
