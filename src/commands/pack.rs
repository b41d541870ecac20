//! `rehome pack`: read everything into a bundle, pictures included.

use super::Show;
use crate::{
    cli::{InputArgs, PackArgs},
    status::Status,
    stop, wiring,
};
use blog::doors::MediaPrepare;
use campaign::{
    Bundle, Stage, Watch, report,
    transfer::{self, PackSettings},
};

pub(super) fn run(args: &PackArgs, watch: &dyn Watch, show: Show) -> anyhow::Result<Status> {
    let bundle = Bundle::create(&args.bundle)?;
    stop::tells(&bundle)?;
    pack_into(&bundle, &args.input, None, watch)?;
    let account = report::account(&bundle)?;
    eprintln!("{}", account.sentence);
    if !show.quiet {
        eprintln!("  the bundle: {}", bundle.folder().display());
    }
    Ok(Status::Complete)
}

/// Reads an input into a bundle; `prepare` works on pictures meanwhile.
pub(super) fn pack_into(
    bundle: &Bundle,
    args: &InputArgs,
    prepare: Option<&dyn MediaPrepare>,
    watch: &dyn Watch,
) -> anyhow::Result<()> {
    let (mut input, source) = wiring::input(args)?;
    let shelf = input.media_shelf().with_saved_media(&args.media)?;
    transfer::pack(
        bundle,
        source,
        &mut input,
        &shelf,
        PackSettings {
            prepare,
            ..PackSettings::default()
        },
        watch,
    )?;
    for finding in input.findings() {
        bundle.keep_finding(Stage::Pack, &finding)?;
    }
    for (place, mut bytes) in input.set_aside() {
        bundle.keep_aside(&place, &mut bytes)?;
    }
    Ok(())
}
