//! The Movable Type import format, as Typepad wrote it until 2025.
