use reattempt::retry;

struct Connection;

#[retry(max_attempts = 4, clone(connection))]
async fn moved(connection: Connection) -> std::io::Result<()> {
    drop(connection);
    Ok(())
}

#[retry(clone(log))]
fn lent(log: &mut Vec<u32>) -> std::io::Result<()> {
    log.push(0);
    Ok(())
}

fn main() {
    drop(moved(Connection));
    let _ = lent(&mut Vec::new());
}
