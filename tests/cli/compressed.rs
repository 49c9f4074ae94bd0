//! Compressed captures from standard input, and what is said of them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::captures::refused;
use super::lines::unreach;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Status, standard output and standard error of reading `bytes` from standard input.
fn piped(bytes: &[u8]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = unreach(folder.path()).args(["read", "-F", "json", "-"]).write_stdin(bytes).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn standard_input_may_be_compressed() {
    for compressed in [
        gzip(&refused()),
        zstd::encode_all(&refused()[..], 0).unwrap(),
        gzip(&zstd::encode_all(&refused()[..], 0).unwrap()),
    ] {
        let (status, out, err) = piped(&compressed);
        assert_eq!(status, 0, "{err}");
        assert!(out.contains("\"packets\":2") && out.contains("\"format\":\"pcap ("), "{out}");
    }
}

#[test]
fn a_compressed_capture_that_is_cut_is_told() {
    let whole = gzip(&refused());
    let (status, out, err) = piped(&whole[..whole.len() - 4]);
    assert_eq!(status, 3, "{err}");
    assert!(err.contains("-: gzip data cut short (byte offset "), "{err}");
    assert!(out.contains("\"packets\":2"), "what came before is read: {out}");
}

#[test]
fn xz_is_refused_with_a_way_out() {
    let (status, _, err) = piped(b"\xfd7zXZ\0\0\x04");
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("xz-compressed; decompress it first"), "{err}");
}
