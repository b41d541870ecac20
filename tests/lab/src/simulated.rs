//! The engine in simulated time, against a home in memory on which every call may go wrong, and runs that die in the middle.

use blog::{
    ItemRef,
    doors::{
        Destination, DestinationCard, FindDepth, Narrowing, NewHome, Observed, Placed, Placement,
        Removed, SiteWishes, Visitor, WriteError,
    },
};
use campaign::{Bundle, Choices, Error, Stage, Watch, transfer};
use jiff::Timestamp;
use std::sync::Arc;
use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::Duration,
};
use world::{
    dice::Dice,
    home::{Clock, HomeFaults, MemoryHome, SETTLE_SECONDS},
};

/// How often things go wrong, in thousandths of all calls.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Chances {
    /// A call fails: refused, lost after it was applied, cut, late, asked to come back.
    pub(crate) fault: u64,
    /// The run dies, as if killed, before or after a call was applied.
    pub(crate) death: u64,
    /// A batch is answered as placed and one thing of it is not there.
    pub(crate) lie: u64,
}

/// A home in memory behind a bad line.
pub(crate) struct BadLine {
    pub(crate) home: MemoryHome,
    pub(crate) chances: Chances,
    dice: Dice,
    batch_items: usize,
}

/// What `resume_unwind` carries where a run dies.
struct Died;

impl BadLine {
    /// An empty home. Every other one cannot shut calls out and may have twins, as homes without the plugin.
    pub(crate) fn new(dice: &mut Dice, chances: Chances, batch_items: usize) -> Self {
        let fenced = dice.below(2) == 0;
        let mut home = MemoryHome::default();
        (home.fenced, home.twins_possible) = (fenced, !fenced);
        Self {
            home,
            chances,
            dice: Dice::from_seed(dice.roll()),
            batch_items,
        }
    }

    /// Whether this call goes wrong before it is applied; the run may die of it.
    fn mishap(&mut self) -> Result<(), WriteError> {
        let roll = self.dice.below(1000);
        if roll < self.chances.death {
            resume_unwind(Box::new(Died));
        }
        if roll < self.chances.death + self.chances.fault {
            return Err(WriteError::NotDone("the line broke".to_owned()));
        }
        Ok(())
    }

    fn faults_of_a_batch(&mut self) -> HomeFaults {
        let mut faults = HomeFaults {
            late_seconds: self.dice.below(SETTLE_SECONDS),
            ..HomeFaults::default()
        };
        if self.dice.below(1000) < self.chances.fault {
            match self.dice.below(5) {
                0 => faults.lose_answer_every = 1,
                1 => faults.cut_answer_every = 1,
                2 => faults.late_every = 1,
                3 => faults.refuse_every = 1,
                _ => (faults.busy_every, faults.busy_seconds) = (1, Some(self.dice.below(30))),
            }
        }
        faults
    }

    /// Lets everything arrive that is still on its way.
    pub(crate) fn come_to_rest(&mut self) {
        self.home.clock.pass(Duration::from_secs(3600));
        self.home.call();
    }
}

impl Destination for BadLine {
    fn card(&self) -> DestinationCard {
        self.home.card()
    }

    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        Ok(NewHome {
            batch_items: self.batch_items,
            ..self.home.open(blog)?
        })
    }

    fn fence(&mut self) -> Result<bool, WriteError> {
        self.mishap()?;
        self.home.fence()
    }

    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        let roll = self.dice.below(1000);
        self.home.faults = self.faults_of_a_batch();
        if roll < self.chances.death {
            // Killed while it waits for the answer: the batch is at the home already, or will be, or never left.
            match self.dice.below(3) {
                0 => drop(self.home.place(batch)),
                1 => {
                    self.home.faults = HomeFaults {
                        late_every: 1,
                        late_seconds: self.dice.below(SETTLE_SECONDS),
                        ..HomeFaults::default()
                    };
                    drop(self.home.place(batch));
                }
                _ => {}
            }
            resume_unwind(Box::new(Died));
        }
        let placed = self.home.place(batch)?;
        if self.dice.below(1000) < self.chances.lie
            && let Some(liar) = batch.get(self.dice.below(batch.len() as u64) as usize)
        {
            self.home.kept.remove(&liar.mark);
        }
        Ok(placed)
    }

    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        self.mishap()?;
        self.home.find(marks, depth)
    }

    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        self.mishap()?;
        self.home.remove(marks)
    }

    fn remove_twins(&mut self, marks: &[ItemRef]) -> Result<u64, WriteError> {
        self.mishap()?;
        self.home.remove_twins(marks)
    }

    fn narrow(&mut self, wishes: &[Narrowing]) -> Result<Vec<bool>, WriteError> {
        self.mishap()?;
        self.home.narrow(wishes)
    }

    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        self.mishap()?;
        self.home.settle(wishes)
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        self.mishap()?;
        self.home.finish()
    }

    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        self.home.visitor()
    }
}

/// Lets simulated time pass where others wait.
pub(crate) struct Simulated(pub(crate) Clock);

impl Watch for Simulated {
    fn stage(&self, _: Stage) {}
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn done(&self, _: u64) {}
    fn end(&self) {}
    fn finding(&self, _: &blog::Finding) {}
    fn say(&self, _: &str) {}
    fn stop_asked(&self) -> bool {
        false
    }
    fn wait(&self, pause: Duration) {
        self.0.pass(pause);
    }
    fn now(&self) -> Timestamp {
        self.0.now()
    }
    fn patience(&self) -> Duration {
        Duration::from_secs(24 * 3600)
    }
}

/// One run of placing, and of verifying where that is wished. `Ok(false)` when the run died or gave up; the next one goes on.
pub(crate) fn run(
    bundle: &Bundle,
    line: &mut BadLine,
    choices: &Choices,
    verify: bool,
) -> Result<bool, Error> {
    let watch = Simulated(line.home.clock.clone());
    let now = watch.now();
    let once = AssertUnwindSafe(|| -> Result<(), Error> {
        let home = line.open("lab")?;
        transfer::place(bundle, line, &home, choices, now, &watch)?;
        if verify {
            transfer::verify(bundle, line, &home, choices, now, &watch)?;
        }
        Ok(())
    });
    match catch_unwind(once) {
        Ok(Ok(())) => Ok(true),
        Ok(Err(Error::Write(_))) => Ok(false),
        Ok(Err(error)) => Err(error),
        Err(death) if death.is::<Died>() => Ok(false),
        Err(panic) => resume_unwind(panic),
    }
}
