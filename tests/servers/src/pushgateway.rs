//! A gateway that metrics are pushed to.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Patience, Running, await_port, directory, free_port, request};

/// Prometheus' Pushgateway, which keeps what it got in a file.
pub struct Pushgateway {
    pub port: u16,
    directory: TempDir,
    server: Option<Running>,
}

impl Pushgateway {
    pub fn new() -> Pushgateway {
        let mut gateway = Pushgateway { port: free_port(), directory: directory(), server: None };
        gateway.start();
        gateway
    }

    /// One that begins with what this file of another one has.
    pub fn with_copy_of(file: &Path) -> Pushgateway {
        let mut gateway = Pushgateway { port: free_port(), directory: directory(), server: None };
        fs::copy(file, gateway.file()).expect("the file is there");
        gateway.start();
        gateway
    }

    /// With what its file has.
    pub fn start(&mut self) {
        let mut command = Command::new("prometheus-pushgateway");
        command.arg(format!("--web.listen-address=127.0.0.1:{}", self.port));
        command.arg("--persistence.file").arg(self.file());
        command.args(["--web.enable-lifecycle", "--log.level=error"]).stderr(Stdio::null());
        let mut server = Running::start(&mut command, "Debian's package prometheus-pushgateway");
        await_port(self.port, &mut server);
        // It listens before it answers.
        let patience = Patience::new();
        while !super::is_ready(self.port).unwrap_or(false) {
            patience.wait();
        }
        self.server = Some(server);
    }

    /// At once, whatever it is doing. What is not in its file is lost.
    pub fn kill(&mut self) {
        self.server = None;
    }

    /// It writes its file and ends.
    pub fn stop(&mut self) {
        // It may end before it has answered.
        let _ = request(self.port, "PUT", "/-/quit");
        let mut server = self.server.take().expect("it runs");
        let patience = Patience::new();
        while server.0.try_wait().is_ok_and(|status| status.is_none()) {
            patience.wait();
        }
    }

    /// Where it keeps what it got.
    pub fn file(&self) -> PathBuf {
        self.directory.path().join("metrics")
    }
}

impl Default for Pushgateway {
    fn default() -> Pushgateway {
        Pushgateway::new()
    }
}
