//! A server that keeps what it got in a directory.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Running, await_port, directory, free_port};

/// What starts it, on this port and with this directory.
type Start = dyn Fn(u16, &Path) -> Command + Send + Sync;

/// It can be killed, and started again on the same port with the same directory.
pub struct Keeper {
    pub port: u16,
    directory: TempDir,
    command: Box<Start>,
    package: &'static str,
    server: Option<Running>,
}

impl Keeper {
    /// What the command makes of a port and a directory is started. The package is named where it is missing.
    pub fn with(
        package: &'static str,
        command: impl Fn(u16, &Path) -> Command + Send + Sync + 'static,
    ) -> Keeper {
        let (port, directory, command) = (free_port(), directory(), Box::new(command));
        let mut keeper = Keeper { port, directory, command, package, server: None };
        keeper.start();
        keeper
    }

    pub fn start(&mut self) {
        let mut command = (self.command)(self.port, self.directory.path());
        let mut server = Running::start(command.stderr(Stdio::null()), self.package);
        await_port(self.port, &mut server);
        self.server = Some(server);
    }

    /// At once, whatever it is doing.
    pub fn kill(&mut self) {
        self.server = None;
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn directory(&self) -> &Path {
        self.directory.path()
    }
}
