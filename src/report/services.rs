//! Names of the services behind ports, as IANA registers them.

use crate::decode::protocol;

/// Lines of ports, ascending, behind some of comments.
const LIST: &str = include_str!("services.txt");

/// The ports of its lines, and where these begin. The compiler finds them: to read all lines was two fifths of what a run does with a
/// small capture.
static PLACES: [(u16, u16); LINES] = places();
const LINES: usize = lines();

/// The service registered for a port of a transport protocol.
pub fn service(protocol: u8, port: u16) -> Option<&'static str> {
    let first = PLACES.partition_point(|&(known, _)| known < port);
    let here = PLACES.get(first..)?.iter().take_while(|&&(known, _)| known == port);
    let lines = here.filter_map(|&(_, start)| LIST.get(start.into()..)?.lines().next());
    lines.flat_map(assignments).find(|((number, _), _)| *number == protocol).map(|(_, name)| name)
}

/// Where a service is registered: transport protocols and ports, ascending; nothing where the name is not known.
pub fn ports(name: &str) -> Vec<(u8, u16)> {
    let all = LIST.lines().flat_map(assignments);
    let mut ports: Vec<(u8, u16)> = all.filter(|(_, known)| *known == name).map(|(place, _)| place).collect();
    ports.sort_unstable();
    ports
}

/// How many lines begin with a port.
const fn lines() -> usize {
    let (mut lines, mut place) = (0, 0);
    while place < LIST.len() {
        lines += begins_with_port(place) as usize;
        place += 1;
    }
    lines
}

const fn places() -> [(u16, u16); LINES] {
    assert!(LIST.len() <= u16::MAX as usize);
    let mut places = [(0, 0); LINES];
    let (mut line, mut place) = (0, 0);
    while place < LIST.len() {
        if begins_with_port(place) {
            places[line] = (port(place), place as u16);
            line += 1;
        }
        place += 1;
    }
    places
}

const fn begins_with_port(place: usize) -> bool {
    let list = LIST.as_bytes();
    list[place].is_ascii_digit() && (place == 0 || list[place - 1] == b'\n')
}

const fn port(mut place: usize) -> u16 {
    let (list, mut port) = (LIST.as_bytes(), 0);
    while list[place].is_ascii_digit() {
        port = 10 * port + (list[place] - b'0') as u16;
        place += 1;
    }
    port
}

/// What one line of the list of services assigns; nothing where it is a comment.
fn assignments(line: &'static str) -> impl Iterator<Item = ((u8, u16), &'static str)> {
    let mut words = line.split(' ');
    let port = words.next().and_then(|word| word.parse().ok());
    let transports = words.next().unwrap_or_default();
    let name = words.next();
    port.zip(name).into_iter().flat_map(move |(port, name)| {
        transports.split('/').filter_map(protocol::number).map(move |number| ((number, port), name))
    })
}

#[cfg(test)]
mod tests {
    use super::{LIST, assignments, service};

    /// Every line is found by its port, and nothing where no line is: the list has to be in its order.
    #[test]
    fn what_is_found_is_what_the_list_says() {
        let mut known = std::collections::HashMap::new();
        LIST.lines().flat_map(assignments).for_each(|(place, name)| _ = known.entry(place).or_insert(name));
        assert!(known.len() > 1000);
        for protocol in [6, 17, 33, 132] {
            for port in 0..=u16::MAX {
                assert_eq!(service(protocol, port), known.get(&(protocol, port)).copied(), "{protocol} {port}");
            }
        }
    }
}
