//! Source `spaces`.

use blog::doors::{Input, Intake, Likeness, Peek, ReadError, Source, SourceCard};

/// See the card.
pub struct LiveSpaces;

impl Source for LiveSpaces {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "spaces",
            title: "spaces",
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
