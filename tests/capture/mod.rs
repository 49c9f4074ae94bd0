//! Tests of `capture`: files of every shape, whole and damaged, and live interfaces.

mod blocks;
mod bounds;
mod compressed;
mod damage;
mod follow;
mod format;
mod hidden;
mod hurt;
mod kept;
mod live;
mod resync;
mod ring;
mod savefile;
mod timeline;
mod written;
