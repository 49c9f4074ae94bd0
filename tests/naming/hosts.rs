//! Lists of names in the form of `/etc/hosts`.

use unreach::naming::Hosts;

#[test]
fn the_first_name_of_the_first_line_counts() {
    let hosts = Hosts::parse(
        "# ours\n192.0.2.1\tweb.example www # front\n192.0.2.1 other\n\nfe80::1%eth0 router\n::1 localhost",
    );
    let name = |address: &str| hosts.name(address.parse().unwrap());
    assert_eq!(name("192.0.2.1"), Some("web.example"));
    assert_eq!(name("fe80::1"), Some("router"));
    assert_eq!(name("::1"), Some("localhost"));
    assert_eq!(name("192.0.2.2"), None);
    assert_eq!(hosts.faults(), [0usize; 0]);
}

#[test]
fn lines_that_name_nothing_are_told() {
    let hosts = Hosts::parse("web.example 192.0.2.1\n192.0.2.1\n192.0.2.2 a # b\n300.1.1.1 x");
    assert_eq!(hosts.faults(), [1, 2, 4]);
}
