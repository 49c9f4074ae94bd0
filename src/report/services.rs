//! Names of the services behind ports, as IANA registers them.

use crate::decode::protocol;

/// Lines of ports, ascending, behind some of comments.
const LIST: &str = include_str!("services.txt");

/// The service registered for a port of a transport protocol.
pub fn service(protocol: u8, port: u16) -> Option<&'static str> {
    let mut here = from(port).lines().flat_map(assignments).take_while(|((_, known), _)| *known == port);
    here.find(|((number, _), _)| *number == protocol).map(|(_, name)| name)
}

/// Where a service is registered: transport protocols and ports, ascending; nothing where the name is not known.
pub fn ports(name: &str) -> Vec<(u8, u16)> {
    let all = LIST.lines().flat_map(assignments);
    let mut ports: Vec<(u8, u16)> = all.filter(|(_, known)| *known == name).map(|(place, _)| place).collect();
    ports.sort_unstable();
    ports
}

/// The list from the first line on that is of this port or a later one: found by halves, as to read all lines would be two fifths of
/// what a run does with a small capture.
fn from(port: u16) -> &'static str {
    let line_at = |place: usize| LIST.get(place..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let (mut begin, mut end) = (0, LIST.len());
    while begin < end {
        let between = LIST.get(begin..begin.midpoint(end)).unwrap_or_default();
        let start = begin + between.rfind('\n').map_or(0, |newline| newline + 1);
        let line = line_at(start);
        // A comment comes before all ports.
        let is_before = line.split(' ').next().and_then(|word| word.parse().ok()).is_none_or(|known: u16| known < port);
        if is_before { begin = start + line.len() + 1 } else { end = start }
    }
    LIST.get(begin..).unwrap_or_default()
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
