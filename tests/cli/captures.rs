//! Captures of a few bytes.

/// A classic capture of raw IPv4: a UDP datagram, and port-unreachable about it 1.5 ms later.
pub(crate) fn refused() -> Vec<u8> {
    let mut file = header();
    record(&mut file, 0, &datagram());
    record(&mut file, 1_500, &unreachable());
    file
}

/// A message that quotes only the first bytes of a datagram, without any address.
pub(crate) fn hardly_quoted() -> Vec<u8> {
    let mut file = header();
    record(&mut file, 0, &quoting(&datagram()[..12]));
    file
}

/// What is [`refused`] so many seconds later, behind the datagram alone.
pub(crate) fn refused_after(seconds: u32) -> Vec<u8> {
    let (mut later, first) = (refused(), header().len());
    let second = first + 16 + datagram().len();
    for record in [first, second] {
        later[record..record + 4].copy_from_slice(&(1_795_357_957 + seconds).to_le_bytes());
    }
    let mut file = header();
    record(&mut file, 0, &datagram());
    file.extend(&later[first..]);
    file
}

/// As many messages, each about a port of its own.
pub(crate) fn refused_by_many(messages: u16) -> Vec<u8> {
    let mut file = header();
    for port in 0..messages {
        let mut quote = datagram();
        quote[20..22].copy_from_slice(&port.to_be_bytes());
        record(&mut file, u32::from(port), &quoting(&quote));
    }
    file
}

/// A classic capture without any packet.
pub(crate) fn without_packets() -> Vec<u8> {
    header()
}

fn header() -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(0xa1b2_c3d4_u32.to_le_bytes());
    file.extend([2, 0, 4, 0]);
    file.extend([0; 8]);
    file.extend(65_535_u32.to_le_bytes());
    file.extend(101_u32.to_le_bytes());
    file
}

fn record(file: &mut Vec<u8>, microseconds: u32, packet: &[u8]) {
    file.extend(1_795_357_957_u32.to_le_bytes());
    file.extend(microseconds.to_le_bytes());
    file.extend((packet.len() as u32).to_le_bytes());
    file.extend((packet.len() as u32).to_le_bytes());
    file.extend(packet);
}

/// 10.1.0.2:40001 to 10.3.0.2:9000, without payload.
fn datagram() -> Vec<u8> {
    let mut packet = ip(17, 64, [10, 1, 0, 2], [10, 3, 0, 2], 8);
    packet.extend([0x9c, 0x41, 0x23, 0x28, 0, 8, 0, 0]);
    packet
}

/// 10.3.0.2 says that nothing listens there.
pub(crate) fn unreachable() -> Vec<u8> {
    quoting(&datagram())
}

fn quoting(quote: &[u8]) -> Vec<u8> {
    let mut packet = ip(1, 62, [10, 3, 0, 2], [10, 1, 0, 2], 8 + quote.len());
    let mut icmp = vec![3, 3, 0, 0, 0, 0, 0, 0];
    icmp.extend(quote);
    let sum = checksum(&icmp);
    icmp[2..4].copy_from_slice(&sum);
    packet.extend(icmp);
    packet
}

fn ip(protocol: u8, ttl: u8, source: [u8; 4], destination: [u8; 4], payload: usize) -> Vec<u8> {
    let mut header = vec![0x45, 0, 0, 20 + payload as u8, 0x12, 0x34, 0, 0, ttl, protocol, 0, 0];
    header.extend(source);
    header.extend(destination);
    let sum = checksum(&header);
    header[10..12].copy_from_slice(&sum);
    header
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> [u8; 2] {
    let words = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!(sum as u16)).to_be_bytes()
}
