//! Servers of a test's own: each listens on a port that nobody else has, keeps its files in a directory
//! of its own, and ends with the test. One that is not installed fails the test, and says so.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

mod keeper;
mod proxy;
mod pushgateway;

pub use keeper::Keeper;
pub use proxy::{Fault, Proxy};
pub use pushgateway::Pushgateway;

thread_local! {
    static SLEPT: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// In place of a wait: takes note of it.
pub fn note(delay: Duration) {
    SLEPT.with_borrow_mut(|slept| slept.push(delay));
}

/// The waits since the last time.
pub fn slept() -> Vec<Duration> {
    SLEPT.take()
}

/// A port that nobody has, and that no connection is given: those are above 32768.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);

    // Processes that start one after the other are given numbers that do; each has a hundred ports for itself.
    let start = std::process::id().wrapping_mul(100) % 20_000;
    let start = u16::try_from(start).expect("it is smaller");
    loop {
        let port = 12_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// The time that a test has for something to happen.
pub struct Patience(Instant);

impl Patience {
    pub fn new() -> Patience {
        Patience(Instant::now())
    }

    /// Lets others run; panics when it has not happened for half a minute.
    pub fn wait(&self) {
        assert!(self.0.elapsed() < Duration::from_secs(30), "it doesn't happen");
        std::thread::sleep(Duration::from_millis(1));
    }
}

impl Default for Patience {
    fn default() -> Patience {
        Patience::new()
    }
}

/// A program that ends with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command, package: &str) -> Running {
        let program = command.get_program().to_owned();
        let child = command.stdout(Stdio::null()).stdin(Stdio::null()).spawn();
        Running(child.unwrap_or_else(|error| {
            panic!("{program:?} does not start ({error}): install {package}, as `.ci/run` does")
        }))
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns when it listens.
fn await_port(port: u16, server: &mut Running) {
    assert!(listens(port, server), "a server has ended before it listened");
}

/// Returns when it listens, or has ended.
fn listens(port: u16, server: &mut Running) -> bool {
    let patience = Patience::new();
    loop {
        let is_there = TcpStream::connect(("127.0.0.1", port)).is_ok();
        // Otherwise somebody else is.
        if let Ok(Some(_)) = server.0.try_wait() {
            return false;
        }
        if is_there {
            return true;
        }
        patience.wait();
    }
}

fn directory() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory is made");
    // Servers may run as a user of their own.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let everybody = fs::Permissions::from_mode(0o777);
        fs::set_permissions(directory.path(), everybody).expect("it is the test's own");
    }
    directory
}

/// nginx, with what stands in its `server` block. `$root` in there is a directory of its own, in which a
/// test can make files.
pub struct Nginx {
    pub port: u16,
    directory: TempDir,
    server: Option<Running>,
}

impl Nginx {
    /// Configured, but not started.
    pub fn configured(locations: &str) -> Nginx {
        let (directory, port) = (directory(), free_port());
        let root = directory.path().display();
        let locations = locations.replace("$root", &root.to_string());
        let configuration = format!(
            "daemon off; master_process off; worker_processes 1; pid {root}/pid; error_log {root}/errors;
             events {{}}
             http {{
                 access_log off; client_body_temp_path {root}/body; proxy_temp_path {root}/proxy;
                 fastcgi_temp_path {root}/fastcgi; uwsgi_temp_path {root}/uwsgi; scgi_temp_path {root}/scgi;
                 client_max_body_size 0; reset_timedout_connection on;
                 server {{ listen 127.0.0.1:{port}; {locations} }}
             }}"
        );
        fs::write(directory.path().join("nginx.conf"), configuration).expect("a file is written");
        Nginx { port, directory, server: None }
    }

    /// Running.
    pub fn with(locations: &str) -> Nginx {
        let mut nginx = Nginx::configured(locations);
        nginx.start();
        nginx
    }

    pub fn start(&mut self) {
        let mut command = Command::new("nginx");
        command.arg("-c").arg(self.root().join("nginx.conf")).stderr(Stdio::null());
        let mut server = Running::start(&mut command, "nginx");
        await_port(self.port, &mut server);
        self.server = Some(server);
    }

    /// At once, whatever it is doing.
    pub fn kill(&mut self) {
        self.server = None;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn root(&self) -> &Path {
        self.directory.path()
    }
}

/// Redis, with these arguments.
pub struct Redis {
    pub port: u16,
    directory: TempDir,
    server: Option<Running>,
}

impl Redis {
    pub fn with(arguments: &[&str]) -> Redis {
        let mut redis = Redis { port: free_port(), directory: directory(), server: None };
        redis.start(arguments);
        redis
    }

    pub fn start(&mut self, arguments: &[&str]) {
        let mut command = Command::new("redis-server");
        command.args([
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--port",
            &self.port.to_string(),
            "--dir",
        ]);
        command.arg(self.directory.path()).args(arguments).stderr(Stdio::null());
        let mut server = Running::start(&mut command, "redis-server");
        await_port(self.port, &mut server);
        self.server = Some(server);
    }

    /// At once, whatever it is doing.
    pub fn kill(&mut self) {
        self.server = None;
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }
}

/// A PostgreSQL cluster, with these settings.
pub struct Postgres {
    pub port: u16,
    directory: TempDir,
    settings: Vec<String>,
    server: Option<Running>,
}

impl Postgres {
    pub fn with(settings: &[&str]) -> Postgres {
        let (directory, port) = (directory(), free_port());
        let mut initdb = postgres_command("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--no-sync", "--locale=C", "-D"]);
        let made = initdb.arg(directory.path().join("data")).stdout(Stdio::null()).status();
        assert!(made.is_ok_and(|status| status.success()), "initdb has failed");
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let mut postgres = Postgres { port, directory, settings, server: None };
        postgres.start();
        postgres
    }

