//! Files that are read whole, up to a size: whatever stands behind a name may have no end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// What is read at most of devices and pipes, of which nobody knows how much they hold.
const LONGEST_STREAM: u64 = 256 << 20;

/// Reads the file, where it holds no more than `longest` bytes. One that is longer is not read at all, if its length is known.
pub(super) fn read_whole(path: &Path, longest: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let most = if metadata.is_file() { longest } else { longest.min(LONGEST_STREAM) };
    let mut content = Vec::new();
    // One more shows that there are more, also where the length is not known or changes.
    if metadata.len() <= most && file.take(most + 1).read_to_end(&mut content)? as u64 <= most {
        return Ok(content);
    }
    let words = if most < 1 << 20 { format!("{most} bytes") } else { format!("{} MiB", most >> 20) };
    Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it holds more than {words}")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tempfile::NamedTempFile;

    use super::{LONGEST_STREAM, read_whole};

    #[test]
    fn as_much_is_read_as_is_allowed_and_no_more() {
        let file = NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), b"12345").expect("written");
        assert_eq!(read_whole(file.path(), 5).expect("read"), b"12345");
        let refused = |path: &Path, longest| read_whole(path, longest).expect_err("too long").to_string();
        assert_eq!(refused(file.path(), 4), "it holds more than 4 bytes");
        assert_eq!(refused(Path::new("/dev/zero"), 3 << 20), "it holds more than 3 MiB");
        // No byte of it is on a disk.
        file.as_file().set_len(1 << 40).expect("set");
        assert_eq!(refused(file.path(), LONGEST_STREAM), "it holds more than 256 MiB");
    }
}
