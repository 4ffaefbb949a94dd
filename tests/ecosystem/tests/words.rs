//! What servers, clients and systems really say, word for word.

use reattempt::RetryKind::{self, Permanent, Throttled, Transient};
use reattempt::detect;

fn assert_all(source: &str, messages: &[(&str, RetryKind)]) {
    for (message, kind) in messages {
        let said = detect::message(message);
        assert_eq!(said.kind(), *kind, "{source}: {message:?}");
        assert!(!said.is_not_applied(), "words don't say that: {message:?}");
    }
}

#[test]
fn postgresql_and_its_poolers() {
    assert_all(
        "PostgreSQL",
        &[
            ("FATAL:  terminating connection due to administrator command", Transient),
            (
                "WARNING:  terminating connection because of crash of another server process",
                Transient,
            ),
            ("FATAL:  terminating connection due to idle-in-transaction timeout", Transient),
            ("FATAL:  the database system is starting up", Transient),
            ("FATAL:  the database system is shutting down", Transient),
            ("FATAL:  the database system is in recovery mode", Transient),
            ("FATAL:  the database system is not yet accepting connections", Transient),
            ("FATAL:  sorry, too many clients already", Throttled),
            (
                "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
                Throttled,
            ),
            ("FATAL:  too many connections for role \"app\"", Throttled),
            ("ERROR:  out of shared memory", Throttled),
            (
                "ERROR:  could not serialize access due to read/write dependencies among transactions",
                Transient,
            ),
            ("ERROR:  deadlock detected", Transient),
            ("ERROR:  could not obtain lock on row in relation \"jobs\"", Transient),
            ("ERROR:  canceling statement due to lock timeout", Transient),
            ("ERROR:  canceling statement due to conflict with recovery", Transient),
            ("ERROR:  canceling statement due to statement timeout", Permanent),
            ("ERROR:  canceling statement due to user request", Permanent),
            (
                "ERROR:  current transaction is aborted, commands ignored until end of transaction block",
                Permanent,
            ),
            ("ERROR:  duplicate key value violates unique constraint \"timeout_pkey\"", Permanent),
            ("FATAL:  password authentication failed for user \"timeout\"", Permanent),
            (
                "FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user \"app\", database \"app\"",
                Permanent,
            ),
            (
                "server closed the connection unexpectedly\n\tThis probably means the server terminated",
                Transient,
            ),
            ("SSL connection has been closed unexpectedly", Transient),
            ("could not receive data from server: Connection timed out", Transient),
            ("ERROR:  query_wait_timeout", Transient),
            ("ERROR:  server login has been failing, try again later", Transient),
            ("FATAL:  no more connections allowed (max_client_conn)", Throttled),
        ],
    );
}

#[test]
fn mysql_and_mariadb() {
    assert_all(
        "MySQL",
        &[
            ("MySQL server has gone away", Transient),
            ("Server has gone away", Transient),
            ("Lost connection to MySQL server during query", Transient),
            (
                "Lost connection to server at 'reading initial communication packet', system error: 0",
                Transient,
            ),
            ("Can't connect to MySQL server on 'timeout.internal' (111)", Transient),
            (
                "Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (2)",
                Transient,
            ),
            ("Deadlock found when trying to get lock; try restarting transaction", Transient),
            ("Lock wait timeout exceeded; try restarting transaction", Transient),
            (
                "Statement aborted because lock(s) could not be acquired immediately and NOWAIT is set.",
                Transient,
            ),
            ("Record has changed since last read in table 'jobs'", Transient),
            ("Server shutdown in progress", Transient),
            ("The client was disconnected by the server because of inactivity.", Transient),
            ("WSREP has not yet prepared node for application use", Transient),
            ("Communications link failure", Transient),
            ("Too many connections", Throttled),
            ("User app already has more than 'max_user_connections' active connections", Throttled),
            ("Query execution was interrupted", Permanent),
            (
                "Query execution was interrupted, maximum statement execution time exceeded",
                Permanent,
            ),
            ("Access denied for user 'timeout'@'localhost' (using password: YES)", Permanent),
            ("Duplicate entry '1' for key 'PRIMARY'", Permanent),
            ("Table 'app.timeout' doesn't exist", Permanent),
            ("You have an error in your SQL syntax", Permanent),
        ],
    );
}

