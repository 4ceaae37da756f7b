//! `tracewood traces`: traces in the terminal, over the read API.

pub(crate) mod ls;
pub(crate) mod show;
mod table;
mod tree;
