//! One picture or file made ready for the wire: checked, smaller copies made, its part of the head written.

use super::Settings;
use super::copies::{CopyMaker, PICTURE_BYTES_MAX};
use super::words::{Limits, Mark, Site};
use crate::destinations::wordpress::names::{extension, file_name, wordpress_type};
use crate::destinations::wordpress::sums::{Sums, md5_of};
use blog::doors::{MediaThing, Placement};
use pictures::Made;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;

/// One thing ready to be sent.
pub(super) struct Parcel {
    /// Where its answer goes.
    pub(super) at: usize,
    /// Its entry in the head, without `upload`.
    pub(super) head: Value,
    /// The files of the body, in order; without the main file when that goes in pieces.
    pub(super) files: Vec<Vec<u8>>,
    /// Whether the main file goes in pieces beforehand.
    pub(super) in_pieces: bool,
    /// What was done differently, for the owner.
    pub(super) remark: Option<String>,
    /// Hash of the file that is shown, where that is not the original.
    pub(super) shown_hash: Option<String>,
}

impl Parcel {
    /// Bytes in the body of `/media`.
    pub(super) fn bytes(&self) -> usize {
        self.files.iter().map(Vec::len).sum::<usize>() + self.head.to_string().len()
    }
}

/// What the site takes, and who makes its copies.
pub(super) struct Workshop {
    copies: CopyMaker,
    limits: Limits,
}

impl Workshop {
    pub(super) fn new(site: &Site, settings: &Settings) -> Self {
        Self {
            copies: CopyMaker::of(site, settings),
            limits: site.limits.clone(),
        }
    }

    /// Makes `placement` ready; an error is the reason why it cannot be sent.
    pub(super) fn parcel(
        &self,
        at: usize,
        placement: &Placement,
        thing: &MediaThing,
    ) -> Result<Parcel, String> {
        let media_type = wordpress_type(&thing.media_type);
        if !self.copies.accepts(media_type) {
            return Err(format!(
                "this WordPress does not accept files of the type {}",
                thing.media_type
            ));
        }
        let mut file = File::open(&thing.file)
            .map_err(|error| format!("its file in the bundle cannot be read ({error})"))?;
        let sums = Sums::of(&mut file)
            .map_err(|error| format!("its file in the bundle cannot be read ({error})"))?;
        if sums.bytes != thing.bytes || sums.blake3 != thing.hash {
            return Err(
                "its file in the bundle is damaged: it is not what was packed; pack it again"
                    .to_owned(),
            );
        }
        if sums.bytes > self.limits.upload_bytes {
            return Err(format!(
                "its {} bytes are more than this WordPress takes ({})",
                sums.bytes, self.limits.upload_bytes
            ));
        }
        let is_picture = thing.media_type.starts_with("image/") && sums.bytes <= PICTURE_BYTES_MAX;
        let room = self.limits.media_body_bytes;
        let draft = Draft {
            at,
            placement,
            thing,
            room,
        };
        if !is_picture && sums.bytes > (room / 2) as u64 {
            return Ok(draft.in_pieces(&sums, None, None));
        }
        let bytes = read_whole(&mut file, sums.bytes)
            .map_err(|error| format!("its file in the bundle cannot be read ({error})"))?;
        let (made, remark) = if is_picture {
            self.copies.copies(&bytes, &thing.hash)
        } else {
            (None, None)
        };
        Ok(draft.whole(bytes, &sums, made, remark))
    }
}

/// A parcel in the making.
struct Draft<'a> {
    at: usize,
    placement: &'a Placement,
    thing: &'a MediaThing,
    room: usize,
}

