use reattempt::retry;

#[retry]
fn send(body: String) -> std::io::Result<()> {
    take(body)
}

#[retry]
async fn send_async(body: String) -> std::io::Result<()> {
    take(body)?;
    Ok(())
}

#[retry]
fn answer<T>(r#type: T) -> Option<T> {
    Some(r#type)
}

#[retry]
async fn spawn(name: String) -> std::io::Result<usize> {
    let length = async move { name.len() };
    Ok(length.await)
}

#[retry]
fn count(words: Vec<String>) -> std::io::Result<usize> {
    Ok(words.into_iter().count())
}

fn take(_: String) -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (send(String::new()), send_async(String::new()));
    let _ = (answer(0), spawn(String::new()), count(Vec::new()));
}
