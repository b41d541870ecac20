//! Source `movable-type`.

use blog::doors::{Input, Intake, Likeness, Peek, ReadError, Source, SourceCard};

/// See the card.
pub struct MovableType;

impl Source for MovableType {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "movable-type",
            title: "movable-type",
            reads: &[],
            delivers: &[],
            options: &[],
        }
    }

    fn recognise(&self, _peek: &Peek<'_>) -> Likeness {
        Likeness::No
    }

    fn read(&self, _input: &mut dyn Input, _intake: &mut dyn Intake) -> Result<(), ReadError> {
        Ok(())
    }
}
