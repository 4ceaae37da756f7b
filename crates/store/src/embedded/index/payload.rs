//! What each commit of an index says of the log, so that a start after a crash knows where to go on.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::Error;
use crate::embedded::day::Day;
use crate::embedded::fail;
use crate::embedded::wal::Position;

/// A round of commits: one in each partition that was written to. A crash may come between two of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payload {
    /// Everything before is in the partitions once all of the round have committed.
    pub(crate) position: Position,
    /// What the round before had reached.
    pub(crate) since: Position,
    /// The partitions of the round.
    pub(crate) days: Vec<String>,
    /// The first and the last start of the partition's spans, in nanoseconds since the Unix epoch; versions of before
    /// did not say it.
    pub(crate) started: Option<(u64, u64)>,
}

impl Payload {
    pub(crate) fn encode(&self) -> String {
        let position = |position: Position| json!([position.segment, position.offset]);
        let mut text = json!({"wal": position(self.position), "since": position(self.since), "days": self.days});
        if let (Some((first, last)), Some(text)) = (self.started, text.as_object_mut()) {
            text.insert("started".to_owned(), json!([first, last]));
        }
        text.to_string()
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let position = |key| {
            let pair = value.get(key)?.as_array()?;
            Some(Position { segment: pair.first()?.as_u64()?, offset: pair.get(1)?.as_u64()? })
        };
        let days =
            value.get("days")?.as_array()?.iter().map(|day| day.as_str().map(str::to_owned)).collect::<Option<_>>()?;
        let started = value.get("started").and_then(|pair| Some((pair.get(0)?.as_u64()?, pair.get(1)?.as_u64()?)));
        Some(Self { position: position("wal")?, since: position("since")?, days, started })
    }
}

/// What the last commits of the partitions say, without opening one.
pub(crate) fn read_all(partitions: &[(Day, PathBuf)]) -> Result<Vec<(Day, Payload)>, Error> {
    let mut payloads = Vec::with_capacity(partitions.len());
    for (day, path) in partitions {
        if let Some(payload) = read(path)? {
            payloads.push((*day, payload));
        }
    }
    Ok(payloads)
}

/// Where the log is to be read from, as the last commits of all partitions say.
pub(crate) fn replay_from(payloads: &[(Day, Payload)]) -> Position {
    let Some((_, last)) = payloads.iter().max_by_key(|(_, payload)| payload.position) else {
        return Position::default();
    };
    let has_committed = |day: &String| {
        payloads.iter().any(|(other, payload)| other.to_string() == *day && payload.position == last.position)
    };
    // A partition that is gone needs nothing more, but asking again does no harm either.
    if last.days.iter().all(has_committed) { last.position } else { last.since }
}

/// The payload of a partition's last commit, read without opening the partition.
fn read(path: &Path) -> Result<Option<Payload>, Error> {
    let meta = path.join("meta.json");
    let text = std::fs::read_to_string(&meta).map_err(|e| fail::disk("open partition", &meta, e))?;
    let payload =
        serde_json::from_str::<Value>(&text).ok().and_then(|meta| Payload::decode(meta.get("payload")?.as_str()?));
    if payload.is_none() {
        tracing::debug!(partition = %path.display(), "the partition has had no commit yet");
    }
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(segment: u64, offset: u64) -> Position {
        Position { segment, offset }
    }

    fn partition(root: &Path, day: &str, payload: Option<&Payload>) -> (Day, PathBuf) {
        let path = root.join(day);
        std::fs::create_dir_all(&path).unwrap();
        let meta = json!({"segments": [], "payload": payload.map(Payload::encode)});
        std::fs::write(path.join("meta.json"), meta.to_string()).unwrap();
        (day.parse().unwrap(), path)
    }

    #[test]
    fn payload_reads_back_as_it_was_written() {
        let mut payload = Payload {
            position: position(3, 99),
            since: position(2, 64),
            days: vec!["2026-11-22".into()],
            started: Some((5, u64::MAX)),
        };
        assert_eq!(Payload::decode(&payload.encode()), Some(payload.clone()));
        payload.started = None;
        assert_eq!(Payload::decode(&payload.encode()), Some(payload));
        assert_eq!(Payload::decode("{}"), None);
        assert_eq!(Payload::decode("nothing"), None);
    }

    #[test]
    fn replay_goes_on_after_a_whole_round_and_repeats_a_torn_one() {
        let root = tempfile::tempdir().unwrap();
        let (monday, tuesday) = ("2026-11-23", "2026-11-24");
        let before =
            Payload { position: position(1, 70), since: position(1, 64), days: vec![monday.into()], started: None };
        let round = Payload {
            position: position(1, 90),
            since: position(1, 70),
            days: vec![monday.into(), tuesday.into()],
            started: None,
        };
        let replay_from = |partitions: &[(Day, PathBuf)]| replay_from(&read_all(partitions).unwrap());

        assert_eq!(replay_from(&[]), Position::default());
        let one = partition(root.path(), monday, Some(&before));
        let none = partition(root.path(), tuesday, None);
        assert_eq!(replay_from(&[one, none.clone()]), position(1, 70));
        let one = partition(root.path(), monday, Some(&round));
        assert_eq!(replay_from(&[one.clone(), none]), position(1, 70), "tuesday has not committed");
        let two = partition(root.path(), tuesday, Some(&round));
        assert_eq!(replay_from(&[one, two]), position(1, 90));
    }
}
