//! Frames to packets: link layers, tunnels, and damage to all of them.

mod checksum;
mod damage;
mod fragments;
mod frames;
mod layers;
mod tunnels;
