//! One connection to a server, with as much of HTTP/1.1 as posting takes.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take; a server that is busy answers 503 long before.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A connection that stays open.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
}

/// What a server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
}

impl Connection {
    /// Connects to an address such as `127.0.0.1:4318`.
    pub(super) fn open(address: &str, key: Option<&str>) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        let key = key.map_or(String::new(), |key| format!("authorization: Bearer {key}\r\n"));
        let head =
            format!("POST /v1/traces HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-protobuf\r\n{key}");
        Ok(Self { stream: BufReader::new(stream), head })
    }

    /// Posts a request and waits for the answer.
    pub(super) fn post(&mut self, body: &[u8]) -> io::Result<Answer> {
        let head = format!("{}content-length: {}\r\n\r\n", self.head, body.len());
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let mut line = String::new();
        self.line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(|| wrong("status line"))?;
        let (mut n_bytes, mut retry_after) = (0, None);
        loop {
            self.line(&mut line)?;
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else { return Err(wrong("header")) };
            let number = value.trim().parse::<u64>();
            if name.eq_ignore_ascii_case("content-length") {
                n_bytes = number.map_err(|_| wrong("content-length"))?;
            } else if name.eq_ignore_ascii_case("retry-after") {
                retry_after = number.ok().map(Duration::from_secs);
            }
        }
        io::copy(&mut (&mut self.stream).take(n_bytes), &mut io::sink())?;
        Ok(Answer { status, retry_after })
    }

    fn line(&mut self, line: &mut String) -> io::Result<()> {
        line.clear();
        if self.stream.read_line(line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end_matches(['\r', '\n']).len());
        Ok(())
    }
}
