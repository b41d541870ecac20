//! Where the time of one large move goes: its stages by the clock and by our own processor time.

use super::figures::{Figure, Figures};
use super::meter::Spent;
use super::site::Site;
use super::{Wishes, empty_folder, exports, say, text};
use anyhow::Result;
use blog::doors::Destination;
use campaign::{Choices, transfer, watch::Blind};
use jiff::Timestamp;
use std::time::Instant;

const BENCH: &str = "stages";

pub(super) fn run(wishes: &Wishes, figures: &mut Figures) -> Result<()> {
    let site = Site::open(&wishes.site)?;
    site.reset()?;
    let work = empty_folder(&wishes.work, "stages")?;
    let shape = exports::LARGE;
    let export = exports::movable_type(&work, shape)?;
    let choices = Choices::default();
    let now = Timestamp::now();
    say(&format!(
        "stages: {} posts, {} comments",
        shape.posts, shape.comments
    ));
    let mut clock = Clock::start();
    let bundle = text::packed(&work.join("bundle"), &export)?;
    clock.lap(figures, "read and tidy");
    let mut destination = site.destination();
    let home = destination.open(&bundle.profile()?.identity.name())?;
    transfer::place(&bundle, &mut destination, &home, &choices, now, &Blind)?;
    clock.lap(figures, "place");
    transfer::verify(&bundle, &mut destination, &home, &choices, now, &Blind)?;
    clock.lap(figures, "verify");
    drop(destination);
    let bundle = {
        drop(bundle);
        text::packed(&work.join("bundle"), &export)?
    };
    clock.lap(figures, "read and tidy again");
    let mut destination = site.destination();
    let home = destination.open(&bundle.profile()?.identity.name())?;
    let done = transfer::place(&bundle, &mut destination, &home, &choices, now, &Blind)?;
    clock.lap(figures, "place again");
    figures.add(
        Figure::new(
            BENCH,
            "writes of the second run",
            done.writes() as f64,
            "writes",
        )
        .at_most(0.0),
    );
    Ok(())
}

struct Clock {
    wall: Instant,
    own: Spent,
}

impl Clock {
    fn start() -> Self {
        Self {
            wall: Instant::now(),
            own: Spent::by_ourselves(),
        }
    }

    /// Ends one stage and begins the next.
    fn lap(&mut self, figures: &mut Figures, stage: &str) {
        let (wall, own) = (
            self.wall.elapsed().as_secs_f64(),
            Spent::by_ourselves().since(self.own),
        );
        figures.add(Figure::new(
            BENCH,
            format!("{stage}: by the clock"),
            wall,
            "s",
        ));
        figures.add(Figure::new(
            BENCH,
            format!("{stage}: our own process"),
            own,
            "CPU s",
        ));
        *self = Self::start();
    }
}
