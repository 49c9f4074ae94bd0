//! The next step: a command that exists where it is to be run, about what is known.

use std::net::Ipv6Addr;
use std::path::PathBuf;

use unreach::decode::internet_checksum;
use unreach::incident::Incident;
use unreach::verdict::{Attribution, Cause, Verdict};

use crate::corpus;
use crate::unreachable::made::{CLIENT, Capture, Ip, ROUTER, SERVER, from, message, tcp, udp};

fn probe() -> Ip {
    Ip::new(17, 500, udp(40000, 9, 0xabcd, b"question"))
}

/// What is found of one message about a packet.
fn about(packet: &Ip, message: &Ip) -> Incident {
    let mut capture = Capture::new();
    capture.see(packet);
    capture.see(message);
    capture.findings().incidents.remove(0)
}

/// What is found in a capture of known truth.
fn recorded(capture: &str) -> Vec<Incident> {
    corpus::analyzed(&[env!("CARGO_MANIFEST_DIR"), "testdata", capture].iter().collect::<PathBuf>()).incidents
}

/// A refusal by the server with another TTL, and so many bytes quoted.
fn refused_from(ttl: u8, quoted: usize) -> Incident {
    let quote = &probe().arrived()[..quoted];
    about(&probe(), &Ip { ttl, ..from(SERVER, message(3, [0; 4], quote)) })
}

#[test]
fn commands_are_those_of_the_system() {
    assert_eq!(refused_from(61, 36).next_step().1, "ss -lnup 'sport = :9'");
    assert_eq!(refused_from(125, 36).next_step().1, "Get-NetUDPEndpoint -LocalPort 9");
    assert_eq!(refused_from(61, 28).next_step().1, "lsof -nP -iUDP:9");
    let (advice, command) = refused_from(252, 28).next_step();
    assert_eq!(command, "show udp");
    assert!(advice.ends_with(" The command is spelt as in Cisco IOS."), "{advice}");
}

#[test]
fn the_other_twin_is_named() {
    assert!(
        refused_from(61, 36).next_step().0.ends_with("if something does listen, a firewall rule refuses in its place.")
    );
}

/// Of several ports the first is named, with how many more there are.
#[test]
fn other_ports_are_counted() {
    let mut refused = refused_from(61, 36);
    for (ports, named) in
        [(vec![9], "UDP port 9,"), (vec![9, 10], "port 9 (and another one),"), (vec![9, 10, 11], "(and 2 others),")]
    {
        refused.target_ports = ports;
        let (advice, command) = refused.next_step();
        assert!(advice.contains(named), "{advice}");
        assert_eq!(command, "ss -lnup 'sport = :9'");
    }
}

#[test]
fn routes_are_looked_up_on_the_router() {
    let unrouted = about(&probe(), &from(ROUTER, message(0, [0; 4], &probe().arrived())));
    assert_eq!(unrouted.next_step().1, "ip route get 198.51.100.20");
    let other_make = Ip { ttl: 252, ..from(ROUTER, message(0, [0; 4], &probe().arrived()[..28])) };
    assert_eq!(about(&probe(), &other_make).next_step().1, "show ip route 198.51.100.20");
}

/// Who publishes ports of other hosts says of itself that it cannot be reached.
#[test]
fn who_is_up_is_not_looked_for() {
    let behind = recorded("namespaces/nat_dead_backend/client.pcap");
    assert!(behind.iter().any(|incident| incident.target.is_some_and(|target| target.is_ipv4())));
    for incident in behind {
        assert_eq!(Some(incident.reporter), incident.target);
        let (advice, command) = incident.next_step();
        let port = incident.target_ports[0];
        assert!(
            advice.contains(" is up, as it says so itself: ") && advice.contains(&format!("port {port},")),
            "{advice}"
        );
        assert!(command.ends_with("grep -iw dnat"), "{command}");
    }
    // A route that is missing is missing there, too, and not one to itself.
    let mut unrouted = recorded("namespaces/nat_dead_backend/client.pcap").remove(0);
    unrouted.verdict.cause = Some(Cause::NoRoute);
    let (advice, command) = unrouted.next_step();
    assert!(advice.ends_with(", and whether it has a route there."), "{advice}");
    assert!(command.ends_with("grep -iw dnat"), "{command}");
    let beside = recorded("lab/host_down/client.pcap").remove(0);
    let (advice, command) = beside.next_step();
    assert!(advice.starts_with("See whether ") && command.starts_with("arping -c 3 "), "{advice} {command}");
}

