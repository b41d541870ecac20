//! Findings of the area `place`: what the new home cannot carry, changes, or will not have.
use crate::{Code, Remedy, Severity};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &PLUGIN_VERSION,
    &UNENCRYPTED,
    &PLAIN_PERMALINKS,
    &AVATARS_ON,
    &COMPATIBLE_MODE,
    &MEDIA_TYPES_MISSING,
    &ROLE_LACKS,
    &REFUSED,
    &CONFLICT,
    &REMARK,
];

/// Plugin and program are of different versions that understand each other.
pub const PLUGIN_VERSION: Code = Code {
    name: "PLC-001",
    severity: Severity::Note,
    title: "The plugin at the new home is of another version",
    meaning: "The rehome plugin and this program come from different releases. They speak the same protocol, so the move works.",
    remedy: Remedy::Nothing,
    advice: "Upload the plugin that came with this program when you find the time.",
};

/// The password is sent over plain http.
pub const UNENCRYPTED: Code = Code {
    name: "PLC-002",
    severity: Severity::Note,
    title: "The way to the new home is not encrypted",
    meaning: "The address of the new home begins with http, so the application password can be read on its way.",
    remedy: Remedy::AskOwner,
    advice: "Use the https address, and delete the application password after the move.",
};

/// Posts get addresses like `?p=123`.
pub const PLAIN_PERMALINKS: Code = Code {
    name: "PLC-003",
    severity: Severity::Changed,
    title: "The new home uses plain permalinks",
    meaning: "WordPress is set to plain permalinks, so the addresses of posts carry numbers instead of words. Changing it later changes every address.",
    remedy: Remedy::AskOwner,
    advice: "Choose \"Month and name\" or \"Post name\" under Settings → Permalinks before the move.",
};

/// Avatars are loaded from a third party.
pub const AVATARS_ON: Code = Code {
    name: "PLC-004",
    severity: Severity::Note,
    title: "The new home shows avatars from another service",
    meaning: "With avatars on, the browser of every visitor loads pictures of commenters from gravatar.com.",
    remedy: Remedy::AskOwner,
    advice: "Switch avatars off under Settings → Discussion if you do not want that.",
};

/// The plugin writes through WordPress's functions.
pub const COMPATIBLE_MODE: Code = Code {
    name: "PLC-005",
    severity: Severity::Note,
    title: "The new home is written the slower way",
    meaning: "Something at the new home (another plugin, a changed database) wants to notice every new post, so the rehome plugin writes through WordPress's own functions. The result is the same.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Usual types of files are refused.
pub const MEDIA_TYPES_MISSING: Code = Code {
    name: "PLC-006",
    severity: Severity::Changed,
    title: "The new home does not accept every kind of picture",
    meaning: "This WordPress refuses some types of files that blogs often have. Such files stay in the bundle.",
    remedy: Remedy::AskOwner,
    advice: "Allow the types at the new home (in a network: Network Admin → Settings → Upload file types), then run the move again.",
};

/// Our user may not write everything.
pub const ROLE_LACKS: Code = Code {
    name: "PLC-007",
    severity: Severity::Blocking,
    title: "The user at the new home may not write everything",
    meaning: "Each part of a blog needs a permission at the new home, and the user whose application password is used lacks some.",
    remedy: Remedy::AskOwner,
    advice: "Use an administrator's application password.",
};

/// The new home refused one item.
pub const REFUSED: Code = Code {
    name: "PLC-008",
    severity: Severity::Lost,
    title: "The new home did not take an item",
    meaning: "WordPress refused this one item and said why. Everything else went on; the item is kept in the bundle.",
    remedy: Remedy::Skip,
    advice: "Repair what WordPress names, then run the move again; what is already there is left alone.",
};

/// Somebody changed the item at the new home.
pub const CONFLICT: Code = Code {
    name: "PLC-009",
    severity: Severity::Changed,
    title: "An item was edited at the new home",
    meaning: "This item was moved before, then edited at the new home, and changed at the old one too. The edit at the new home was kept.",
    remedy: Remedy::AskOwner,
    advice: "Compare both by hand, or delete the item at the new home and run the move again.",
};

/// The new home did something a little differently.
pub const REMARK: Code = Code {
    name: "PLC-010",
    severity: Severity::Note,
    title: "The new home remarked on an item",
    meaning: "The item was placed, with a difference that WordPress or its plugin names: an adopted category, a comment without its parent, a picture without smaller copies.",
    remedy: Remedy::Nothing,
    advice: "",
};
