//! The program: what it takes, and what it refuses.

use std::process::{Command, Output};

fn simulator(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_simulator")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_is_wrong_is_said_and_the_code_is_2() {
    for (arguments, says) in [
        (&[][..], "say a scene or a policy"),
        (&["frob"], "`frob` is neither a scene nor a policy"),
        (&["users", "more"], "`more` is one argument too many"),
        (&["users", "--frob"], "there is no option `--frob`"),
        (&["users", "--seeds"], "`--seeds` needs a value"),
        (&["users", "--seeds", "0"], "`--seeds` takes a number from 1 to 1000, not `0`"),
        (&["users", "--seconds=ten"], "`--seconds` takes a number from 60 to 100000, not `ten`"),
        (
            &["max_atempts=5"],
            "invalid retry policy: expected the option `max_attempts`, not `max_atempts`",
        ),
        (&["max_attempts=0"], "invalid retry policy"),
        (&["max_attempts=5", "jitter"], "invalid retry policy"),
    ] {
        let output = simulator(arguments);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.starts_with(says), "{arguments:?}: {error}");
        assert!(error.contains("Usage: simulator SCENE"), "{error}");
    }
}

#[test]
fn help_is_no_mistake() {
    let output = simulator(&["--help"]);
    assert!(output.status.success());
    assert!(text(&output.stdout).contains("--seeds N"));
}

#[test]
fn a_policy_has_its_schedule_and_its_fate() {
    let policy = "max_attempts=5 initial_delay=50ms";
    let arguments = [policy, "--seeds", "1", "--seconds", "60"];
    let output = simulator(&arguments);
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for part in ["| 4     | 0ns        | 400ms | 750ms", "A call waits 750ms at most.", "125.00"] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
    assert!(shown.contains("| this policy   | never / never / never"), "{shown}");
    assert_eq!(shown, text(&simulator(&arguments).stdout));
}

#[test]
fn a_policy_without_an_end_is_shown_as_well() {
    let arguments = ["max_attempts=unlimited max_delay=1s", "--seeds=1", "--seconds=60"];
    let output = simulator(&arguments);
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(shown.contains("A call has no end.") && shown.contains('∞'), "{shown}");
}

#[cfg(feature = "plots")]
#[test]
fn curves_are_drawn() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("curves");
    let policy = "max_attempts=2";
    let output =
        simulator(&[policy, "--seeds=1", "--seconds=60", "--svg", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let drawn = std::fs::read_to_string(folder.join("brownout-80.svg")).unwrap();
    assert!(drawn.starts_with("<svg") && drawn.contains("<polyline"));
    // A folder that can't be made is told of.
    let output = simulator(&[policy, "--seeds=1", "--seconds=60", "--svg", "Cargo.toml/curves"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!text(&output.stderr).contains("panicked"));
}
