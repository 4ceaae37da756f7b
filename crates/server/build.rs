//! Puts the page into the server: every file of `web/dist`, or of the placeholder where the page was not built.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::{Compression, Crc, write::GzEncoder};
use sha2::{Digest as _, Sha256};

fn main() -> io::Result<()> {
    let crate_dir = PathBuf::from(var("CARGO_MANIFEST_DIR")?);
    let out_dir = PathBuf::from(var("OUT_DIR")?);
    let built = crate_dir.join("../../web/dist");
    // Cargo counts a path that does not exist as changed each time, so that an empty folder stands in until the page
    // is built there.
    if crate_dir.join("../../web").is_dir() {
        fs::create_dir_all(&built)?;
        println!("cargo::rerun-if-changed=../../web/dist");
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=placeholder");

    let is_built = built.join("index.html").is_file();
    let folder = if is_built { built.canonicalize()? } else { crate_dir.join("placeholder") };
    let mut files = Vec::new();
    collect(&folder, &mut files)?;
    files.sort();

    let mut table = String::from("&[\n");
    for (index, file) in files.iter().enumerate() {
        let relative = file.strip_prefix(&folder).map_err(io::Error::other)?;
        let url = format!("/{}", relative.to_string_lossy().replace('\\', "/"));
        let bytes = fs::read(file)?;
        let mut crc = Crc::new();
        crc.update(&bytes);
        let etag = format!("\"{:x}-{:08x}\"", bytes.len(), crc.sum());
        let gzip = out_dir.join(format!("page-{index}.gz"));
        let is_smaller = write_gzip(&gzip, &bytes)?;
        let [file, gzip] = [file, &gzip].map(|path| path.to_string_lossy().into_owned());
        let gzip = if is_smaller { format!("Some(include_bytes!({gzip:?}))") } else { "None".to_owned() };
        let _ = writeln!(
            table,
            "File {{ path: {url:?}, content_type: {:?}, etag: {etag:?}, bytes: include_bytes!({file:?}), gzip: {gzip} }},",
            content_type(&url),
        );
    }
    table.push(']');
    println!("cargo::rustc-env=TRACEWOOD_PAGE_STYLE={}", style_source(&fs::read_to_string(folder.join("index.html"))?));
    fs::write(out_dir.join("page.rs"), table)
}

/// What a content security policy must say so that the styles in the page itself count, behind the sources before it.
fn style_source(page: &str) -> String {
    let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
    style.map_or_else(String::new, |(style, _)| format!(" 'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(style))))
}

fn var(name: &str) -> io::Result<std::ffi::OsString> {
    #[expect(clippy::disallowed_methods, reason = "this is how cargo talks to a build script")]
    std::env::var_os(name).ok_or_else(|| io::Error::other(format!("{name} is not set")))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Writes the compressed form and says whether it is worth it.
fn write_gzip(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    let compressed = encoder.finish()?;
    fs::write(path, &compressed)?;
    Ok(compressed.len() + compressed.len() / 10 < bytes.len())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
