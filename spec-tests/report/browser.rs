//! A browser to be driven: Chromium, without a window, over its debugging pipe.
//!
//! Enters: a page, expressions, keys, clicks. Leaves: what expressions give. Refuses to know: what
//! the page is about.

use libtest_mimic::Failed;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// What Chromium and its next of kin are called.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Where Chromium is.
fn find() -> Result<PathBuf, String> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut paths = std::env::split_paths(&folders)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .filter(|path| path.is_file());
    paths.next().ok_or_else(|| {
        let names = NAMES.join(", ");
        format!(
            "expected one of {names} on the PATH, found none: install chromium, or set \
             PRIMEA_NO_BROWSER=1 to leave out what needs a browser"
        )
    })
}

/// As it has to be where it is run as root, and may reach nobody.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
    "about:blank",
];

/// Chromium reads from descriptor 3 and writes to 4.
const WITH_PIPES: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

/// One page in a browser of its own, which ends with it.
pub struct Browser {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    profile: PathBuf,
    session: Option<String>,
    asked: u64,
    /// What the page threw and nobody caught.
    thrown: Vec<String>,
}

impl Browser {
    /// Opens the page of a run from a file, as if a window were of that size.
    pub fn open(page: &Path, size: [u32; 2]) -> Result<Browser, Failed> {
        let mut browser = Browser::open_any(page, size)?;
        browser.see("timeline.frames > 0")?;
        Ok(browser)
    }

    /// Opens any page.
    pub fn open_any(page: &Path, [width, height]: [u32; 2]) -> Result<Browser, Failed> {
        let chromium = find()?;
        let profile = page.with_extension("profile");
        if profile.exists() {
            std::fs::remove_dir_all(&profile)?;
        }
        let mut process = Command::new("sh")
            .args(["-c", WITH_PIPES])
            .arg(chromium)
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(FLAGS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let to = process.stdin.take().expect("it is piped");
        let from = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut browser = Browser {
            process,
            to,
            from,
            profile,
            session: None,
            asked: 0,
            thrown: Vec::new(),
        };
        let target = browser.ask("Target.createTarget", json!({"url": "about:blank"}))?;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.ask("Target.attachToTarget", attach)?;
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": false});
        browser.ask("Emulation.setDeviceMetricsOverride", screen)?;
        browser.ask("Runtime.enable", json!({}))?;
        browser.ask("Page.enable", json!({}))?;
        let url = format!("file://{}", page.display());
        browser.ask("Page.navigate", json!({"url": url}))?;
        browser.see("document.readyState === 'complete' && location.protocol === 'file:'")?;
        Ok(browser)
    }

    /// Asks for something, and waits for the answer.
    fn ask(&mut self, method: &str, params: Value) -> Result<Value, Failed> {
        self.asked += 1;
        let mut question = json!({"id": self.asked, "method": method, "params": params});
        if let Some(session) = &self.session {
            question["sessionId"] = json!(session);
        }
        self.to.write_all(question.to_string().as_bytes())?;
        self.to.write_all(&[0])?;
        loop {
            let mut bytes = Vec::new();
            self.from.read_until(0, &mut bytes)?;
            if bytes.pop() != Some(0) {
                return Err(format!("{method}: the browser has ended").into());
            }
            let said: Value = serde_json::from_slice(&bytes)?;
            if said["method"] == "Runtime.exceptionThrown" {
                self.thrown
                    .push(said["params"]["exceptionDetails"].to_string());
            }
            if said["id"] == self.asked {
                return match &said["error"] {
                    Value::Null => Ok(said["result"].clone()),
                    error => Err(format!("{method}: {error}").into()),
                };
            }
        }
    }

    /// What an expression comes to. A promise is waited for.
    pub fn value(&mut self, expression: &str) -> Result<Value, Failed> {
        let params = json!({"expression": expression, "returnByValue": true,
            "awaitPromise": true});
        let answer = self.ask("Runtime.evaluate", params)?;
        match &answer["exceptionDetails"] {
            Value::Null => Ok(answer["result"]["value"].clone()),
            details => Err(format!("{expression}: {details}").into()),
        }
    }

    /// Waits, frame by frame, until something can be seen, and fails if it does not come.
    pub fn see(&mut self, condition: &str) -> Result<(), Failed> {
        const MOST: u32 = 1200;
        let frame = "new Promise(done => setTimeout(done, 16))";
        for _ in 0..MOST {
            // While the page is loaded, what it will define is not there yet.
            if matches!(self.value(condition), Ok(Value::Bool(true))) {
                return Ok(());
            }
            self.value(frame)?;
        }
        let shown = self.value("document.body.innerText")?;
        Err(format!("expected to see {condition}, found {shown}").into())
    }

    /// The text of an element, as it is seen.
    pub fn text(&mut self, selector: &str) -> Result<String, Failed> {
        let text = self.value(&format!("document.querySelector({selector:?}).innerText"))?;
        Ok(text
            .as_str()
            .ok_or(format!("{selector} has no text"))?
            .to_owned())
    }

    /// Expects parts in the text of an element.
    pub fn reads(&mut self, selector: &str, parts: &[&str]) -> Result<(), Failed> {
        let text = self.text(selector)?;
        for part in parts {
            if !text.contains(part) {
                return Err(format!("expected {part:?} in {selector}, found:\n{text}").into());
            }
        }
        Ok(())
    }

    /// Clicks at a point of the page.
    pub fn click(&mut self, x: f64, y: f64) -> Result<(), Failed> {
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.ask("Input.dispatchMouseEvent", params)?;
        }
        Ok(())
    }

    /// Clicks what an expression finds.
    pub fn click_on(&mut self, element: &str) -> Result<(), Failed> {
        let place = self.value(&format!(
            "(() => {{ const it = {element}; it.scrollIntoView({{block: 'center'}}); \
             const box = it.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        ))?;
        let at = |index: usize| place[index].as_f64().ok_or("no place");
        self.click(at(0)?, at(1)?)
    }

    /// Presses a key, by its name or its letter.
    pub fn press(&mut self, key: &str) -> Result<(), Failed> {
        let mut params = json!({"type": "keyDown", "key": key});
        if key.chars().count() == 1 {
            params["text"] = json!(key);
        } else if key == "Enter" {
            params["text"] = json!("\r");
        }
        self.ask("Input.dispatchKeyEvent", params)?;
        self.ask(
            "Input.dispatchKeyEvent",
            json!({"type": "keyUp", "key": key}),
        )?;
        Ok(())
    }

    pub fn type_text(&mut self, text: &str) -> Result<(), Failed> {
        self.ask("Input.insertText", json!({"text": text}))?;
        Ok(())
    }

    /// What the reader's system prefers: `light` or `dark`.
    pub fn prefer(&mut self, scheme: &str) -> Result<(), Failed> {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let params = json!({"features": features});
        self.ask("Emulation.setEmulatedMedia", params)?;
        Ok(())
    }

    /// Ends the browser. Nothing may have gone wrong in the page.
    pub fn close(mut self) -> Result<(), Failed> {
        self.value("0")?;
        match self.thrown.as_slice() {
            [] => Ok(()),
            thrown => Err(format!("the page threw {}", thrown.join("\n")).into()),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        // Its helpers may still be writing for a moment; what stays is removed by the next run.
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}
