//! What capture filters hide, on every link type that is captured live; and that what is proposed instead hides nothing.

use unreach::capture::hidden::hidden;
use unreach::frame::LinkType;

const LINKS: [LinkType; 4] = [LinkType::ETHERNET, LinkType::LINUX_SLL, LinkType::LINUX_SLL2, LinkType::RAW];

/// The filter that a warning proposes.
fn proposed(warning: &str) -> &str {
    warning.split('\'').nth(1).unwrap_or_else(|| panic!("{warning}"))
}

#[test]
fn filters_that_let_everything_through_that_matters() {
    for filter in [
        "icmp or icmp6 or udp",
        "host 10.1.2.3",
        "ip",
        "net 10.0.0.0/8",
        "not port 22",
        "ip6 and not tcp",
        "host 2001:db8::5",
    ] {
        for link in LINKS {
            assert_eq!(hidden(filter, link), None, "{filter} on {link}");
        }
    }
}

#[test]
fn filters_without_messages_are_told_with_one_that_has_them() {
    for filter in
        ["udp", "tcp port 443", "udp port 53 and host 10.1.2.3", "portrange 5000-5010", "tcp[tcpflags] & tcp-syn != 0"]
    {
        for link in LINKS {
            let warning = hidden(filter, link).unwrap_or_else(|| panic!("{filter} on {link}"));
            assert!(warning.contains("hides the unreachable messages"), "{warning}");
            assert_eq!(hidden(proposed(&warning), link), None, "{warning}");
        }
    }
}

#[test]
fn filters_without_flows_are_told_with_one_that_has_them() {
    for filter in ["icmp", "icmp or icmp6", "icmp[icmptype] == icmp-unreach", "icmp and host 10.1.2.3"] {
        for link in LINKS {
            let warning = hidden(filter, link).unwrap_or_else(|| panic!("{filter} on {link}"));
            assert!(warning.contains("hides the flows"), "{warning}");
            assert_eq!(hidden(proposed(&warning), link), None, "{warning}");
        }
    }
}

#[test]
fn nothing_is_said_of_what_cannot_be_tried() {
    for filter in ["host some.name.example", "port domain", "not a filter", ""] {
        assert_eq!(hidden(filter, LinkType::ETHERNET), None, "{filter}");
    }
    assert_eq!(hidden("udp", LinkType::IEEE802_11), None);
}
