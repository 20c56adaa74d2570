//! Where the items are decoded: in the memory of the batches that come back.

use super::ItemsDecoder;
use crate::Batch;

impl ItemsDecoder {
    /// Takes the memory of `batch`, where it has more, and makes room for `length` bytes: what is handed out takes it along.
    pub(super) fn take_memory(&mut self, batch: &mut Batch, length: usize) {
        if self.bytes.capacity() < length.min(batch.text.capacity()) {
            let mut spare = std::mem::take(&mut batch.text).into_bytes();
            spare.extend_from_slice(&self.bytes);
            let mut last = std::mem::replace(&mut self.bytes, spare);
            last.clear();
            batch.text = String::from_utf8(last).unwrap_or_default();
        }
        let more = length - self.bytes.len();
        if self.bytes.len() < more {
            self.bytes.reserve_exact(more);
        }
        if self.fields.capacity() < batch.fields.capacity() {
            std::mem::swap(&mut self.fields, &mut batch.fields);
        }
        if self.records.capacity() < batch.records.capacity() {
            std::mem::swap(&mut self.records, &mut batch.records);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ItemsDecoder;
    use crate::Batch;

    #[test]
    fn an_item_in_many_pieces_is_not_moved_for_each() {
        let mut decoder = ItemsDecoder::new(Vec::new(), usize::MAX, 0);
        let mut batch = Batch::default();
        decoder.decode(b"[\"", &mut batch).unwrap();
        let (mut moves, mut capacity) = (0, decoder.bytes.capacity());
        for _ in 0..1000 {
            decoder.decode(&[b'x'; 1000], &mut batch).unwrap();
            moves += usize::from(decoder.bytes.capacity() != capacity);
            capacity = decoder.bytes.capacity();
        }
        assert!(moves < 20, "{moves}");
    }
}
