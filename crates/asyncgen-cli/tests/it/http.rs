//! URLs: a file over HTTP, and paged APIs.

use std::sync::{Arc, Mutex};

use crate::{
    command::{Folder, check},
    server::serve,
};

#[test]
fn a_file_over_http() {
    let origin = serve(|_, _| (200, String::new(), "a,b\n1,2\n".to_owned()));
    check(&["csv", &format!("{origin}/a.csv"), "--select", "b"], "", "b\n2\n", "", 0);
}

#[test]
fn no_proxy_is_asked_for_this_machine() {
    let origin = serve(|_, _| (200, String::new(), "a\n".to_owned()));
    let folder = Folder::with(&[]);
    // Nothing listens there.
    let proxy = "http://127.0.0.1:1";
    let mut command = folder.command(&["lines", &origin]);
    let output = command.env("http_proxy", proxy).env("HTTP_PROXY", proxy).output();
    assert_eq!(output.expect("its output").stdout, b"a\n");
}

/// A stand-in of a proxy, and what is asked of it.
fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    let origin = serve(move |target, _| {
        told.lock().unwrap().push(target.to_owned());
        // It has no tunnels.
        let status = if target.starts_with("http://") { 200 } else { 502 };
        (status, String::new(), "by proxy\n".to_owned())
    });
    (origin, asked)
}

#[test]
fn a_proxy_is_chosen_for_each_host() {
    let elsewhere = "http://a.invalid/x?y=1";
    let own = serve(move |target, _| match target {
        "/away" => (302, format!("Location: {elsewhere}\r\n"), String::new()),
        _ => (200, String::new(), "own\n".to_owned()),
    });
    let check =
        |variables: &[(&str, &str)], url: &str, expected: Result<&str, &str>, seen: &[&str]| {
            let (proxy, asked) = proxy();
            let folder = Folder::with(&[]);
            let mut command = folder.command(&["lines", url]);
            for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
                command.env_remove(name).env_remove(name.to_ascii_uppercase());
            }
            for (name, value) in variables {
                command.env(name, value.replace("PROXY", &proxy));
            }
            let output = command.output().expect("its output");
            let (out, err) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
            let (out, err) = (out.expect("text"), err.expect("text"));
            match expected {
                Ok(text) => assert_eq!(out, text, "{variables:?} {url}: {err}"),
                Err(text) => assert!(err.contains(text), "{variables:?} {url}: {err}"),
            }
            let mut asked = asked.lock().unwrap();
            // Again and again.
            asked.dedup();
            assert_eq!(*asked, seen, "{variables:?} {url}");
        };
    let own_page = format!("{own}/page");
    let (http, https, all) =
        (("HTTP_PROXY", "PROXY"), ("HTTPS_PROXY", "PROXY"), ("ALL_PROXY", "PROXY"));
    let failed = "connection failed";
    for variable in [http, ("http_proxy", "PROXY"), all] {
        check(&[variable], elsewhere, Ok("by proxy\n"), &[elsewhere]);
        // Nobody asks one for this machine, and one that leads away from it does.
        check(&[variable], &own_page, Ok("own\n"), &[]);
        check(&[variable], &format!("{own}/away"), Ok("by proxy\n"), &[elsewhere]);
    }
    for variable in [https, ("https_proxy", "PROXY"), all] {
        check(&[variable], "https://a.invalid/x", Err(failed), &["a.invalid:443"]);
    }
    check(&[https], elsewhere, Err(failed), &[]);
    check(&[http], "https://a.invalid/x", Err(failed), &[]);
    for exempt in ["a.invalid", ".invalid", "other, a.invalid", "*"] {
        check(&[http, ("NO_PROXY", exempt)], elsewhere, Err(failed), &[]);
    }
    check(&[http, ("NO_PROXY", "b.invalid")], elsewhere, Ok("by proxy\n"), &[elsewhere]);
}

