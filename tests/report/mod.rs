//! Tables: their columns, their formats, their files.

mod cells;
mod columns;
mod community_ids;
mod digits;
mod document;
mod events;
mod html;
mod markdown;
mod order;
mod outputs;
mod pieces;
mod read_back;
mod rows;
mod sample;
mod schema;
mod selections;
mod spreadsheet;
mod text;
mod views;
