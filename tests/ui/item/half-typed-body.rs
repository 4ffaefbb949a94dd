use reattempt::retry;

struct Client {
    address: String,
}

#[retry(max_attempts = 4)]
async fn fetch(client: &Client) -> std::io::Result<usize> {
    let length = client.address.;
    Ok(length.len())
}

#[retry]
fn read(client: &Client) -> std::io::Result<usize> {
    let length = client.addres.len();
    Ok(length)
}

fn main() {
    // Callers find the functions all the same.
    let client = Client { address: String::new() };
    drop(fetch(&client));
    let _ = read(&client);
}
