//! A process for one test, where what it looks at belongs to the whole process.

use std::process::Command;

/// Whether this process runs nothing but the named test; if not, runs it in such a process and answers false.
///
/// For tests that look at what a process has only one of, such as its memory or its count of forks: a runner that keeps
/// all tests in one process lets the neighbours disturb it.
///
/// ```no_run
/// # fn used() {
/// if !tracewood_testkit::is_alone("module::name_of_the_test") {
///     return;
/// }
/// # }
/// ```
///
/// # Panics
///
/// If the test fails in its process, with what it printed there; or if there is no test of that name.
#[expect(clippy::disallowed_methods, reason = "the only way to tell the process of one test from that of all")]
pub fn is_alone(test: &str) -> bool {
    const MARK: &str = "TRACEWOOD_TEST_ALONE";
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let this = std::env::current_exe().expect("a process knows its program");
    let ran = Command::new(this).args(["--exact", test, "--nocapture"]).env(MARK, "1").output();
    let ran = ran.expect("a program that runs can be started again");
    let told = String::from_utf8_lossy(&ran.stdout);
    let complaint = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && told.contains("1 passed"), "{test} alone: {told}{complaint}");
    false
}