#[test]
fn filters_are_found_by_a_trace_of_the_refused_packets() {
    let syn = Ip::new(6, 500, tcp(40000, 443, 7, 2, b""));
    let refused = about(&syn, &from(ROUTER, message(13, [0; 4], &syn.arrived())));
    assert_eq!(refused.next_step().1, "traceroute -T -p 443 198.51.100.20");
    assert!(refused.next_step().0.contains("TCP port 443"), "{}", refused.next_step().0);
    let echo = Ip::new(1, 500, vec![8, 0, 0, 0, 0, 7, 0, 1]);
    let refused = about(&echo, &from(ROUTER, message(13, [0; 4], &echo.arrived())));
    assert_eq!(refused.next_step().1, "traceroute -I 198.51.100.20");
}

#[test]
fn a_message_without_a_quote_gets_a_command_that_works() {
    let incident = about(&probe(), &from(ROUTER, message(0, [0; 4], &[])));
    assert!(incident.next_step().1.starts_with("tcpdump "), "{}", incident.next_step().1);
}

/// The sender's system counts such messages only where they are about TCP.
#[test]
fn what_tells_of_a_forgery_depends_on_the_protocol() {
    let forged = recorded("lab/forged_blind/client.pcap");
    let of = |number: u8| forged.iter().filter(move |incident| incident.protocol == Some(number));
    assert!(of(6).count() > 0 && of(17).count() > 0);
    for incident in of(6) {
        assert_eq!(incident.next_step().1, "nstat -az TcpExtOutOfWindowIcmps");
    }
    for incident in of(17) {
        let (advice, command) = incident.next_step();
        let sender = incident.sender.unwrap();
        assert!(advice.contains(&format!("compare what it quotes with what {sender} sends")), "{advice}");
        assert!(command.starts_with(&format!("tcpdump -n -w watch.pcap 'host {sender} and (host ")), "{command}");
    }
}

#[test]
fn the_senders_own_refusal_is_looked_for_on_the_sender() {
    let incident = about(&probe(), &Ip { ttl: 64, ..from(CLIENT, message(13, [0; 4], &probe().bytes())) });
    let (advice, command) = incident.next_step();
    assert!(advice.starts_with("192.0.2.10 refused its own packets: look there for the rule or route "), "{advice}");
    assert!(command.contains("grep -iw reject; ip route get 198.51.100.20"), "{command}");
}

/// IOS takes one command a line, and filters nothing that the router itself sends.
#[test]
fn a_router_is_given_one_command() {
    let own = Ip { ttl: 255, ..from(CLIENT, message(13, [0; 4], &probe().bytes()[..28])) };
    assert_eq!(about(&probe(), &own).next_step().1, "show ip route 198.51.100.20");
    let mut open = refused_from(252, 28);
    open.verdict.cause = None;
    open.verdict.attribution = Attribution::Undetermined;
    open.verdict.candidates = vec![(Cause::ClosedPort, 0.5), (Cause::HostFirewall, 0.5)];
    assert_eq!(open.next_step().1, "show access-lists");
}

/// Nothing that the sender's kernel or a router said tells whether a rule or a route refused: then both are to be looked at.
#[test]
fn where_a_rule_and_a_route_are_as_likely_both_are_looked_for() {
    let mut incident = about(&probe(), &from(ROUTER, message(1, [0; 4], &probe().arrived())));
    incident.verdict = Verdict::from_probabilities(vec![(Cause::NetworkFilter, 0.6), (Cause::NoRoute, 0.4)]);
    let (advice, command) = incident.next_step();
    assert!(
        advice.contains(" look for a rule that rejects UDP port 9 to 198.51.100.20, and look up the route"),
        "{advice}"
    );
    assert!(command.contains("grep -iw reject; ip route get 198.51.100.20"), "{command}");
}

#[test]
fn a_node_is_told_which_of_its_services_lack_endpoints() {
    let refused = recorded("namespaces/nf_node_no_endpoints/any.pcap");
    assert_eq!(refused.len(), 2);
    for incident in refused {
        let (advice, command) = incident.next_step();
        assert!(advice.starts_with("No endpoint stands behind the service address 10.96.0.1"), "{advice}");
        assert!(command.starts_with("kubectl get services"), "{command}");
    }
}