impl Draft<'_> {
    fn whole(
        &self,
        bytes: Vec<u8>,
        sums: &Sums,
        made: Option<Made>,
        remark: Option<String>,
    ) -> Parcel {
        let copies: usize = made.as_ref().map_or(0, |made| {
            made.sizes
                .iter()
                .map(|size| size.bytes.len())
                .sum::<usize>()
                + made.main.as_ref().map_or(0, |main| main.bytes.len())
        });
        let head_room = 16 * 1024;
        if bytes.len() + copies + head_room <= self.room {
            return self.in_one(bytes, sums, made, remark);
        }
        drop(bytes);
        self.in_pieces(sums, made, remark)
    }

    /// Everything in one body.
    fn in_one(
        &self,
        bytes: Vec<u8>,
        sums: &Sums,
        made: Option<Made>,
        remark: Option<String>,
    ) -> Parcel {
        let name = self.name();
        let (main, sizes, side) = parts(made);
        let mut head = self.head(&name, side, &sizes);
        let mut files = Vec::new();
        let mut shown_hash = None;
        match main {
            Some(main) => {
                shown_hash = Some(blake3::hash(&main.bytes).to_hex().to_string());
                let (stem, _) = name.rsplit_once('.').unwrap_or((&name, ""));
                let main_type = pictures::probe(&main.bytes).media_type;
                head["file_name"] =
                    format!("{stem}-{}.{}", main.suffix, extension(&main_type, "jpg")).into();
                head["media_type"] = main_type.into();
                head["md5"] = md5_of(&main.bytes).into();
                head["bytes"] = main.bytes.len().into();
                head["original"] = json!({ "file_name": name, "bytes": bytes.len() });
                files.push(main.bytes);
            }
            None => {
                head["md5"] = sums.md5.as_str().into();
                head["bytes"] = bytes.len().into();
            }
        }
        files.push(bytes);
        files.extend(sizes.into_iter().map(|size| size.bytes.to_vec()));
        Parcel {
            at: self.at,
            head,
            files,
            in_pieces: false,
            remark,
            shown_hash,
        }
    }

    /// The main file beforehand in pieces, the smaller copies as far as they fit. A picture above the site's threshold is
    /// shown as it is then: the wire has no pieces for an original beside it.
    fn in_pieces(&self, sums: &Sums, made: Option<Made>, remark: Option<String>) -> Parcel {
        let (_, mut sizes, side) = parts(made);
        let mut room = self.room.saturating_sub(16 * 1024);
        sizes.retain(|size| match room.checked_sub(size.bytes.len()) {
            Some(rest) => {
                room = rest;
                true
            }
            None => false,
        });
        let mut head = self.head(&self.name(), side, &sizes);
        head["md5"] = sums.md5.as_str().into();
        Parcel {
            at: self.at,
            head,
            files: sizes.into_iter().map(|size| size.bytes.to_vec()).collect(),
            in_pieces: true,
            remark,
            shown_hash: None,
        }
    }

    fn name(&self) -> String {
        file_name(
            &self.thing.file_name,
            &self.thing.hash,
            &self.thing.media_type,
            self.thing.open.is_some(),
        )
    }

    fn head(&self, name: &str, side: Option<(u32, u32)>, sizes: &[pictures::SubSize]) -> Value {
        let mark = Mark::of(&self.placement.mark);
        json!({
            "mark": { "kind": mark.kind, "id": mark.id },
            "fingerprint": self.placement.fingerprint,
            "file_name": name,
            "media_type": wordpress_type(&self.thing.media_type),
            "title": self.thing.title,
            "caption": self.thing.caption,
            "alt": self.thing.alt,
            "date_utc": super::items::utc(self.thing.date_utc),
            "public": self.thing.open.is_some(),
            "width": side.map_or(0, |side| side.0),
            "height": side.map_or(0, |side| side.1),
            "original": null,
            "sizes": sizes.iter().map(|size| json!({
                "name": size.name,
                "width": size.width,
                "height": size.height,
                "media_type": size.media_type,
                "bytes": size.bytes.len(),
            })).collect::<Vec<_>>(),
        })
    }
}

type Parts = (
    Option<pictures::ScaledMain>,
    Vec<pictures::SubSize>,
    Option<(u32, u32)>,
);

fn parts(made: Option<Made>) -> Parts {
    match made {
        Some(made) => (made.main, made.sizes, Some((made.width, made.height))),
        None => (None, Vec::new(), None),
    }
}

fn read_whole(file: &mut File, bytes: u64) -> std::io::Result<Vec<u8>> {
    let mut whole = Vec::with_capacity(usize::try_from(bytes).unwrap_or(0));
    file.take(bytes).read_to_end(&mut whole)?;
    Ok(whole)
}
