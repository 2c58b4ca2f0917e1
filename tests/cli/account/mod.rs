//! `hayon account`, a file for each of its commands.

mod add;
mod dialogues;
mod pages;