#[test]
fn pages_to_the_last() {
    let origin = serve(|target, header| {
        let has = |line: &str| header.iter().any(|h| h.eq_ignore_ascii_case(line));
        assert!(has("X-Key: secret"), "{header:?}");
        let body = match target {
            "/items?size=2" => {
                r#"{"results":[{"id":1,"x":[1,2]},
                {"id":2,
                 "x":1.50}],"next":"/items?page=2"}"#
            }
            "/items?page=2" => r#"{"results":[{"id":3,"x":null}],"next":null}"#,
            _ => panic!("{target}"),
        };
        (200, "Content-Type: application/json\r\n".to_owned(), body.to_owned())
    });
    let url = format!("{origin}/items");
    let args = ["pages", &url, "-H", "X-Key: secret", "--param", "size=2"];
    let with = |more: &[&'static str]| [&args[..], more].concat();
    check(
        &with(&[]),
        "",
        "{\"id\":1,\"x\":[1,2]}\n{\"id\":2,\"x\":1.50}\n{\"id\":3,\"x\":null}\n",
        "",
        0,
    );
    check(
        &with(&["--to", "csv", "--items", "/results", "--next", "/next"]),
        "",
        "id,x\n1,\"[1,2]\"\n2,1.50\n3,\n",
        "",
        0,
    );
    check(&with(&["--take", "1", "--select", "id"]), "", "{\"id\":1}\n", "", 0);
}

#[test]
fn numbered_pages() {
    let origin = serve(|target, _| {
        let body = match target {
            "/?p=0" => "[1,2]",
            "/?p=1" => "[3]",
            "/?p=2" => "[]",
            _ => panic!("{target}"),
        };
        (200, "Content-Type: application/json\r\n".to_owned(), body.to_owned())
    });
    check(&["pages", &format!("{origin}/"), "--next", "page:p:0"], "", "1\n2\n3\n", "", 0);
}

#[test]
fn a_status_that_is_no_success() {
    let origin = serve(|_, _| (404, String::new(), String::new()));
    let folder = Folder::with(&[]);
    for command in ["csv", "pages"] {
        let url = format!("{origin}/a?token=secret");
        let ran = folder.run(&[command, &url, "-o", "o"], b"");
        assert_eq!((ran.code, &*ran.stdout), (1, ""), "{command}");
        assert!(ran.stderr.contains("the server answered 404"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
        assert!(!folder.path("o").exists(), "{command}");
    }
}

#[test]
fn a_source_that_is_a_url_is_asked_for_as_is_said() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    let origin = serve(move |target, header| {
        let told = &mut *told.lock().unwrap();
        let mut lines: Vec<_> = header.iter().map(|line| line.to_ascii_lowercase()).collect();
        lines
            .retain(|line| !["accept", "host:", "user-agent:"].iter().any(|h| line.starts_with(h)));
        lines.sort_unstable();
        told.push(format!("{target} {}", lines.join(", ")));
        // The first time it fails.
        let status = if told.len() == 1 { 503 } else { 200 };
        (status, "Retry-After: 0\r\n".to_owned(), "[1]\n".to_owned())
    });
    let url = format!("{origin}/a");
    for command in [&["ndjson"][..], &["lines"], &["csv", "--no-header"]] {
        let request = [&url, "-H", "X-Key: 1", "--param", "q=a b", "--auth", "bearer:t"];
        let body = ["--json", "{\"a\": 1}", "--retry-post"];
        check(&[command, &request, &body].concat(), "", "[1]\n", "", 0);
        let expected = "/a?q=a+b authorization: bearer t, content-length: 8, \
                        content-type: application/json, x-key: 1";
        assert_eq!(std::mem::take(&mut *asked.lock().unwrap()), [expected; 2], "{command:?}");
    }
    let refused = |args: &[&str], error: &str| check(args, "", "", error, 2);
    let no_url = "--retry: log is no URL to be asked for\n";
    refused(&["lines", "log", "--retry", "1"], no_url);
    refused(&["lines", "-", "--json", "1"], "--json: - is no URL to be asked for\n");
    let several = format!("--http-header: {url} is not the only SOURCE\n");
    refused(&["csv", &url, &url, "-H", "X-Key: 1"], &several);
    let http = format!("{url}: URLs are refused here (http = false)\n");
    refused(&["lines", &url, "--no-http", "--retry", "1"], &http);
    assert!(asked.lock().unwrap().is_empty());
}
