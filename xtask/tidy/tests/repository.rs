//! The rules, held against this repository.
use tidy::{Complaint, Tree};

fn check(rule: fn(&Tree) -> Vec<Complaint>) {
    let complaints = rule(&Tree::of_the_repository());
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn dependencies_have_one_direction() {
    check(tidy::dependencies::check);
}

#[test]
fn python_imports_the_standard_library_alone() {
    check(tidy::imports::check);
}

#[test]
fn files_have_one_idea() {
    check(tidy::length::check);
}

#[test]
fn unsafe_has_addresses_and_reasons() {
    check(tidy::unsafe_code::check);
}

#[test]
fn nothing_is_left_over() {
    check(tidy::words::check);
}

#[test]
fn silenced_lints_have_reasons() {
    check(tidy::allows::check);
}

#[test]
fn pages_name_the_commands() {
    check(tidy::commands::check);
}

#[test]
fn no_stray_whitespace() {
    check(tidy::whitespace::check);
}
