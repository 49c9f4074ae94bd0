//! Addresses in sentences and commands, and ids.

use unreach::anonymity::{Disguise, Key};

use super::crypto_pan::SAMPLE_KEY;

fn disguise() -> Disguise {
    Disguise::new(&Key::from_file(&SAMPLE_KEY).unwrap())
}

#[test]
fn addresses_are_found_wherever_they_stand() {
    for (text, expected) in [
        ("See whether 128.11.68.132 is up.", "See whether 135.242.180.132 is up."),
        ("On 128.11.68.132, rule 3.", "On 135.242.180.132, rule 3."),
        ("rejects UDP port 53 to 128.11.68.132.", "rejects UDP port 53 to 135.242.180.132."),
        ("128.11.68.132:53/udp", "135.242.180.132:53/udp"),
        ("[2001:db8::1]:53", "[4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e]:53"),
        ("beside 2001:db8::1: on a link", "beside 4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e: on a link"),
        ("traceroute -U -p 53 2001:db8::1", "traceroute -U -p 53 4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e"),
        ("128.11.68.132@2", "135.242.180.132@2"),
        ("'128.11.68.132','::1'", "'135.242.180.132','78ff:f001:9fc0:20df:8380:b1f1:704:ed'"),
        ("ärger 128.11.68.132 ü", "ärger 135.242.180.132 ü"),
    ] {
        assert_eq!(disguise().text(text), expected);
    }
}

#[test]
fn what_is_no_address_stays() {
    for text in
        ["", "ss -lnup 'sport = :7050'", "at 15:13:10.534, 0.047 ms", "version 0.1.0", "a decade, face to face", "..:."]
    {
        assert_eq!(disguise().text(text), text);
    }
}

#[test]
fn ids_are_as_long_and_say_nothing() {
    let other = Disguise::new(&Key::from_file(&[7; 32]).unwrap());
    let id = disguise().id("1af9407142");
    assert_eq!(id.len(), 10);
    assert_ne!(id, "1af9407142");
    assert_eq!(disguise().id("1af9407142"), id, "the same in every run");
    assert_ne!(other.id("1af9407142"), id, "not without the key");
    assert_ne!(disguise().id("1af9407143"), id);
}