/// Packets that nobody waits for any more, be it one answer or the rest of a stream.
#[test]
fn a_stream_is_no_slow_answer() {
    let refused_after = |packets: u16| {
        let mut capture = Capture::new();
        capture.see(&probe());
        let answer =
            |number| Ip { source: SERVER, destination: CLIENT, ..Ip::new(17, number, udp(9, 40000, 0xbeef, b"data")) };
        (0..packets).for_each(|number| _ = capture.see(&answer(number)));
        let refused = answer(packets - 1);
        capture.see(&Ip {
            ttl: 64,
            source: CLIENT,
            destination: SERVER,
            ..from(CLIENT, message(3, [0; 4], &refused.arrived()))
        });
        capture.findings().incidents.remove(0).next_step().0
    };
    let [answer, stream] = [1, 20].map(refused_after);
    assert!(answer.contains("had stopped waiting for this answer"), "{answer}");
    assert!(stream.contains("had closed the port that 198.51.100.20 was streaming to"), "{stream}");
}

/// An IPv6 packet between two addresses, with the next header and what follows.
fn v6(next_header: u8, source: &str, destination: &str, payload: &[u8]) -> Vec<u8> {
    let octets = |text: &str| text.parse::<Ipv6Addr>().unwrap().octets();
    let length = (payload.len() as u16).to_be_bytes();
    let header = [&[0x60, 0, 0, 0][..], &length, &[next_header, 64]].concat();
    [&header[..], &octets(source), &octets(destination), payload].concat()
}

/// What is found of a packet from `fe80::1` to `fe80::2`, refused by another host of the link.
fn on_link(reporter: &str, next_header: u8, icmp_type: u8, icmp_code: u8) -> Incident {
    let payload = if next_header == 17 { udp(40000, 9, 0xabcd, b"question") } else { vec![128, 0, 0, 0, 0, 7, 0, 1] };
    let probe = v6(next_header, "fe80::1", "fe80::2", &payload);
    let mut body = [&[icmp_type, icmp_code, 0, 0, 0, 0, 0, 6][..], &probe].concat();
    let unsummed = v6(58, reporter, "fe80::1", &body);
    let pseudo = [&unsummed[8..40], &(body.len() as u32).to_be_bytes(), &[0, 0, 0, 58]].concat();
    let sum = internet_checksum(&[&pseudo, &body]);
    body[2..4].copy_from_slice(&sum.to_be_bytes());
    let mut capture = Capture::new();
    for packet in [probe, v6(58, reporter, "fe80::1", &body)] {
        capture.see_cut(&packet, packet.len());
    }
    capture.findings().incidents.remove(0)
}

#[test]
fn an_address_of_a_link_is_told_with_the_link() {
    for (incident, command) in [
        (on_link("fe80::ff", 17, 1, 0), "ip route get fe80::2 dev IFACE"),
        (on_link("fe80::ff", 17, 1, 1), "traceroute -U -p 9 fe80::2%IFACE"),
        (on_link("fe80::ff", 17, 2, 0), "tracepath -n fe80::2%IFACE"),
    ] {
        assert_eq!(incident.next_step().1, command);
        assert!(
            incident.next_step().0.ends_with("For IFACE, put the interface on that link."),
            "{}",
            incident.next_step().0
        );
    }
}

#[test]
fn a_protocol_that_every_host_has_is_not_to_be_installed() {
    let refused = on_link("fe80::2", 58, 4, 1);
    assert!(refused.next_step().0.starts_with("Every host has ICMPv6: "), "{}", refused.next_step().0);
    let refused = on_link("fe80::2", 17, 4, 1);
    assert!(refused.next_step().0.starts_with("Every host has UDP: "), "{}", refused.next_step().0);
}

/// Code 5 of `ICMPv6` is about where packets come from (RFC 4443 section 3.1).
#[test]
fn a_source_that_is_refused_is_looked_for_at_the_sender() {
    let found = recorded("crafted/codes_ipv6.pcap");
    let refused = found.iter().find(|incident| incident.code.meaning() == "source-policy-failed").expect("code 5");
    let (advice, command) = refused.next_step();
    assert!(advice.contains("refuses where these packets come from") && !advice.contains("rule"), "{advice}");
    let (target, sender) = (refused.target.expect("a target"), refused.sender.expect("a sender"));
    assert_eq!(command, format!("ip route get {target} from {sender}; ip address show to {sender}"));
}
