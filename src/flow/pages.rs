//! The room that large tables grow into: how much of it is made at once, of which pages, and when these are cleared.
#![allow(unsafe_code)]

/// Bytes of a large page on the machines that have them at this size (x86-64, and ARM64 with pages of 4 KiB).
pub(super) const LARGE: usize = 2 << 20;

/// From so many bytes on, large pages are asked for: less would hardly hold a whole one.
const WORTH: usize = LARGE + LARGE / 2;

/// How many times as much as one list takes at once the system has to give: several lists do so, and need other memory beside them.
/// (With twice as much, a capture of 300,000 flows ended for want of memory under a limit of 150 MB.)
const SHARE: usize = 8;

/// Makes room for `most` items at once, as what is made in steps is moved with each, to memory that the system clears first; all that
/// is not of the first `few` is of large pages. Where the system does not give [many times](SHARE) as much, so that others would go
/// without, it is for half of that, or less; but for as many again as there are in any case.
pub(super) fn make_room<T>(list: &mut Vec<T>, most: usize, few: usize) {
    let gives = |items: usize| Vec::<T>::new().try_reserve_exact(items).is_ok();
    let mut more = most.saturating_sub(list.len());
    while more > list.len() && !gives(more.saturating_mul(SHARE)) {
        more /= 2;
    }
    list.reserve_exact(more.max(list.len()).max(1));
    prefer_large(list, few);
}

/// Asks the system to back the room that a list has, but that of its first few items, by large pages. They are memory as a whole
/// once anything is written to them: so the room of what small captures use has small ones.
///
/// A look at a flow at random needs the address of its page first, which comes from memory as well where pages are many:
/// two million flows lie in sixteen thousand small pages. A scan of as many took some seven percent longer with those (measured
/// when a flow took twice as much).
fn prefer_large<T>(list: &mut Vec<T>, few: usize) {
    #[cfg(target_os = "linux")]
    {
        use rustix::mm::{Advice, madvise};
        let few = few.saturating_sub(list.len());
        let memory = list.spare_capacity_mut().get_mut(few..).unwrap_or_default();
        let range = memory.as_mut_ptr_range();
        let (start, end) = (range.start.addr().next_multiple_of(LARGE), range.end.addr() / LARGE * LARGE);
        if size_of_val(memory) < WORTH || end <= start {
            return;
        }
        let start_pointer = range.start.cast::<u8>().map_addr(|_| start).cast();
        // SAFETY: the range lies within the room that is the list's alone, which is whole pages there; the advice changes neither
        // what is in it nor who may use it. Where it is not taken, the pages stay as they are.
        let _ = unsafe { madvise(start_pointer, end - start, Advice::LinuxHugepage) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (list, few);
}

/// Has the system back the large page at an address by memory, as writing to it does.
pub(super) fn clear(address: usize) {
    #[cfg(target_os = "linux")]
    {
        use rustix::mm::{Advice, madvise};
        let page = std::ptr::without_provenance_mut(address);
        // SAFETY: the list may have been given back by now, and others may use these addresses: the advice only has pages backed as a
        // write would, and changes no byte. Where nothing is mapped, or nothing may be written, it fails, which costs nothing but
        // the page. Systems before Linux 5.14 do not know it, and clear each page as it is first written to.
        let _ = unsafe { madvise(page, LARGE, Advice::LinuxPopulateWrite) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = address;
}
