//! URLs: a file over HTTP, and paged APIs.

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
