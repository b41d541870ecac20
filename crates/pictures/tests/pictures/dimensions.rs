//! How large copies are, against WordPress itself.

use pictures::{Crop, Cut, SizeRule, cut_for};
use proptest::prelude::*;

/// Answers of a real WordPress, written down by running its own function.
const TRUTH: &str = include_str!("dimensions_truth.txt");

fn truth_line(line: &str) -> ((u32, u32, SizeRule), Option<Cut>) {
    let words: Vec<&str> = line.split(' ').collect();
    let number = |at: usize| words[at].parse::<u32>().expect("a number");
    let crop = match words[4] {
        "fit" => Crop::Fit,
        "fill" => Crop::Fill(0, 0),
        "left-top" => Crop::Fill(-1, -1),
        "right-bottom" => Crop::Fill(1, 1),
        other => panic!("unknown crop {other}"),
    };
    let rule = SizeRule {
        name: "size".to_owned(),
        width: number(2),
        height: number(3),
        crop,
    };
    // WordPress's arithmetic ends at zero pixels for slivers; its editor then makes no file.
    let makes_one = words[5] != "-" && words[7] != "0" && words[8] != "0";
    let cut = makes_one.then(|| Cut {
        left: number(5),
        top: number(6),
        width: number(7),
        height: number(8),
        part_width: number(9),
        part_height: number(10),
    });
    ((number(0), number(1), rule), cut)
}

#[test]
fn copies_are_as_large_as_wordpress_makes_them() {
    let lines = TRUTH.lines().filter(|line| !line.starts_with('#'));
    let mut compared = 0;
    for line in lines {
        let ((width, height, rule), expected) = truth_line(line);
        assert_eq!(cut_for(width, height, &rule), expected, "{line}");
        compared += 1;
    }
    assert!(compared > 300, "only {compared} lines");
}

proptest! {
    #[test]
    fn a_copy_never_grows_and_its_part_lies_inside_the_picture(
        width in 0_u32..20_000, height in 0_u32..20_000,
        box_width in 0_u32..4_000, box_height in 0_u32..4_000,
        crop in prop_oneof![Just(Crop::Fit), (-1_i8..=1, -1_i8..=1).prop_map(|(x, y)| Crop::Fill(x, y))],
    ) {
        let rule = SizeRule { name: String::new(), width: box_width, height: box_height, crop };
        if let Some(cut) = cut_for(width, height, &rule) {
            prop_assert!(cut.width >= 1 && cut.height >= 1);
            prop_assert!(cut.width <= width && cut.height <= height);
            prop_assert!(cut.left + cut.part_width <= width);
            prop_assert!(cut.top + cut.part_height <= height);
            prop_assert!(box_width == 0 || cut.width <= box_width);
            prop_assert!(box_height == 0 || cut.height <= box_height);
        }
    }
}
