//! What is sent and thrown has exactly its type, and so has what is yielded: neither shorter nor longer.

use asyncgen::Co;

type Handle<'a, 'co, Y, S, E> = &'a mut Co<'co, Y, S, E>;

fn longer_sent<'a, 'co, 'short>(
    co: Handle<'a, 'co, (), &'short str, ()>,
) -> Handle<'a, 'co, (), &'static str, ()> {
    co
}

fn longer_thrown<'a, 'co, 'short>(
    co: Handle<'a, 'co, (), (), &'short str>,
) -> Handle<'a, 'co, (), (), &'static str> {
    co
}

fn shorter_yielded<'co, 'short>(co: Co<'co, &'static str>) -> Co<'co, &'short str> {
    co
}

fn shorter_handle<'short, 'co: 'short>(co: Co<'co, u32>) -> Co<'short, u32> {
    co
}

fn main() {}
