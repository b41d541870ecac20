//! Handing an index on to other nodes.

use crate::{explain::WrongUse, status::Status, stop};
use ::blog::Secret;
use redirects::{BucketPlace, BucketSettings, IndexError, Place, Receiver};
use std::{env, path::Path, thread, time::Duration};

/// How long is slept before it is asked again whether to stop.
const NAP: Duration = Duration::from_millis(200);

pub(super) fn send(folder: &Path, place: &str) -> anyhow::Result<Status> {
    let position = redirects::send(folder, &named(place)?)?;
    println!("sent: {position}");
    Ok(Status::Complete)
}

pub(super) fn receive(folder: &Path, place: &str, every: Option<u64>) -> anyhow::Result<Status> {
    let place = named(place)?;
    let Some(seconds) = every else {
        println!("taken: {}", redirects::receive(folder, &place)?);
        return Ok(Status::Complete);
    };
    let mut last = None;
    let mut receiver = Receiver::into_folder(folder);
    while !stop::asked() {
        match receiver.receive(&place) {
            Ok(position) if last != Some(position) => {
                println!("taken: {position}");
                last = Some(position);
            }
            Ok(_) => {}
            // What is served goes on being served; the next look may find it mended.
            Err(error) => eprintln!("error: {error}"),
        }
        let naps = Duration::from_secs(seconds).as_millis() / NAP.as_millis();
        for _ in 0..naps {
            if stop::asked() {
                break;
            }
            thread::sleep(NAP);
        }
    }
    Ok(Status::Complete)
}

fn named(place: &str) -> anyhow::Result<Place> {
    let Some(rest) = place.strip_prefix("s3://") else {
        return Ok(Place::Folder(place.into()));
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let setting = |name: &str| {
        env::var(name).map_err(|_| WrongUse {
            what: format!("{name} is not set"),
            next: "set REHOME_S3_ENDPOINT, REHOME_S3_KEY and REHOME_S3_SECRET (and REHOME_S3_REGION where the store has regions).",
            status: Status::WrongInput,
        })
    };
    let settings = BucketSettings {
        endpoint: setting("REHOME_S3_ENDPOINT")?,
        region: env::var("REHOME_S3_REGION").unwrap_or_else(|_| "us-east-1".to_owned()),
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        key: setting("REHOME_S3_KEY")?,
        secret: Secret::new(setting("REHOME_S3_SECRET")?),
    };
    let bucket = BucketPlace::new(&settings).map_err(|error: IndexError| WrongUse {
        what: error.to_string(),
        next: "look at REHOME_S3_ENDPOINT and the name of the bucket.",
        status: Status::WrongInput,
    })?;
    Ok(Place::Bucket(Box::new(bucket)))
}
