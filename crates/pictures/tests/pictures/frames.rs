//! What a helper and its owner say to each other, and what is not believed of it.

use pictures::helpers::frames::{
    COPIES_BYTES, FILE_BYTES, HEAD_BYTES, Job, read_answer, read_job, write_answer,
};
use pictures::{Crop, Made, PictureError, ScaledMain, Settings, SizeRule, SubSize};
use std::{io::ErrorKind, sync::Arc};

fn made() -> Made {
    let shared: Arc<[u8]> = Arc::from(&b"small"[..]);
    let size = |name: &str| SubSize {
        name: name.to_owned(),
        width: 3,
        height: 2,
        media_type: "image/jpeg",
        bytes: Arc::clone(&shared),
    };
    Made {
        main: Some(ScaledMain {
            suffix: "scaled",
            bytes: b"main".to_vec(),
        }),
        sizes: vec![size("medium"), size("theme")],
        width: 30,
        height: 20,
    }
}

#[test]
fn a_job_and_its_answer_arrive_as_they_were_sent() {
    let sizes = [SizeRule {
        name: "medium".to_owned(),
        width: 3,
        height: 0,
        crop: Crop::Fill(-1, 1),
    }];
    let settings = Settings::default();
    let mut wire = Vec::new();
    let job = Job {
        bytes: b"picture",
        sizes: &sizes,
        settings,
    };
    job.write(&mut wire).expect("memory");
    let mut from = wire.as_slice();
    let received = read_job(&mut from).expect("a frame").expect("a job");
    assert_eq!(received.bytes, b"picture");
    assert_eq!(
        (received.sizes.as_slice(), received.settings),
        (&sizes[..], settings)
    );
    assert!(read_job(&mut from).expect("the end").is_none());

    let failed = Err(PictureError::Broken("cut".to_owned()));
    for answer in [Ok(made()), failed] {
        let mut wire = Vec::new();
        write_answer(&mut wire, &answer).expect("memory");
        assert_eq!(read_answer(&mut wire.as_slice()).expect("a frame"), answer);
    }
}

#[test]
fn an_answer_cut_or_changed_anywhere_is_an_error_or_an_answer() {
    let mut wire = Vec::new();
    write_answer(&mut wire, &Ok(made())).expect("memory");
    for at in 0..wire.len() {
        assert!(read_answer(&mut &wire[..at]).is_err(), "cut at {at}");
        let mut changed = wire.clone();
        changed[at] ^= 0x55;
        let _ = read_answer(&mut changed.as_slice());
    }
}

/// A frame whose head says so much.
fn frame(head: &str) -> Vec<u8> {
    let length = u32::try_from(head.len()).expect("a short head");
    [&length.to_be_bytes(), head.as_bytes()].concat()
}

/// At its limit a file is waited for; above it nothing of it is read.
#[test]
fn heads_files_and_copies_have_a_limit() {
    let cut = ErrorKind::UnexpectedEof;
    for (beyond, kind) in [(0, cut), (1, ErrorKind::InvalidData)] {
        let length = u32::try_from(HEAD_BYTES).expect("a length") + beyond;
        let error = read_answer(&mut &length.to_be_bytes()[..]).expect_err("no head");
        assert_eq!(error.kind(), kind, "a head of {length} bytes");

        let mut job = Vec::new();
        let empty = Job {
            bytes: &[],
            sizes: &[],
            settings: Settings::default(),
        };
        empty.write(&mut job).expect("memory");
        let length = FILE_BYTES + u64::from(beyond);
        let head = String::from_utf8(job[4..].to_vec()).expect("JSON");
        let head = head.replace("\"bytes\":0", &format!("\"bytes\":{length}"));
        let error = read_job(&mut frame(&head).as_slice()).expect_err("no file");
        assert_eq!(error.kind(), kind, "a file of {length} bytes");

        let length = COPIES_BYTES + u64::from(beyond);
        let made = format!(
            r#"{{"Made":{{"main":null,"sizes":[],"width":1,"height":1,"files":[{length}]}}}}"#
        );
        let error = read_answer(&mut frame(&made).as_slice()).expect_err("no copies");
        assert_eq!(error.kind(), kind, "copies of {length} bytes");
    }
}
