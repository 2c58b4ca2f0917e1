//! Runs commands in turn, and tells of each run how long it took and what it used.
//!
//!     measure ROUNDS -- COMMAND ARGUMENTS -- COMMAND ARGUMENTS
//!
//! A line for a run: which command, wall time in nanoseconds, CPU time in microseconds, the most
//! memory in KiB, the exit code. A round before the first is not told. It is small, because Linux counts
//! to the memory of a new process what that had in which it was started.

use std::process::Command;
use std::process::Stdio;
use std::time::Instant;

use wait4::Wait4 as _;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds: usize = arguments[0].parse().expect("a number of rounds");
    let commands: Vec<&[String]> = arguments[1..].split(|it| it == "--").skip(1).collect();
    for round in 0..=rounds {
        for (index, words) in commands.iter().enumerate() {
            let mut command = Command::new(&words[0]);
            command
                .args(&words[1..])
                .stdin(Stdio::null())
                .stdout(Stdio::null());
            let began = Instant::now();
            let ended = command.spawn()?.wait4()?;
            let wall_ns = began.elapsed().as_nanos();
            let cpu_us = (ended.rusage.utime + ended.rusage.stime).as_micros();
            let memory_kib = ended.rusage.maxrss / 1024;
            let code = ended.status.code().unwrap_or(-1);
            if round > 0 {
                println!("{index} {wall_ns} {cpu_us} {memory_kib} {code}");
            }
        }
    }
    Ok(())
}