#[test]
fn sqlite() {
    assert_all(
        "SQLite",
        &[
            ("database is locked", Transient),
            ("database table is locked: jobs", Transient),
            ("database schema has changed", Transient),
            ("database or disk is full", Permanent),
            ("attempt to write a readonly database", Permanent),
            ("database disk image is malformed", Permanent),
            ("UNIQUE constraint failed: jobs.timeout", Permanent),
            ("no such table: timeout", Permanent),
        ],
    );
}

#[test]
fn redis_and_valkey() {
    assert_all(
        "Redis",
        &[
            ("LOADING Redis is loading the dataset in memory", Transient),
            ("CLUSTERDOWN The cluster is down", Transient),
            ("CLUSTERDOWN Hash slot not served", Transient),
            (
                "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
                Transient,
            ),
            ("TRYAGAIN Multiple keys request during rehashing of slot", Transient),
            (
                "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
                Transient,
            ),
            ("READONLY You can't write against a read only replica.", Transient),
            ("ERR max number of clients reached", Throttled),
            ("OOM command not allowed when used memory > 'maxmemory'.", Permanent),
            (
                "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
                Permanent,
            ),
            ("NOREPLICAS Not enough good replicas to write.", Permanent),
            ("NOAUTH Authentication required.", Permanent),
            ("WRONGPASS invalid username-password pair or user is disabled.", Permanent),
            ("WRONGTYPE Operation against a key holding the wrong kind of value", Permanent),
        ],
    );
}

#[test]
fn http_servers_and_proxies() {
    assert_all(
        "HTTP",
        &[
            ("504 Gateway Time-out", Transient),
            ("<html><head><title>504 Gateway Time-out</title></head>", Transient),
            ("<title>503 Service Temporarily Unavailable</title>", Throttled),
            ("408 Request Time-out", Transient),
            ("502 Bad Gateway", Transient),
            ("413 Request Entity Too Large", Permanent),
            (
                "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
                Transient,
            ),
            ("no healthy upstream", Transient),
            ("upstream request timeout", Transient),
            (
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
                Throttled,
            ),
            ("{\"error\":{\"code\":\"rate_limit_exceeded\"}}", Throttled),
            ("You exceeded your current quota (insufficient_quota)", Permanent),
            (
                "error sending request: client error (Connect): invalid URL, scheme is not http",
                Permanent,
            ),
        ],
    );
}

#[test]
fn curl_and_git() {
    assert_all(
        "curl",
        &[
            ("curl: (6) Could not resolve host: timeout.example.com", Transient),
            (
                "curl: (7) Failed to connect to 10.0.0.1 port 443 after 1 ms: Couldn't connect to server",
                Transient,
            ),
            ("curl: (18) transfer closed with 1024 bytes remaining to read", Transient),
            ("curl: (22) The requested URL returned error: 503", Throttled),
            ("curl: (22) The requested URL returned error: 404", Permanent),
            (
                "curl: (28) Operation timed out after 5000 milliseconds with 0 bytes received",
                Transient,
            ),
            (
                "curl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to example.com:443",
                Transient,
            ),
            ("curl: (52) Empty reply from server", Transient),
            ("curl: (55) Failed sending data to the peer", Transient),
            ("curl: (56) Recv failure: Connection reset by peer", Transient),
            ("curl: (60) SSL certificate problem: certificate has expired", Permanent),
            (
                "curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)",
                Transient,
            ),
            (
                "fatal: unable to access 'https://git.example.com/reset/': The requested URL returned error: 502",
                Transient,
            ),
            (
                "error: RPC failed; curl 56 GnuTLS recv error (-54): Error in the pull function.",
                Transient,
            ),
            ("fatal: the remote end hung up unexpectedly", Transient),
            ("fatal: early EOF", Transient),
            ("fatal: repository 'https://git.example.com/timeout/' not found", Permanent),
        ],
    );
}

