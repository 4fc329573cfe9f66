//! The framing of `application/vnd.amazon.eventstream`: one message of string headers and a JSON payload per call.
//! It writes frames and reads none.

use bytes::{BufMut, Bytes, BytesMut};

/// The content type of a response that carries these frames.
pub const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";

/// The header value type "string".
const STRING: u8 = 7;
/// Bytes of a frame besides headers and payload: two lengths, the prelude's checksum, the message's checksum.
const FRAME: usize = 16;

/// An event of the stream: `event_type` is the member's name in the service model, `json` its payload.
pub fn event(event_type: &str, json: &str) -> Bytes {
    message(
        &[
            (":message-type", "event"),
            (":event-type", event_type),
            (":content-type", "application/json"),
        ],
        json,
    )
}

/// A modelled exception, the last frame of its stream.
pub fn exception(exception_type: &str, json: &str) -> Bytes {
    let headers = [
        (":message-type", "exception"),
        (":exception-type", exception_type),
        (":content-type", "application/json"),
    ];
    message(&headers, json)
}

/// The frame that stands for the operation's own response, without which some clients refuse the stream.
pub fn initial_response() -> Bytes {
    event("initial-response", "{}")
}

fn message(headers: &[(&str, &str)], payload: &str) -> Bytes {
    let mut head = BytesMut::new();
    for (name, value) in headers {
        head.put_u8(name.len() as u8);
        head.put_slice(name.as_bytes());
        head.put_u8(STRING);
        head.put_u16(value.len() as u16);
        head.put_slice(value.as_bytes());
    }
    let total = FRAME + head.len() + payload.len();
    let mut frame = BytesMut::with_capacity(total);
    frame.put_u32(total as u32);
    frame.put_u32(head.len() as u32);
    frame.put_u32(crc32fast::hash(&frame));
    frame.put_slice(&head);
    frame.put_slice(payload.as_bytes());
    frame.put_u32(crc32fast::hash(&frame));
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CRC-32 (IEEE) bit by bit from its definition, so that the frame is not checked by the crate that made it.
    fn crc(bytes: &[u8]) -> u32 {
        let mut crc = u32::MAX;
        for byte in bytes {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 {
                    (crc >> 1) ^ 0xEDB8_8320
                } else {
                    crc >> 1
                };
            }
        }
        !crc
    }

    fn u32_at(frame: &[u8], at: usize) -> u32 {
        frame[at..at + 4]
            .iter()
            .fold(0, |sum, byte| sum << 8 | u32::from(*byte))
    }

    #[test]
    fn the_checksum_of_the_definition_is_the_published_one() {
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn the_empty_message_has_the_published_bytes() {
        // The smallest message of the format's published test vectors.
        let expected = [
            0, 0, 0, 0x10, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff,
        ];
        assert_eq!(message(&[], "")[..], expected);
    }

    #[test]
    fn a_payload_without_headers_has_the_published_bytes() {
        let expected = [
            &[0, 0, 0, 0x1d, 0, 0, 0, 0, 0xfd, 0x52, 0x8c, 0x5a][..],
            b"{'foo':'bar'}",
            &[0xc3, 0x65, 0x39, 0x36],
        ]
        .concat();
        assert_eq!(message(&[], "{'foo':'bar'}")[..], expected[..]);
    }

    #[test]
    fn an_event_is_laid_out_byte_by_byte() {
        let frame = event("sessionUpdate", "{\"é\":1}");
        let headers: &[u8] = b"\x0d:message-type\x07\x00\x05event\x0b:event-type\x07\x00\x0dsessionUpdate\x0d:content-type\x07\x00\x10application/json";
        assert_eq!(u32_at(&frame, 0) as usize, frame.len());
        assert_eq!(u32_at(&frame, 4) as usize, headers.len());
        assert_eq!(u32_at(&frame, 8), crc(&frame[..8]));
        assert_eq!(&frame[12..12 + headers.len()], headers);
        assert_eq!(
            &frame[12 + headers.len()..frame.len() - 4],
            "{\"é\":1}".as_bytes()
        );
        assert_eq!(
            u32_at(&frame, frame.len() - 4),
            crc(&frame[..frame.len() - 4])
        );
    }

    #[test]
    fn an_exception_names_its_type() {
        let frame = exception("SessionTimeoutException", "{}");
        let text = String::from_utf8_lossy(&frame);
        assert!(
            text.contains(":message-type\u{7}\0\u{9}exception"),
            "{text}"
        );
        assert!(
            text.contains(":exception-type\u{7}\0\u{17}SessionTimeoutException"),
            "{text}"
        );
        assert!(String::from_utf8_lossy(&initial_response()).contains("initial-response"));
    }
}
