use asyncgen::stream;

fn main() {
    'outside: loop {
        let _ = stream!(async move {
            yield 1;
            break;
        });
        let _ = stream!(async move {
            yield 1;
            if true {
                continue;
            }
        });
        let _ = stream!(async move {
            for n in 0..3 {
                finally!(
                    {
                        yield n;
                        break 'outside;
                    },
                    {}
                );
            }
        });
        break 'outside;
    }
}
