//! The numbers of the fields of a batch and of a span.

pub(super) const BATCH_RESOURCE: u32 = 1;
pub(super) const BATCH_SCOPE: u32 = 2;
pub(super) const BATCH_SPAN: u32 = 3;

pub(super) const PROJECT: u32 = 1;
pub(super) const RECEIVED_AT: u32 = 2;
pub(super) const PRICE_VERSION: u32 = 3;
pub(super) const TRACE_ID: u32 = 4;
pub(super) const SPAN_ID: u32 = 5;
pub(super) const PARENT_SPAN_ID: u32 = 6;
pub(super) const IS_PARENT_REMOTE: u32 = 7;
pub(super) const TRACE_ID_TEXT: u32 = 8;
pub(super) const SPAN_ID_TEXT: u32 = 9;
pub(super) const NAME: u32 = 10;
pub(super) const STARTED_AT: u32 = 11;
pub(super) const ENDED_AT: u32 = 12;
pub(super) const STATUS: u32 = 13;
pub(super) const STATUS_MESSAGE: u32 = 14;
pub(super) const OTEL_KIND: u32 = 15;
pub(super) const TRACE_STATE: u32 = 16;
pub(super) const ATTRIBUTE: u32 = 17;
pub(super) const EVENT: u32 = 18;
pub(super) const LINK: u32 = 19;
pub(super) const N_DROPPED: u32 = 20;
/// The place of its resource among those of the batch.
pub(super) const RESOURCE: u32 = 21;
/// The place of its scope, likewise.
pub(super) const SCOPE: u32 = 22;

pub(super) const KIND: u32 = 40;
pub(super) const KIND_TEXT: u32 = 41;
pub(super) const INPUT: u32 = 42;
pub(super) const OUTPUT: u32 = 43;
pub(super) const MODEL_REQUESTED: u32 = 44;
pub(super) const MODEL_RESPONDED: u32 = 45;
pub(super) const PROVIDER: u32 = 46;
pub(super) const MODEL_PARAMETER: u32 = 47;
pub(super) const FINISH_REASON: u32 = 48;
pub(super) const USAGE: u32 = 49;
pub(super) const COST_USD: u32 = 50;
pub(super) const TIME_TO_FIRST_TOKEN: u32 = 51;
pub(super) const SESSION_ID: u32 = 52;
pub(super) const USER_ID: u32 = 53;
pub(super) const TAG: u32 = 54;
pub(super) const ENVIRONMENT: u32 = 55;
pub(super) const METADATA: u32 = 56;
pub(super) const GIT_REPO: u32 = 57;
pub(super) const GIT_REF: u32 = 58;
pub(super) const SOURCE: u32 = 59;
pub(super) const NAMES: u32 = 60;
