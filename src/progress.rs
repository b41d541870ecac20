//! What a person or a program sees while a transfer works: bars on a terminal, plain lines elsewhere, events as JSON.

use crate::stop;
use blog::{Finding, Kind, Severity, codes};
use campaign::{Stage, Watch};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;
use std::{
    collections::BTreeSet,
    io::{IsTerminal, Write},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

/// How often a plain line says how far things are.
const PLAIN_LINE_EVERY: Duration = Duration::from_secs(5);

/// How long a new home that asks for it is waited for, unless the owner says otherwise.
pub(crate) const PATIENCE_MINUTES: u64 = 15;

/// The right way of showing for these flags and this terminal. `patience` is how long a new home may let us wait in one go.
pub(crate) fn watch(quiet: bool, json: bool, patience: Duration) -> Box<dyn Watch> {
    if json {
        Box::new(Events { patience })
    } else if quiet {
        Box::new(Quiet { patience })
    } else {
        Box::new(Lines::new(std::io::stderr().is_terminal(), true, patience))
    }
}

/// The way of showing for a command that prints its findings itself, once each.
pub(crate) fn watch_without_findings(quiet: bool) -> Box<dyn Watch> {
    let patience = Duration::from_secs(PATIENCE_MINUTES * 60);
    if quiet {
        Box::new(Quiet { patience })
    } else {
        Box::new(Lines::new(std::io::stderr().is_terminal(), false, patience))
    }
}

fn wait(pause: Duration) {
    let until = Instant::now() + pause;
    while Instant::now() < until && !stop::asked() {
        thread::sleep(Duration::from_millis(100).min(pause));
    }
}

/// What a kind of finding is called. What is printed while a transfer works ends in logs that many read, so it names kinds only;
/// titles, names and addresses stand in the report, which is the owner's.
fn title(code: &str) -> &'static str {
    codes::all()
        .into_iter()
        .find(|known| known.name == code)
        .map_or("", |known| known.title)
}

struct Quiet {
    patience: Duration,
}

impl Watch for Quiet {
    fn stage(&self, _: Stage) {}
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn done(&self, _: u64) {}
    fn end(&self) {}
    fn finding(&self, _: &Finding) {}
    fn say(&self, _: &str) {}
    fn stop_asked(&self) -> bool {
        stop::asked()
    }
    fn wait(&self, pause: Duration) {
        wait(pause);
    }
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
    fn patience(&self) -> Duration {
        self.patience
    }
}

/// Bars on a terminal, lines elsewhere.
struct Lines {
    terminal: bool,
    /// Whether findings are printed as they arise.
    findings: bool,
    patience: Duration,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    stage: Option<Stage>,
    bar: Option<ProgressBar>,
    what: String,
    total: Option<u64>,
    count: u64,
    begun: Option<Instant>,
    said: Option<Instant>,
    /// Kinds of findings that were printed in this stage.
    codes: BTreeSet<String>,
}

impl Lines {
    fn new(terminal: bool, findings: bool, patience: Duration) -> Self {
        Self {
            terminal,
            findings,
            patience,
            now: Mutex::new(Now::default()),
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Now) -> T) -> T {
        work(
            &mut self
                .now
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )
    }

