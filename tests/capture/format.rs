//! Files are known by their first bytes, and what is no capture that is read here is named, with advice.

use unreach::capture::format::Format;
use unreach::capture::{Error, Options, Timeline};

use super::timeline::Folder;

/// First bytes of captures as Wireshark 4.0's editcap writes them from an Ethernet capture, of archives, and of compressed
/// files as their programs write them; and how they are called.
const KNOWN: [(&str, &[u8], &str); 15] = [
    ("5views", b"\xaa\xaa\xaa\xaa\x20\0\0\0\0\0\x01\0\x18\0\0\0", "in the format of 5Views"),
    ("lanalyzer", b"\x01\x10\x4c\0\x01\x05Trace Display Trace File\0\0", "in the format of LANalyzer"),
    ("netmon1", b"RTSS\0\0\0\0", "in the format of Microsoft Network Monitor"),
    ("netmon2", b"GMBU\0\x02\x01\0", "in the format of Microsoft Network Monitor"),
    ("nettl", b"TR\0d\0\0\0\0\0\0\0\x80/tmp/wireshark.TRC000", "in the format of HP-UX nettl"),
    ("ngsniffer", b"TRSNIFF data    \x1a\x01\0\x12\0\0", "in the format of Sniffer"),
    ("ngwsniffer", b"XCP\x00002.001\0", "in the format of Sniffer for Windows or NetXRay"),
    ("observer", b"ObserverPktBufferVersion=15.00\0\0s\0", "in the format of Observer"),
    ("visual", b"\x05VNF\x15\0\0\0", "in the format of Visual Networks"),
    ("snoop", b"snoop\0\0\0\0\0\0\x02\0\0\0\x04", "in the format of Solaris snoop"),
    ("capture.zip", b"PK\x03\x04\x14\0\0\0\0\0", "a zip archive, not a capture; unpack it first"),
    ("capture.7z", b"7z\xbc\xaf\x27\x1c\0\x04", "a 7z archive, not a capture; unpack it first"),
    ("capture.rar", b"Rar!\x1a\x07\x01\0", "a rar archive, not a capture; unpack it first"),
    ("capture.Z", b"\x1f\x9d\x90\xd4\x86", "LZW-compressed; decompress it first: gzip -dc "),
    ("capture.lz", b"LZIP\x01\x0c\0", "lzip-compressed; decompress it first: lzip -dc "),
];

#[test]
fn what_is_known_and_not_read_is_named_with_advice() {
    let folder = Folder::new();
    for (name, bytes, words) in KNOWN {
        let path = folder.file(name, bytes);
        let Err(Error::Unreadable(problems)) = Timeline::open(&[path], &Options::default()) else {
            panic!("{name} is readable")
        };
        let said = problems[0].to_string();
        assert!(said.contains(words), "{name}: {said}");
    }
}

#[test]
fn a_text_that_begins_as_a_program_s_name_is_a_text() {
    for text in ["Observer notes, in plain words\n", "iptrace was run on Monday\n"] {
        assert_eq!(Format::of(text.as_bytes()), Format::Text);
    }
    assert_eq!(Format::of(b"iptrace 2.0\0\0\0\x01"), Format::Foreign("AIX iptrace"));
}
