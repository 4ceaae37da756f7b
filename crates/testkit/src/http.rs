//! As much of HTTP/1.1 as an exporter speaks, on the standard library.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::reply::Form;

/// A request, its body already decompressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `POST` and so on.
    pub method: String,
    /// The path, with the query.
    pub path: String,
    /// The headers in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, after decompression.
    pub body: Vec<u8>,
    /// How long the body was on the wire.
    pub n_bytes_sent: usize,
}

impl Request {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the next request of a connection; `None` if the client closed it.
pub(crate) fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let Some(first) = line(stream)? else { return Ok(None) };
    let mut words = first.split(' ').map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Err(wrong("request line")) };
    let mut headers = Vec::new();
    loop {
        let header = line(stream)?.ok_or_else(|| wrong("end in headers"))?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').ok_or_else(|| wrong("header"))?;
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { method, path, headers, body: Vec::new(), n_bytes_sent: 0 };
    if request.header("expect").is_some() {
        stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let body = body(stream, &request)?;
    request.n_bytes_sent = body.len();
    request.body = decompressed(body, request.header("content-encoding"))?;
    Ok(Some(request))
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

fn line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut line = String::new();
    let n_bytes = stream.read_line(&mut line)?;
    Ok((n_bytes > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn body(stream: &mut BufReader<TcpStream>, request: &Request) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if request.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        loop {
            let size = line(stream)?.ok_or_else(|| wrong("end in chunks"))?;
            let size = u64::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
            let size = size.map_err(|_| wrong("chunk size"))?;
            stream.by_ref().take(size).read_to_end(&mut body)?;
            line(stream)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    let length = request.header("content-length").map_or(Ok(0), str::parse).map_err(|_| wrong("content-length"))?;
    stream.by_ref().take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length { Err(wrong("end in body")) } else { Ok(body) }
}

fn decompressed(body: Vec<u8>, coding: Option<&str>) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    match coding {
        None | Some("identity") => return Ok(body),
        Some("gzip") => flate2::read::MultiGzDecoder::new(body.as_slice()).read_to_end(&mut out)?,
        Some("deflate") => flate2::read::ZlibDecoder::new(body.as_slice()).read_to_end(&mut out)?,
        Some("zstd") => zstd::stream::Decoder::new(body.as_slice())?.read_to_end(&mut out)?,
        Some(other) => return Err(wrong(other)),
    };
    Ok(out)
}

/// Writes a reply; answers whether the connection stays open.
pub(crate) fn write(stream: &mut TcpStream, form: &Form) -> io::Result<bool> {
    match form {
        Form::Http { status, headers, body } => {
            let mut out = Vec::new();
            write!(out, "HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\n", body.len())?;
            for (name, value) in headers {
                write!(out, "{name}: {value}\r\n")?;
            }
            out.extend_from_slice(b"\r\n");
            out.extend_from_slice(body);
            stream.write_all(&out)?;
            Ok(true)
        }
        Form::HalfClosed => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-le").map(|()| false),
        Form::Garbage => stream.write_all(b"\x16\x03\x01 this is no HTTP at all\r\n\r\n\0\0\0").map(|()| false),
        Form::Closed | Form::Silence => Ok(false),
    }
}
