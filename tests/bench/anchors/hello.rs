//! The least that a program costs; built with `rustc`, once dynamic and once static.

fn main() {
    println!("hello");
}
