//! A map of bounded size against one without bounds.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::flow::Bounded;

#[derive(Clone, Copy, Debug)]
enum Operation {
    Look(u64),
    Use(u64),
    Set(u64, u32),
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        any::<u8>().prop_map(u64::from).prop_map(Operation::Look),
        any::<u8>().prop_map(u64::from).prop_map(Operation::Use),
        (any::<u8>().prop_map(u64::from), any::<u32>()).prop_map(|(key, value)| Operation::Set(key, value)),
    ]
}

/// Does the same to both; where the bounded map has forgotten a key, so does the model.
fn apply(operation: Operation, map: &mut Bounded<u64, u32>, model: &mut HashMap<u64, u32>) {
    match operation {
        Operation::Look(_) => {}
        Operation::Use(key) => {
            map.get_mut(&key);
        }
        Operation::Set(key, value) => {
            *map.entry(&key, || value) = value;
            model.insert(key, value);
        }
    }
    model.retain(|key, _| map.get(key).is_some());
}

proptest! {
    #[test]
    fn what_is_there_is_right(operations in vec(operation(), 1..500), limit in 0_usize..64) {
        let (mut map, mut model) = (Bounded::new(limit), HashMap::new());
        let mut created = 0_u64;
        for operation in operations {
            if let Operation::Set(key, _) = operation {
                created += u64::from(map.get(&key).is_none());
            }
            apply(operation, &mut map, &mut model);
            prop_assert!(map.len() <= limit.max(2));
            prop_assert_eq!(map.is_empty(), model.is_empty());
            let all: HashMap<u64, u32> = map.iter().map(|(key, value)| (key, *value)).collect();
            prop_assert_eq!((all.len(), &all), (map.len(), &model));
            if let Operation::Look(key) = operation {
                prop_assert_eq!(map.get(&key), model.get(&key));
            }
        }
        prop_assert_eq!(map.len() as u64 + map.forgotten(), created);
    }

    #[test]
    fn the_most_recent_half_is_kept(keys in vec(any::<u8>().prop_map(u64::from), 1..500), limit in 2_usize..64) {
        let mut map = Bounded::new(limit);
        let mut recent: Vec<u64> = Vec::new();
        for key in keys {
            map.entry(&key, || ());
            recent.retain(|other| *other != key);
            recent.push(key);
            let kept = recent.iter().rev().take(limit / 2);
            prop_assert!(kept.clone().all(|key| map.get(key).is_some()), "{recent:?}");
        }
    }
}

#[test]
fn what_is_used_outlives_what_is_not() {
    let mut map = Bounded::new(8);
    map.entry(&0, || "used");
    map.entry(&1, || "left alone");
    for key in 2..100 {
        map.entry(&key, || "passing");
        assert_eq!(map.get_mut(&0).copied(), Some("used"), "after {key}");
    }
    assert!(map.get(&1).is_none() && map.get_mut(&1).is_none());
}