    /// At once, in the middle of whatever it is doing, and again.
    pub fn restart(&mut self) {
        self.server = None;
        self.start();
    }

    fn start(&mut self) {
        let (directory, port) = (self.directory.path(), self.port);
        let mut command = postgres_command("postgres");
        command.arg("-D").arg(directory.join("data"));
        command.args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k"]);
        command.arg(directory).args(["-c", "fsync=off"]).stderr(Stdio::null());
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        // Those that served the connections of one that was killed end a little later.
        let patience = Patience::new();
        let mut server = loop {
            let mut server = Running::start(&mut command, "postgresql");
            if listens(port, &mut server) {
                break server;
            }
            patience.wait();
        };
        // It listens before it lets anybody in.
        let is_ready = || {
            let mut command = postgres_command("pg_isready");
            command.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
            command.status().is_ok_and(|status| status.success())
        };
        let patience = Patience::new();
        while !is_ready() {
            if let Ok(Some(status)) = server.0.try_wait() {
                panic!("PostgreSQL has ended before it let anybody in: {status}");
            }
            patience.wait();
        }
        self.server = Some(server);
    }

    pub fn url(&self, user: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/postgres", self.port)
    }
}

/// A program of PostgreSQL's, which are in a directory of their version. It refuses to run as root.
fn postgres_command(program: &str) -> Command {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let path = versions.map(|version| version.path().join("bin").join(program)).max();
    let path = path.unwrap_or_else(|| {
        panic!("{program} is not in /usr/lib/postgresql: install postgresql, as `.ci/run` does")
    });
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if !is_root {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(path);
    command
}

/// MariaDB, with these arguments.
pub struct Mariadb {
    pub port: u16,
    _directory: TempDir,
    _server: Running,
}

impl Mariadb {
    pub fn with(arguments: &[&str]) -> Mariadb {
        let (directory, port) = (directory(), free_port());
        let root = directory.path().display();
        let user = std::env::var("USER").unwrap_or_else(|_| "root".to_owned());
        // A server that starts deletes what others have put into the directory for temporary tables.
        let common = [
            format!("--datadir={root}/data"),
            format!("--tmpdir={root}"),
            format!("--user={user}"),
        ];
        let mut install = Command::new("mariadb-install-db");
        install.args([
            "--no-defaults",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ]);
        let made = install.args(&common).output();
        let made = made.unwrap_or_else(|error| {
            panic!("mariadb-install-db does not start ({error}): install mariadb-server, as `.ci/run` does")
        });
        assert!(
            made.status.success(),
            "mariadb-install-db has failed:\n{}{}",
            String::from_utf8_lossy(&made.stdout),
            String::from_utf8_lossy(&made.stderr)
        );
        let mut command = Command::new("mariadbd");
        command.args(["--no-defaults", "--bind-address=127.0.0.1"]).args(&common);
        command.args([format!("--port={port}"), format!("--socket={root}/socket")]);
        command.args(arguments).stderr(Stdio::null());
        let mut server = Running::start(&mut command, "mariadb-server");
        await_port(port, &mut server);
        Mariadb { port, _directory: directory, _server: server }
    }

    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}/mysql", self.port)
    }
}

/// Services that speak AWS's protocols: moto's server.
pub struct Moto {
    pub port: u16,
    _server: Running,
}

impl Moto {
    pub fn start() -> Moto {
        let port = free_port();
        let program = std::env::var_os("MOTO_SERVER").map_or("moto_server".into(), PathBuf::from);
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).stderr(Stdio::null());
        let package = "the Python package moto[server], and name its program in MOTO_SERVER";
        let mut server = Running::start(&mut command, package);
        await_port(port, &mut server);
        Moto { port, _server: server }
    }
}

/// Prometheus, with this configuration.
pub struct Prometheus {
    pub port: u16,
    _directory: TempDir,
    _server: Running,
}

impl Prometheus {
    pub fn with(configuration: &str) -> Prometheus {
        let (directory, port) = (directory(), free_port());
        let file = directory.path().join("prometheus.yml");
        fs::write(&file, configuration).expect("a file is written");
        let mut command = Command::new("prometheus");
        command.arg("--config.file").arg(file);
        command.arg("--storage.tsdb.path").arg(directory.path().join("data"));
        command.arg(format!("--web.listen-address=127.0.0.1:{port}")).arg("--log.level=error");
        let mut server = Running::start(&mut command, "Debian's package prometheus");
        await_port(port, &mut server);
        // It listens before it answers.
        let patience = Patience::new();
        while !is_ready(port).unwrap_or(false) {
            patience.wait();
        }
        Prometheus { port, _directory: directory, _server: server }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn is_ready(port: u16) -> io::Result<bool> {
    Ok(request(port, "GET", "/-/ready")?.starts_with("HTTP/1.0 200"))
}

/// The whole answer of a server that speaks HTTP.
fn request(port: u16, method: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(format!("{method} {path} HTTP/1.0\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// A file that is there until a test takes it away.
pub fn make(path: &Path) -> io::Result<()> {
    fs::write(path, "")
}