#[test]
fn go_and_grpc() {
    assert_all(
        "Go",
        &[
            ("Get \"https://api.example.com/\": context deadline exceeded", Transient),
            (
                "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
                Transient,
            ),
            ("Get \"https://api.example.com/\": context canceled", Permanent),
            ("read tcp 10.0.0.1:5432->10.0.0.2:80: use of closed network connection", Transient),
            ("lookup timeout.example.com on 10.0.0.1:53: server misbehaving", Transient),
            ("http: server closed idle connection", Transient),
            (
                "http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR",
                Transient,
            ),
            ("http2: client connection lost", Transient),
            ("rpc error: code = Unavailable desc = transport is closing", Transient),
            ("rpc error: code = Unavailable desc = error reading from server: EOF", Transient),
            ("rpc error: code = DeadlineExceeded desc = late", Transient),
            ("rpc error: code = Aborted desc = conflict", Transient),
            ("rpc error: code = NotFound desc = late", Permanent),
            ("rpc error: code = PermissionDenied desc = timeout", Permanent),
            ("rpc error: code = Canceled desc = context canceled", Permanent),
            ("all SubConns are in TransientFailure, latest connection error: dial", Transient),
            ("keepalive ping failed to receive ACK within timeout", Transient),
            (
                "status = StatusCode.UNAVAILABLE details = \"failed to connect to all addresses\"",
                Transient,
            ),
            ("StatusCode.INVALID_ARGUMENT: the timeout must be positive", Permanent),
        ],
    );
}

/// It breaks the lines of what the SDK of Go says, also in the middle of a phrase.
#[test]
fn sops_and_the_key_service() {
    let failed = |said: &str| {
        format!(
            "Group 0: FAILED\n  arn:aws:kms:us-east-1:1:key/a: FAILED\n    - | {said}\n\nRecovery failed because no master key was able to decrypt the file."
        )
    };
    let reset = failed(
        "failed to decrypt sops data key with AWS KMS: operation error KMS:\n      | Decrypt, request send failed, Post\n      | \"https://kms.us-east-1.amazonaws.com/\": read: connection\n      | reset by peer",
    );
    let throttled = failed(
        "failed to decrypt sops data key with AWS KMS: operation error KMS:\n      | Decrypt, exceeded maximum number of attempts, 3, https response\n      | error StatusCode: 400, RequestID: 1-2, api error\n      | ThrottlingException: Rate exceeded",
    );
    let denied = failed(
        "Error decrypting key: AccessDeniedException: User: arn:aws:iam::1:user/a\n      | is not authorized to perform: kms:Decrypt",
    );
    assert_all(
        "sops",
        &[
            (&reset, Transient),
            (&throttled, Throttled),
            (&denied, Permanent),
            ("KMSInternalException: An internal error occurred", Transient),
            ("KeyUnavailableException: the key is not available", Transient),
            ("DisabledException: arn:aws:kms:us-east-1:1:key/a is disabled.", Permanent),
        ],
    );
}

#[test]
fn cloudflare() {
    assert_all(
        "Cloudflare",
        &[
            ("Network connection lost.", Transient),
            ("D1_ERROR: D1 DB reset because its code was updated.", Transient),
            (
                "D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.",
                Transient,
            ),
            ("D1_ERROR: Internal error in D1 DB storage caused object to be reset.", Transient),
            ("Cannot resolve D1 DB due to transient issue on remote node.", Transient),
            ("Can't read from request stream because client disconnected.", Transient),
            (
                "Connection closed: this Durable Object instance is no longer active. Reconnect or retry the request.",
                Transient,
            ),
            ("Durable Object reset because its code was updated.", Transient),
            ("D1_ERROR: D1 DB is overloaded. Too many requests queued.", Throttled),
            ("D1_ERROR: D1 DB is overloaded. Requests queued for too long.", Throttled),
            (
                "Your account is generating too much load on Durable Objects. Please back off and try again later.",
                Throttled,
            ),
            ("put: We encountered an internal error. Please try again. (10001)", Transient),
            ("put: Reduce your concurrent request rate for the same object. (10058)", Throttled),
            ("Durable Object is overloaded. Too many requests queued.", Permanent),
            (
                "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
                Permanent,
            ),
            ("request cancelled because client disconnected", Permanent),
            ("D1_ERROR: UNIQUE constraint failed: orders.id: SQLITE_CONSTRAINT", Permanent),
            ("D1_ERROR: no such table: orders: SQLITE_ERROR", Permanent),
        ],
    );
}

