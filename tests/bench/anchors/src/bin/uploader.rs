//! The least that an upload in parts costs: bytes of a file, hashed on their way, by some connections.
//!
//!     uploader PORT FILE CONNECTIONS PART_BYTES

use std::fs::File;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;

use sha2::Digest as _;
use sha2::Sha256;

const BUFFER_BYTES: usize = 256 * 1024;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments[at].parse::<u64>().expect("a number");
    let (port, path, part_bytes) = (number(0), arguments[1].as_str(), number(3));
    let size_bytes = std::fs::metadata(path)?.len();
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        let uploads = (0..number(2))
            .map(|_| scope.spawn(|| upload(port, path, size_bytes, part_bytes, &next)));
        let uploads: Vec<_> = uploads.collect();
        uploads
            .into_iter()
            .try_for_each(|it| it.join().expect("no thread panics"))
    })
}

fn upload(
    port: u64,
    path: &str,
    size_bytes: u64,
    part_bytes: u64,
    next: &AtomicU64,
) -> io::Result<()> {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}"))?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut file = File::open(path)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let begin = number * part_bytes;
        if begin >= size_bytes {
            return Ok(());
        }
        let mut left = part_bytes.min(size_bytes - begin);
        let part = number + 1;
        write!(
            stream,
            "PUT /bench/k?partNumber={part}&uploadId=1 HTTP/1.1\r\nuser-agent: a\r\ncontent-length: {left}\r\n\r\n"
        )?;
        file.seek(SeekFrom::Start(begin))?;
        let mut hash = Sha256::new();
        while left > 0 {
            let count = buffer
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            file.read_exact(&mut buffer[..count])?;
            hash.update(&buffer[..count]);
            stream.write_all(&buffer[..count])?;
            left -= count as u64;
        }
        std::hint::black_box(hash.finalize());
        loop {
            let mut line = String::new();
            answers.read_line(&mut line)?;
            if line.trim_end().is_empty() {
                break;
            }
        }
    }
}
