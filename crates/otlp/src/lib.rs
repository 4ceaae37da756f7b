//! The wire: bytes in, spans out.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod conventions;
pub mod decode;
pub mod encode;
mod error;
mod json_text;
mod lenient;
pub mod mutagent;
pub mod proto;
pub mod response;
mod time;

pub use error::{Error, ErrorKind};