    fn bar(total: Option<u64>, what: &str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let template = match total {
            Some(_) if what == "reading" => "  {msg:<28} {bar:28} {percent:>3} %  {rest}",
            Some(_) => "  {msg:<28} {bar:28} {pos} of {len}  {rate}  {rest}",
            None => "  {msg:<28} {spinner} {pos}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("rate", rate).with_key("rest", rest));
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    fn print(&self, now: &Now, line: &str) {
        match &now.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }
}

/// Whole numbers where the work is quick, tenths where it is slow; nothing before the first piece is done.
fn rate(state: &ProgressState, out: &mut dyn std::fmt::Write) {
    let rate = state.per_sec();
    let _ = match state.pos() {
        0 => Ok(()),
        _ if rate >= 10.0 => write!(out, "{rate:.0}/s"),
        _ => write!(out, "{rate:.1}/s"),
    };
}

/// The remaining time, once there is something to reckon with.
fn rest(state: &ProgressState, out: &mut dyn std::fmt::Write) {
    let is_over = state.len().is_some_and(|length| state.pos() >= length);
    if state.pos() > 0 && !is_over {
        let _ = write!(out, "{} left", HumanDuration(state.eta()));
    }
}

impl Watch for Lines {
    fn stage(&self, stage: Stage) {
        self.with(|now| {
            if now.stage != Some(stage) {
                now.stage = Some(stage);
                now.codes.clear();
                self.print(now, stage.as_str());
            }
        });
    }

    fn begin(&self, what: &str, total: Option<u64>) {
        self.with(|now| {
            now.what = what.to_owned();
            now.total = total;
            now.count = 0;
            now.begun = Some(Instant::now());
            now.said = Some(Instant::now());
            if self.terminal {
                now.bar = Some(Self::bar(total, what));
            }
        });
    }

    fn done(&self, count: u64) {
        self.with(|now| {
            now.count = count;
            if let Some(bar) = &now.bar {
                bar.set_position(count);
            } else if now
                .said
                .is_some_and(|said| said.elapsed() >= PLAIN_LINE_EVERY)
            {
                now.said = Some(Instant::now());
                let of = now
                    .total
                    .map(|total| format!(" of {total}"))
                    .unwrap_or_default();
                eprintln!("  {}: {count}{of}", now.what);
            }
        });
    }

    fn end(&self) {
        self.with(|now| {
            if let Some(bar) = now.bar.take() {
                bar.finish_and_clear();
            }
            if now.count == 0 {
                return;
            }
            let seconds = now.begun.map_or(0.0, |begun| begun.elapsed().as_secs_f64());
            if now.what == "reading" {
                eprintln!("  reading: done in {seconds:.1} s");
            } else {
                eprintln!("  {}: {} in {seconds:.1} s", now.what, now.count);
            }
        });
    }

    fn finding(&self, finding: &Finding) {
        if !self.findings || finding.severity < Severity::Changed {
            return;
        }
        self.with(|now| {
            if now.codes.insert(finding.code.clone()) {
                let kind = title(&finding.code);
                let line = format!(
                    "  {} {}: {kind} (the report names it)",
                    finding.code, finding.severity
                );
                self.print(now, &line);
            }
        });
    }

    fn say(&self, sentence: &str) {
        self.with(|now| self.print(now, &format!("  {sentence}")));
    }

    fn stop_asked(&self) -> bool {
        stop::asked()
    }

    fn wait(&self, pause: Duration) {
        wait(pause);
    }
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
    fn patience(&self) -> Duration {
        self.patience
    }
}

/// One JSON object a line on standard output.
struct Events {
    patience: Duration,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Event<'a> {
    Stage {
        stage: Stage,
    },
    Begin {
        what: &'a str,
        total: Option<u64>,
    },
    Done {
        count: u64,
    },
    End,
    Finding {
        code: &'a str,
        severity: Severity,
        what: &'static str,
        kind: Option<Kind>,
    },
    Say {
        sentence: &'a str,
    },
}

fn emit(event: &Event<'_>) {
    if let Ok(line) = serde_json::to_string(event) {
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}

impl Watch for Events {
    fn stage(&self, stage: Stage) {
        emit(&Event::Stage { stage });
    }
    fn begin(&self, what: &str, total: Option<u64>) {
        emit(&Event::Begin { what, total });
    }
    fn done(&self, count: u64) {
        emit(&Event::Done { count });
    }
    fn end(&self) {
        emit(&Event::End);
    }
    fn finding(&self, finding: &Finding) {
        emit(&Event::Finding {
            code: &finding.code,
            severity: finding.severity,
            what: title(&finding.code),
            kind: finding.item.as_ref().map(|item| item.kind),
        });
    }
    fn say(&self, sentence: &str) {
        emit(&Event::Say { sentence });
    }
    fn stop_asked(&self) -> bool {
        stop::asked()
    }
    fn wait(&self, pause: Duration) {
        wait(pause);
    }
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
    fn patience(&self) -> Duration {
        self.patience
    }
}
