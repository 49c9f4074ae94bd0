//! Both directions of a flow have one key.

use std::net::IpAddr;

use proptest::prelude::*;
use unreach::flow::{Direction, FlowKey};

fn end() -> impl Strategy<Value = (IpAddr, u16)> {
    (prop_oneof![any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u8; 16]>().prop_map(IpAddr::from)], any::<u16>())
}

proptest! {
    #[test]
    fn the_way_back_is_the_other_direction(one in end(), other in end(), protocol in any::<u8>()) {
        let (there, up) = FlowKey::new(one, other, protocol);
        let (back, down) = FlowKey::new(other, one, protocol);
        prop_assert_eq!(there, back);
        prop_assert!(one == other || up == down.reversed());
        prop_assert_eq!((there.source(up), there.source(up.reversed())), (one, other));
        prop_assert!((there.low, there.low_port) <= (there.high, there.high_port));
    }
}

#[test]
fn a_packet_to_itself_goes_up() {
    let end = (IpAddr::from([127, 0, 0, 1]), 9);
    assert_eq!(FlowKey::new(end, end, 17).1, Direction::Up);
}
