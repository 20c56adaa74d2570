//! Rows are the records of the batches, one by one, and as a generator what the batches are as one.

use asyncgen_sources::{Error, Input, Rows, Source, SourceGenerator, Summary, csv};

/// More than one batch.
const RECORDS: usize = 200_000;

fn table(last: &str) -> Input {
    Input::bytes(format!("a,b\n{}{last}", "1,2\n".repeat(RECORDS)))
}

/// What is left of a generator: its items, whether the last is an error, and its return value.
async fn left<Y>(
    mut generator: SourceGenerator<Y>,
    len: impl Fn(&Y) -> usize,
) -> (usize, bool, Option<Result<Summary, Error>>) {
    let (mut count, mut failed) = (0, false);
    while let Some(item) = asyncgen::Next::next(&mut generator).await {
        match item {
            Ok(item) => count += len(&item),
            Err(_) => failed = true,
        }
    }
    (count, failed, generator.take_return())
}

/// What [`left`] gives of the rows after `first`, of which some are taken before.
async fn after(last: &str, first: impl AsyncFnOnce(&mut Rows)) -> (usize, bool, Option<usize>) {
    let mut rows = csv(table(last)).rows();
    first(&mut rows).await;
    let (count, failed, returned) = left(rows.into_generator(), |_| 1).await;
    let records = returned.map(|summary| usize::try_from(summary.unwrap().records).unwrap());
    (count, failed, records)
}

async fn take<Y>(source: &mut Source<Y>, count: usize) {
    for _ in 0..count {
        source.next().await.unwrap().unwrap();
    }
}

async fn exhaust<Y>(source: &mut Source<Y>) {
    while source.next().await.is_some() {}
}

#[test]
fn the_generator_goes_on_where_the_rows_are() {
    pollster::block_on(async {
        for taken in [0, 1, RECORDS - 1, RECORDS] {
            let whole = (RECORDS - taken, false, Some(RECORDS));
            assert_eq!(after("", async |rows| take(rows, taken).await).await, whole);
            let faulty = (RECORDS - taken, true, None);
            assert_eq!(after("1\n", async |rows| take(rows, taken).await).await, faulty);
        }
    });
}

#[test]
fn the_generator_of_rows_that_are_over_returns_nothing() {
    pollster::block_on(async {
        let over = (0, false, None);
        assert_eq!(after("", async |rows| exhaust(rows).await).await, over);
        assert_eq!(after("1\n", async |rows| exhaust(rows).await).await, over);
        assert_eq!(after("", async |rows| rows.close()).await, over);
        let closed = async |rows: &mut Rows| {
            take(rows, 10).await;
            rows.close();
            assert!(rows.next().await.is_none());
        };
        assert_eq!(after("", closed).await, over);
        // As that of the batches does.
        let mut batches = csv(table("1\n")).batches();
        exhaust(&mut batches).await;
        let (count, failed, returned) =
            left(batches.into_generator(), asyncgen_sources::Batch::len).await;
        assert!(count == 0 && !failed && returned.is_none());
    });
}

#[test]
fn a_fault_comes_once_behind_the_rows_before_it() {
    pollster::block_on(async {
        let mut rows = csv(table("1\n")).rows();
        take(&mut rows, RECORDS).await;
        assert!(rows.next().await.unwrap().is_err());
        assert!(rows.next().await.is_none() && rows.next().await.is_none());
        assert!(rows.summary().is_none());
    });
}
