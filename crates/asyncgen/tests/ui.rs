//! What does not compile, and what the user is told: one mistake, one message.

#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
