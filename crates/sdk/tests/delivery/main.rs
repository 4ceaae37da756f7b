//! Delivery from the public face of the crate to a collector that obeys a script.

mod common;
mod life;
mod sampling;
mod secrets;
mod spool;
mod trouble;
mod wires;
