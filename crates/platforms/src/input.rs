//! Files, folders, zips and web addresses as a source sees them: the implementations of `blog::doors::Input`.
