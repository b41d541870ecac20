//! Whole moves into a real WordPress, told with the commands an owner types.
