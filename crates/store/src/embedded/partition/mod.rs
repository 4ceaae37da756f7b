//! A partition: the index of the spans that began on one UTC day.

pub(crate) mod columns;
pub(crate) mod document;
pub(crate) mod key;
pub(crate) mod one_span;
mod paths;
pub(crate) mod registry;
pub(crate) mod said;
pub(crate) mod schema;
pub(crate) mod seen;
pub(crate) mod snapshot;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tantivy::directory::MmapDirectory;
use tantivy::index::SegmentMeta;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, MergePolicy};
use tantivy::{FutureResult, Index, IndexBuilder, IndexReader, IndexWriter, ReloadPolicy, TantivyError};

use super::day::Day;
use super::directory;
use super::fail::{self, lock};
use super::options::Options;
use super::words;
use crate::Error;
use schema::Fields;
use snapshot::Snapshot;

const OPEN: &str = "open partition";
/// Decompressed blocks of spans that each segment keeps, a megabyte each: spans of a trace and of a page of a list lie
/// side by side.
const DOCSTORE_CACHE_BLOCKS: usize = 2;
/// Segments of about the same size that are merged into one. Each merge writes all of them anew, and each segment costs
/// every question a look; sixteen keep both small.
const MERGE_SEGMENTS_MIN: usize = 16;
/// The same while spans come so quickly that the processors are needed for them: half as many merges, and the rest when
/// it is calmer. Twice as many again found no more spans, and their files took more memory than a server may.
const MERGE_SEGMENTS_MIN_QUICK: usize = 32;
/// Segments of fewer spans count as equally small: what comes in half a second at full load.
const MERGE_LAYER_SPANS: u32 = 20_000;
/// A segment of which more than this was deleted is written anew, which gives the room back.
const MERGE_DELETED_RATIO: f32 = 0.3;
/// A segment of more spans is not merged any more, which bounds how long one merge takes.
const MERGE_SPANS_MAX: usize = 2_000_000;

/// Which segments are merged, while spans come quickly or not.
pub(crate) fn merge_policy(is_quick: bool) -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(if is_quick { MERGE_SEGMENTS_MIN_QUICK } else { MERGE_SEGMENTS_MIN });
    policy.set_min_layer_size(MERGE_LAYER_SPANS);
    policy.set_max_docs_before_merge(MERGE_SPANS_MAX);
    policy.set_del_docs_ratio_before_merge(MERGE_DELETED_RATIO);
    policy
}

/// A merge that is under way.
pub(crate) type Merge = FutureResult<Option<SegmentMeta>>;

/// The index of one day.
pub(crate) struct Partition {
    day: Day,
    fields: Fields,
    index: Index,
    reader: IndexReader,
    snapshot: Mutex<Arc<Snapshot>>,
}

impl Partition {
    /// Whether a directory holds an index. One without is what a crash left of a partition that never had a commit.
    pub(crate) fn exists(path: &Path) -> bool {
        path.join("meta.json").is_file()
    }

    /// Opens the index of a day.
    pub(crate) fn open(path: &Path, day: Day) -> Result<Self, Error> {
        let open = || -> tantivy::Result<Self> {
            let mut index = Index::open(MmapDirectory::open(path)?)?;
            index.set_tokenizers(schema::tokenizers());
            if let Some(words) = words::component(&index.schema()) {
                index.register_plugin(words);
            }
            Self::new(index, day)
        };
        open().map_err(|e| fail::index(OPEN, format!("'{}'", path.display()), e))
    }

    /// Makes the index of a day.
    pub(crate) fn create(path: &Path, day: Day) -> Result<Self, Error> {
        fs::create_dir_all(path).map_err(|e| fail::disk(OPEN, path, e))?;
        if let Some(parent) = path.parent() {
            directory::sync(parent).map_err(|e| fail::disk(OPEN, parent, e))?;
        }
        let create = || -> tantivy::Result<Self> {
            let schema = schema::schema();
            let words = words::component(&schema);
            let index = Index::builder().schema(schema).settings(schema::settings()).tokenizers(schema::tokenizers());
            let index = words.into_iter().fold(index, IndexBuilder::register_plugin);
            Self::new(index.create_in_dir(path)?, day)
        };
        create().map_err(|e| fail::index(OPEN, format!("'{}'", path.display()), e))
    }

    fn new(index: Index, day: Day) -> tantivy::Result<Self> {
        let fields = Fields::of(&index.schema())?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(DOCSTORE_CACHE_BLOCKS)
            .try_into()?;
        if fields.has_own_words {
            reader.searcher().segment_readers().iter().try_for_each(words::check)?;
        }
        let snapshot = Mutex::new(Arc::new(Snapshot::new(day, fields, reader.searcher())));
        Ok(Self { day, fields, index, reader, snapshot })
    }

    pub(crate) fn day(&self) -> Day {
        self.day
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// What it looked like after the last commit.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&lock(&self.snapshot))
    }

    /// What it looks like now, after what was committed.
    pub(crate) fn reload(&self) -> Result<Arc<Snapshot>, Error> {
        self.reader.reload().map_err(|e| self.fail(e))?;
        Ok(Arc::new(Snapshot::new(self.day, self.fields, self.reader.searcher())))
    }

    /// Lets readers see it like that.
    pub(crate) fn show(&self, snapshot: Arc<Snapshot>) {
        *lock(&self.snapshot) = snapshot;
    }

    /// The files that are not what was written, by their checksums.
    pub(crate) fn damaged_files(&self) -> Result<Vec<PathBuf>, Error> {
        let files = self.index.validate_checksum().map_err(|e| self.fail(e))?;
        let mut files: Vec<PathBuf> = files.into_iter().collect();
        files.sort();
        Ok(files)
    }

    /// A writer; there is one at a time, and only the index thread has it.
    pub(crate) fn writer(&self, options: &Options) -> Result<IndexWriter, Error> {
        let writer_options = IndexWriterOptions::builder()
            .memory_budget_per_thread(options.index_thread_bytes)
            .num_worker_threads(options.index_threads.max(1))
            .num_merge_threads(1)
            .build();
        let writer: IndexWriter = self.index.writer_with_options(writer_options).map_err(|e| self.fail(e))?;
        writer.set_merge_policy(Box::new(merge_policy(false)));
        Ok(writer)
    }

    /// Begins the merges that were put off while spans came quickly.
    pub(crate) fn merge_what_waits(&self, writer: &mut IndexWriter) -> Result<Vec<Merge>, Error> {
        let segments = self.index.searchable_segment_metas().map_err(|e| self.fail(e))?;
        let candidates = merge_policy(false).compute_merge_candidates(&segments);
        Ok(candidates.iter().map(|candidate| writer.merge(&candidate.0)).collect())
    }

    pub(crate) fn fail(&self, source: TantivyError) -> Error {
        fail::index("write partition", format!("'{}'", self.day), source)
    }
}

impl std::fmt::Debug for Partition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Partition").field("day", &self.day).finish_non_exhaustive()
    }
}
