//! The wire: bytes in, spans out.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod conventions;
pub mod decode;
pub mod encode;
mod error;
pub mod mutagent;

pub use error::{Error, ErrorKind};
