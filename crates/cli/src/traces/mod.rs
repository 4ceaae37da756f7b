//! `tracewood traces`: traces in the terminal, over the read API.

pub(crate) mod ls;
pub(crate) mod show;
pub(crate) mod table;
mod tree;
