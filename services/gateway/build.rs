//! The web app is embedded: its folder must exist before it is built, and a new build is noticed.

fn main() {
    println!("cargo:rerun-if-changed=ui/dist");
    println!("cargo:rerun-if-changed=migrations");
    if let Err(error) = std::fs::create_dir_all("ui/dist") {
        println!("cargo:warning=ui/dist cannot be made: {error}");
    }
}
