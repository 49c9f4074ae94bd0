//! Tables: their columns, their formats, their files.

mod cells;
mod columns;
mod document;
mod html;
mod markdown;
mod outputs;
mod rows;
mod sample;
mod schema;
mod selections;
mod text;
mod views;
