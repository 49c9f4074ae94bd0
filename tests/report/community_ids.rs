//! Community IDs: those that the specification publishes for its captures.

use unreach::report::community_id::{Ends, community_id};

use super::sample::address;

/// Protocol, source, destination, ports or type and code, ID: `baseline_deflt.json` of the specification's repository.
/// The ports it gives for ICMP messages that have an answer are their type and the answer's; here it is type and code.
const PUBLISHED: [(u8, &str, &str, Ends, &str); 22] = [
    (58, "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", Ends::Icmp(135, 0), "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="),
    (58, "fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", Ends::Icmp(136, 0), "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="),
    (58, "fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", Ends::Icmp(135, 0), "1:zavyT/cezQr1fmImYCwYnMXbgck="),
    (58, "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", Ends::Icmp(136, 0), "1:zavyT/cezQr1fmImYCwYnMXbgck="),
    (
        58,
        "3ffe:501:1800:2345::2",
        "3ffe:507:0:1:200:86ff:fe05:80da",
        Ends::Icmp(3, 0),
        "1:2ObVBgIn28oZvibYZhZMBgh7WdQ=",
    ),
    (
        58,
        "3ffe:501:410:0:2c0:dfff:fe47:33e",
        "3ffe:507:0:1:200:86ff:fe05:80da",
        Ends::Icmp(1, 4),
        "1:hLZd0XGWojozrvxqE0dWB1iM6R0=",
    ),
    (58, "3ffe:507:0:1:200:86ff:fe05:80da", "3ffe:501:0:1001::2", Ends::Icmp(128, 0), "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg="),
    (58, "3ffe:501:0:1001::2", "3ffe:507:0:1:200:86ff:fe05:80da", Ends::Icmp(129, 0), "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg="),
    (58, "fe80::200:86ff:fe05:80da", "ff02::2", Ends::Icmp(133, 0), "1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0="),
    (58, "fe80::260:97ff:fe07:69ea", "ff02::1", Ends::Icmp(134, 0), "1:pkvHqCL88/tg1k4cPigmZXUtL00="),
    (1, "192.168.0.89", "192.168.0.1", Ends::Icmp(8, 0), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
    (1, "192.168.0.1", "192.168.0.89", Ends::Icmp(0, 0), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
    (1, "10.0.0.1", "10.0.0.2", Ends::Icmp(11, 0), "1:YHxtAirCG//0OzkcVAukqKQN9xM="),
    (
        6,
        "2001:470:e5bf:dead:4957:2174:e82c:4887",
        "2607:f8b0:400c:c03::1a",
        Ends::Ports(63943, 25),
        "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=",
    ),
    (
        6,
        "2607:f8b0:400c:c03::1a",
        "2001:470:e5bf:dead:4957:2174:e82c:4887",
        Ends::Ports(25, 63943),
        "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=",
    ),
    (132, "192.168.170.8", "192.168.170.56", Ends::Ports(7, 7), "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="),
    (132, "192.168.170.56", "192.168.170.8", Ends::Ports(7, 7), "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="),
    (6, "128.232.110.120", "66.35.250.204", Ends::Ports(34855, 80), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
    (17, "192.168.1.52", "8.8.8.8", Ends::Ports(54585, 53), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
    (17, "8.8.8.8", "192.168.1.52", Ends::Ports(53, 54585), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
    (46, "10.1.12.1", "10.1.12.2", Ends::None, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
    (46, "10.1.12.2", "10.1.12.1", Ends::None, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
];

#[test]
fn they_are_those_that_are_published() {
    for (protocol, source, destination, ends, published) in PUBLISHED {
        let id = community_id(protocol, address(source), address(destination), ends);
        assert_eq!(id.to_string(), published, "protocol {protocol}, {source} to {destination}, {ends:?}");
    }
}
