//! Lines of a live run for people.

use std::net::{IpAddr, Ipv4Addr};

use unreach::incident::Incident;
use unreach::report::{Event, Told, View};

use super::sample::Sample;

fn opened(incident: &Incident) -> String {
    let mut line = Vec::new();
    let told = Told { event: Event::Opened, time: incident.first_seen, number: 1, incident };
    told.write_text(&View::default(), &mut line);
    String::from_utf8(line).expect("text")
}

#[test]
fn a_line_names_who_refused_whom() {
    let line = opened(&Sample::new().findings.incidents[0]);
    assert!(line.contains("97 %: 10.1.0.2 -> 10.3.0.2:53/udp, admin-prohibited by 10.2.0.2\n"), "{line}");
}

#[test]
fn those_that_are_too_many_are_called_so() {
    let one = Sample::new().findings.incidents.swap_remove(0);
    let many = Incident { target: None, is_collective: true, target_ports: Vec::new(), ..one.clone() };
    let line = opened(&many);
    assert!(line.contains("-> many/udp, admin-prohibited by 10.2.0.2\n"), "{line}");
    let line = opened(&Incident { reporter: IpAddr::V4(Ipv4Addr::UNSPECIFIED), ..many });
    assert!(line.contains("-> many/udp, admin-prohibited by many\n"), "{line}");
    let line = opened(&Incident { target: None, ..one });
    assert!(line.contains("-> ?, admin-prohibited by 10.2.0.2\n"), "{line}");
}