#[test]
fn http_2() {
    assert_all(
        "HTTP/2",
        &[
            (
                "stream error received: refused stream before processing any application logic",
                Transient,
            ),
            ("stream terminated by RST_STREAM with error code: REFUSED_STREAM", Transient),
            ("connection error received: detected excessive load generating behavior", Throttled),
            ("stream error received: unexpected internal error encountered", Transient),
            ("received HTTP/2 GOAWAY (ENHANCE_YOUR_CALM)", Throttled),
            ("endpoint requires HTTP/1.1", Permanent),
        ],
    );
}

#[test]
fn unix_and_windows() {
    assert_all(
        "Unix",
        &[
            ("Connection reset by peer (os error 104)", Transient),
            ("Software caused connection abort (os error 103)", Transient),
            ("Network dropped connection on reset (os error 102)", Transient),
            ("Transport endpoint is not connected (os error 107)", Transient),
            ("Resource temporarily unavailable (os error 11)", Transient),
            ("Cannot assign requested address (os error 99)", Transient),
            ("Too many open files (os error 24)", Throttled),
            ("No buffer space available (os error 105)", Throttled),
            ("No space left on device (os error 28)", Permanent),
            ("Read-only file system (os error 30)", Permanent),
            ("Operation not permitted (os error 1)", Permanent),
        ],
    );
    assert_all(
        "Windows",
        &[
            (
                "An existing connection was forcibly closed by the remote host. (os error 10054)",
                Transient,
            ),
            (
                "An established connection was aborted by the software in your host machine.",
                Transient,
            ),
            (
                "A connection attempt failed because the connected party did not properly respond after a period of time, \
             or established connection failed because connected host has failed to respond.",
                Transient,
            ),
            (
                "No connection could be made because the target machine actively refused it.",
                Transient,
            ),
            ("A socket operation was attempted to an unreachable network.", Transient),
            ("The semaphore timeout period has expired. (os error 121)", Transient),
            ("The specified network name is no longer available. (os error 64)", Transient),
            (
                "Eine vorhandene Verbindung wurde vom Remotehost geschlossen. (os error 10054)",
                Transient,
            ),
            (
                "An operation on a socket could not be performed because the system lacked sufficient buffer space",
                Throttled,
            ),
            (
                "An attempt was made to access a socket in a way forbidden by its access permissions.",
                Permanent,
            ),
            ("The system cannot find the file specified. (os error 2)", Permanent),
            ("No such host is known. (os error 11001)", Permanent),
        ],
    );
}

#[test]
fn rust() {
    assert_all(
        "Rust",
        &[
            ("deadline has elapsed", Transient),
            ("early eof", Transient),
            (
                "peer closed connection without sending TLS close_notify: https://docs.rs/rustls",
                Transient,
            ),
            ("connection closed before message completed", Transient),
            ("stale network file handle", Transient),
            ("entity not found", Permanent),
            ("no storage space", Permanent),
            (
                "status: 'The service is currently unavailable', self: \"tcp connect error\"",
                Transient,
            ),
            (
                "code: 'Deadline expired before operation could complete', message: \"late\"",
                Transient,
            ),
            ("received fatal alert: HandshakeFailure", Permanent),
        ],
    );
}

#[test]
fn settings_and_inputs() {
    assert_all(
        "settings",
        &[
            ("unknown option: --timeout", Permanent),
            ("invalid timeout: -3", Permanent),
            ("the timeout must be positive", Permanent),
            ("no timeout configured", Permanent),
            ("cannot parse `timeout`: expected an integer", Permanent),
            ("connection timeout after 5 s", Transient),
        ],
    );
}
