//! `Link` headers as servers write them.

use asyncgen_formats::link_header;

#[test]
fn the_next_page() {
    let cases: &[(&[&str], Option<&str>)] = &[
        (&[], None),
        (&[""], None),
        (&["</2>; rel=\"next\""], Some("/2")),
        (&["</2>;rel=next"], Some("/2")),
        (&["< /2 > ; REL = \"NEXT\" "], Some("/2")),
        (&["</1>; rel=\"prev\", </3>; rel=\"next\", </9>; rel=last"], Some("/3")),
        (&["</1>; rel=\"first prev\", </3>; rel=\"last next\""], Some("/3")),
        (&["<?a=1,2;3&b=\"x\">; rel=next"], Some("?a=1,2;3&b=\"x\"")),
        (&["</2>; title=\"a, b; rel=\\\"no\\\" >\"; rel=\"next\""], Some("/2")),
        (&["</1>; title=\"rel=next\", </2>; title=x; rel=next"], Some("/2")),
        (&["</1>; rel=prev", "</2>; rel=next"], Some("/2")),
        (&["</2>; rel=next; rel=prev"], Some("/2")),
        (&["</2>; rel=prev; rel=next"], None),
        (&["</2>; rel=nextish, </3>; rel=\"not-next\""], None),
        (&["</2>; anchor=\"/other\"; rel=next"], None),
        (&["</2>; rel"], None),
        (&["</2>"], None),
        (&["</2; rel=next"], None),
        (&["rel=next"], None),
        (&["</2>; rel=\"next"], Some("/2")),
        (&["garbage, </2>; rel=next, trailing"], Some("/2")),
        (&["</1>; rel=prev,,, </2>; crossorigin; rel=next;"], Some("/2")),
        (&["</é>; rel=next"], Some("/é")),
        (&["</2>; rel=http://example.org/next"], None),
    ];
    for (headers, expected) in cases {
        assert_eq!(link_header::next(headers.iter().copied()), *expected, "{headers:?}");
    }
}
