//! Prepares the pages for rustdoc: a name in a block becomes a file or an address that is there while the test runs.
use std::path::Path;
use std::{env, fs};

/// The pages whose Rust blocks are doc tests; `src/lib.rs` has an item for each.
const PAGES: &[&str] = &["../../README.md", "../../docs/guide.md", "../../docs/errors.md"];

/// The files that the blocks name.
const FILES: &str = "../../testdata/docs";

/// The host that the blocks name.
const HOST: &str = "\"https://api.example.com";

fn main() {
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    println!("cargo::rerun-if-changed={FILES}");
    for page in PAGES {
        println!("cargo::rerun-if-changed={page}");
        let name = Path::new(page).file_name().expect("a page has a name");
        let text = fs::read_to_string(page).expect("a page is UTF-8 text");
        fs::write(Path::new(&out).join(name), in_place(&text))
            .expect("the output folder can be written");
    }
}

/// The page with `"flights.csv"` and `"https://api.example.com/…"` replaced by calls that give the real ones.
fn in_place(text: &str) -> String {
    let mut text = text.to_owned();
    for file in fs::read_dir(FILES).expect("the folder of files is there").flatten() {
        let name = file.file_name().into_string().expect("names are UTF-8");
        text = text.replace(&format!("\"{name}\""), &format!("asyncgen_docs::file(\"{name}\")"));
    }
    let mut parts = text.split(HOST);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (path, rest) = part.split_once('"').expect("an address ends with a quote");
        replaced.extend(["asyncgen_docs::url(\"", path, "\")", rest]);
    }
    replaced
}
