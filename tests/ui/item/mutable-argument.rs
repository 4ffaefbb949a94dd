use reattempt::retry;

#[retry]
fn send(mut body: Vec<u8>) -> std::io::Result<usize> {
    body.push(0);
    Ok(body.len())
}

#[retry(clone(first))]
async fn send_parts(mut first: Vec<u8>, (mut second, _): (Vec<u8>, u8)) -> std::io::Result<usize> {
    first.append(&mut second);
    Ok(first.len())
}

#[retry]
fn borrowed((ref mut first, _): (Vec<u8>, u8)) -> std::io::Result<usize> {
    first.push(0);
    Ok(first.len())
}

// Not `mut`, so not to be changed, as without the attribute.
#[retry]
async fn not_mutable(body: Vec<u8>) -> std::io::Result<usize> {
    body.push(0);
    Ok(body.len())
}

struct Counter(u32);

impl Counter {
    #[retry]
    fn count(mut self) -> std::io::Result<u32> {
        self.0 += 1;
        Ok(self.0)
    }

    // These change what the caller lent for that.
    #[retry]
    fn count_up(&mut self, by: &mut u32, &mut more: &mut u32) -> std::io::Result<u32> {
        self.0 += *by + more;
        Ok(self.0)
    }
}

fn main() {
    let _ = (send(Vec::new()), send_parts(Vec::new(), (Vec::new(), 0)));
    let _ = Counter(0).count_up(&mut 1, &mut 2);
    let _ = Counter(0).count();
    let _ = (borrowed((Vec::new(), 0)), not_mutable(Vec::new()));
}
