use reattempt::{policy, retry};

#[retry(span = "debug")]
fn not_a_flag() -> std::io::Result<()> {
    Ok(())
}

#[retry(spans)]
fn by_another_name() -> std::io::Result<()> {
    Ok(())
}

const POLICY: reattempt::Policy = policy!(span);

fn main() {
    let _ = (not_a_flag(), by_another_name(), POLICY);
}
