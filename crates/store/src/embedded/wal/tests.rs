//! Whatever a crash or a bad disk does to the log, the records that it left whole are read.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::log::Log;
use super::reader::{SegmentReader, Step};
use super::record::{HEADER_BYTES, Record};
use super::scan::{self, Opened};
use super::{Position, path, segment};
use crate::embedded::codec::Chunk;
use crate::embedded::disk::OsDisk;

const SEGMENT_BYTES: u64 = 1 << 20;

fn record(text: &str) -> Record {
    Record::new(Chunk { bytes: text.as_bytes().to_vec(), n_spans: 1 }, None).unwrap()
}

fn log(directory: &Path, segment_bytes: u64) -> Log {
    let opened = scan::open(directory, &OsDisk).unwrap();
    Log::new(directory.to_owned(), Arc::new(OsDisk), segment_bytes, opened.current, opened.next_number)
}

fn append(log: &mut Log, texts: &[&str]) -> Position {
    let records: Vec<Record> = texts.iter().map(|text| record(text)).collect();
    log.append(records.iter()).unwrap()
}

/// Opens the log as after a crash and reads all of it.
fn recover(directory: &Path) -> (Opened, Vec<String>) {
    let opened = scan::open(directory, &OsDisk).unwrap();
    let mut texts = Vec::new();
    for (number, end) in &opened.segments {
        let Some(mut reader) = SegmentReader::open(&path(directory, *number)).unwrap() else { continue };
        let mut offset = segment::HEADER_BYTES;
        loop {
            match reader.step(offset, *end).unwrap() {
                Step::Record { header, payload, end } => {
                    texts.push(String::from_utf8(header.unpack(payload).unwrap()).unwrap());
                    offset = end;
                }
                Step::Gap(gap) | Step::Tail(gap) => offset = gap.end,
                Step::End => break,
            }
        }
    }
    (opened, texts)
}

#[test]
fn records_are_read_back_in_order_from_all_segments() {
    let directory = tempfile::tempdir().unwrap();
    let mut log = log(directory.path(), 200);
    let texts: Vec<String> = (0..50).map(|n| format!("record {n}")).collect();
    for text in &texts {
        append(&mut log, &[text]);
    }
    let (opened, found) = recover(directory.path());
    assert!(opened.segments.len() > 5, "{:?}", opened.segments);
    assert_eq!(found, texts);
}

#[test]
fn compressed_records_are_read_back() {
    let directory = tempfile::tempdir().unwrap();
    let text = "the same words again and again; ".repeat(100);
    let record = Record::new(Chunk { bytes: text.clone().into_bytes(), n_spans: 1 }, Some(1)).unwrap();
    assert!(record.n_bytes() < 200);
    log(directory.path(), SEGMENT_BYTES).append([record].iter()).unwrap();
    assert_eq!(recover(directory.path()).1, [text]);
}

#[test]
fn tail_torn_at_any_byte_costs_only_the_torn_record() {
    let directory = tempfile::tempdir().unwrap();
    let ends: Vec<u64> = {
        let mut log = log(directory.path(), SEGMENT_BYTES);
        ["first", "second", "third"].iter().map(|text| append(&mut log, &[text]).offset).collect()
    };
    let file = path(directory.path(), 1);
    let whole = fs::read(&file).unwrap();
    for cut in 0..=whole.len() {
        fs::write(&file, &whole[..cut]).unwrap();
        let (opened, texts) = recover(directory.path());
        let n_whole = ends.iter().filter(|end| **end <= cut as u64).count();
        assert_eq!(texts, ["first", "second", "third"][..n_whole], "cut at {cut}");
        assert_eq!(opened.trouble, None, "cut at {cut}");
        drop(opened);
        // What is written next is found too, and what was torn does not come back.
        append(&mut log(directory.path(), SEGMENT_BYTES), &["next"]);
        let (_, texts) = recover(directory.path());
        assert_eq!(texts.len(), n_whole + 1, "cut at {cut}");
        assert_eq!(texts.last().unwrap(), "next", "cut at {cut}");
        for number in 1..=3 {
            let _ = fs::remove_file(path(directory.path(), number));
        }
    }
}

#[test]
fn flipped_byte_costs_only_the_record_that_it_is_in() {
    let directory = tempfile::tempdir().unwrap();
    let texts = ["first", "second", "third"];
    let mut begin = segment::HEADER_BYTES;
    let mut ranges = Vec::new();
    {
        let mut log = log(directory.path(), SEGMENT_BYTES);
        for text in texts {
            let end = append(&mut log, &[text]).offset;
            ranges.push(begin..end);
            begin = end;
        }
    }
    let file = path(directory.path(), 1);
    let whole = fs::read(&file).unwrap();
    for place in 0..whole.len() {
        let mut broken = whole.clone();
        broken[place] ^= 0x55;
        fs::write(&file, &broken).unwrap();
        let expected: Vec<&str> = texts
            .iter()
            .zip(&ranges)
            .filter(|(_, range)| !range.contains(&(place as u64)))
            .map(|(text, _)| *text)
            .collect();
        assert_eq!(recover(directory.path()).1, expected, "flipped {place}");
    }
}

#[test]
fn text_that_reads_as_a_record_is_not_taken_for_one_in_a_torn_record() {
    let directory = tempfile::tempdir().unwrap();
    let mut forged = Vec::new();
    for salt in [0, 1, u64::MAX] {
        record("forged").write(salt, &mut forged);
    }
    let outer = Record::new(Chunk { bytes: forged, n_spans: 1 }, None).unwrap();
    log(directory.path(), SEGMENT_BYTES).append([record("first"), outer].iter()).unwrap();
    let file = path(directory.path(), 1);
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(recover(directory.path()).1, ["first"]);
}

#[test]
fn segment_with_both_headers_broken_is_set_aside_and_said() {
    let directory = tempfile::tempdir().unwrap();
    {
        let mut log = log(directory.path(), 100);
        for text in ["one", "two", "three", "four"] {
            append(&mut log, &[text]);
        }
    }
    let last = path(directory.path(), 2);
    let mut bytes = fs::read(&last).unwrap();
    bytes[3] ^= 1;
    bytes[40] ^= 1;
    fs::write(&last, bytes).unwrap();
    let (opened, texts) = recover(directory.path());
    assert_eq!(texts, ["one", "two"]);
    assert!(opened.trouble.unwrap().contains("0000000000000002.log.damaged"));
    assert_eq!((opened.end.segment, opened.next_number), (1, 3), "its number is not used again");
}

#[test]
fn record_header_has_the_size_that_is_documented() {
    let mut bytes = Vec::new();
    record("x").write(7, &mut bytes);
    assert_eq!(bytes.len(), HEADER_BYTES + 1);
    assert_eq!(segment::Header::new(1).encode().len() as u64, segment::HEADER_BYTES);
}
