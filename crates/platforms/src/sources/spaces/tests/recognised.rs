//! Inputs that are a Space's, and others.

use super::*;

#[test]
fn inputs_are_recognised_and_others_are_not() {
    let peek = |label: &str, form: InputForm, head: &[u8], names: &[String]| {
        LiveSpaces.recognise(&Peek {
            label,
            form,
            head,
            names,
        })
    };
    for label in [
        "ana-garden.spaces.live.com",
        "http://spaces.msn.com/members/ana",
        "https://cid-a1b2c3d4e5f60718.spaces.live.com/blog/",
    ] {
        assert_eq!(
            peek(label, InputForm::Address, b"", &[]),
            Likeness::Surely,
            "{label}"
        );
    }
    for label in [
        "https://ana.typepad.com/",
        "http://spaces.live.com/",
        "http://storage.msn.com/x1p",
    ] {
        assert_eq!(
            peek(label, InputForm::Address, b"", &[]),
            Likeness::No,
            "{label}"
        );
    }
    assert_eq!(
        peek("space.zip", InputForm::Zip, b"", &["index.html".to_owned()]),
        Likeness::Surely
    );
    assert_eq!(
        peek("x", InputForm::Folder, b"", &["notes.txt".to_owned()]),
        Likeness::No
    );
    assert_eq!(
        peek("p.html", InputForm::File, MARKUPS[0].1.as_bytes(), &[]),
        Likeness::Surely
    );
    assert_eq!(
        peek(
            "export.txt",
            InputForm::File,
            b"AUTHOR: Ana\nTITLE: x\n-----\n",
            &[]
        ),
        Likeness::No
    );
}
