//! The page in a browser: it shows every incident, runs nothing and asks for nothing. Skipped where there is no Chromium.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::page::{harmful, html};

/// Names under which Chromium is installed.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}

/// The document as the browser has it once it is loaded, and what it logged meanwhile.
fn loaded(browser: &Path, page: &str) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.html");
    std::fs::write(&file, page).expect("written");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
        .args(["--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// What a page tried and was not let do stands on the console: its policy forbids every request and every script.
fn console(log: &str) -> Vec<&str> {
    log.lines().filter(|line| line.contains("CONSOLE")).collect()
}

#[test]
fn a_browser_shows_it_and_is_asked_for_nothing() {
    let Some(browser) = browser() else { return crate::skipped("no Chromium on this machine") };
    let sample = harmful();
    let page = html(&sample);
    let (document, log) = loaded(&browser, &page);
    for incident in &sample.findings.incidents {
        assert!(document.contains(&format!("id=\"i-{}\"", incident.id)), "{} in {document}", incident.id);
    }
    assert!(!document.contains("<script"), "{document}");
    // As text it stands between tags or within quotes; elsewhere in a tag it would be an attribute.
    let mut tags = document.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    assert!(!tags.any(|tag| tag.split('"').step_by(2).any(|bare| bare.contains("onload"))), "{document}");
    assert!(console(&log).is_empty(), "{:?}", console(&log));

    // And such a console tells: an image from elsewhere and a script, both refused.
    let spoilt = page
        .replace("<main>", "<main><img alt=\"\" src=\"http://127.0.0.1:9/x.png\"><script>document.title = 1</script>");
    let (_, log) = loaded(&browser, &spoilt);
    assert!(console(&log).len() >= 2, "{log}");
}
