//! A headless Chromium for stories, driven through Debian's chromedriver.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::{Capabilities, WindowHandle};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// How long a page may take to show what it should. A story never waits for time, only for pages.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with one window per page.
pub struct Browser {
    driver: Child,
    client: Client,
    _profile: tempfile::TempDir,
    /// Where screenshots go, if anywhere.
    screens: Option<PathBuf>,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Driver and browser are a group of their own: a story that failed must not leave a browser behind.
        if let Some(group) = i32::try_from(self.driver.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        drop(self.driver.wait());
    }
}

impl Browser {
    /// Starts driver and browser. Screenshots are taken where `BIDROOM_SCREENS` names a folder.
    ///
    /// # Errors
    /// If Debian's `chromium` and `chromium-driver` are not installed, or do not start.
    pub async fn start() -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("chromedriver is missing: apt-get install chromium-driver")?;
        let profile = tempfile::tempdir()?;
        let capabilities: Capabilities = serde_json::from_value(json!({
            "goog:chromeOptions": {
                "binary": "/usr/bin/chromium",
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
                    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
                    "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
                    "--disable-backgrounding-occluded-windows", "--force-prefers-reduced-motion", "--lang=zh-CN",
                    format!("--user-data-dir={}", profile.path().display()),
                ],
            },
        }))?;
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::rustls()?;
        builder.capabilities(capabilities);
        for _ in 0..100 {
            match builder.connect(&address).await {
                Ok(client) => {
                    let screens = std::env::var_os("BIDROOM_SCREENS").map(PathBuf::from);
                    return Ok(Self { driver, client, _profile: profile, screens });
                }
                // The driver needs a moment to listen.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        drop(driver.kill());
        bail!("the browser did not start")
    }

    /// Opens a page of this size in a window of its own.
    ///
    /// # Errors
    /// Of the driver.
    pub async fn open(&self, url: &str, (width, height): (u32, u32)) -> anyhow::Result<WindowHandle> {
        let window = self.client.new_window(false).await?.handle;
        self.client.switch_to_window(window.clone()).await?;
        self.resize((width, height)).await?;
        self.client.goto(url).await?;
        Ok(window)
    }

    /// Makes the page of the current window this large.
    ///
    /// # Errors
    /// Of the driver.
    pub async fn resize(&self, (width, height): (u32, u32)) -> anyhow::Result<()> {
        self.client.set_window_size(width, height).await?;
        // The window's own frame comes on top: what is wanted is the size of the page.
        let inside = self.client.execute("return [innerWidth, innerHeight]", vec![]).await?;
        let [inner_width, inner_height] = serde_json::from_value::<[u32; 2]>(inside)?;
        let frame = (width.saturating_sub(inner_width), height.saturating_sub(inner_height));
        Ok(self.client.set_window_size(width + frame.0, height + frame.1).await?)
    }

    /// By how many pixels the page is larger than its window, across and down.
    ///
    /// # Errors
    /// Of the driver.
    pub async fn overflow(&self) -> anyhow::Result<(i64, i64)> {
        let script = "const page = document.documentElement;
            return [page.scrollWidth - innerWidth, page.scrollHeight - innerHeight]";
        let [across, down] = serde_json::from_value(self.client.execute(script, vec![]).await?)?;
        Ok((across, down))
    }

    /// Turns to a window.
    ///
    /// # Errors
    /// Of the driver.
    pub async fn turn_to(&self, window: &WindowHandle) -> anyhow::Result<()> {
        Ok(self.client.switch_to_window(window.clone()).await?)
    }

    /// Leads the current window elsewhere.
    ///
    /// # Errors
    /// Of the driver.
    pub async fn go(&self, url: &str) -> anyhow::Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// Clicks the first usable button or link whose words contain `words`.
    ///
    /// # Errors
    /// If there is none in time.
    pub async fn click(&self, words: &str) -> anyhow::Result<()> {
        let path = format!(
            "//*[self::button or self::a or self::label][contains(normalize-space(.), '{words}')]\
             [not(@aria-disabled='true')][not(@aria-busy='true')]"
        );
        if !self.click_at(&path).await? {
            bail!("no button “{words}”; the page says: {}", self.words().await?);
        }
        Ok(())
    }

    /// Finds and clicks in one breath: a page may draw a part anew between two commands. Whether it was there in time.
    async fn click_at(&self, path: &str) -> anyhow::Result<bool> {
        const CLICK: &str = "const found = document.evaluate(arguments[0], document, null, 9, null).singleNodeValue; \
                             if (found) { found.click(); } return found !== null";
        loop {
            let waited = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(path)).await;
            if waited.is_err() {
                return Ok(false);
            }
            if self.client.execute(CLICK, vec![path.into()]).await? == true {
                return Ok(true);
            }
        }
    }

    /// Presses the button with this id as soon as it is usable.
    ///
    /// # Errors
    /// If it does not become usable in time.
    pub async fn press(&self, id: &str) -> anyhow::Result<()> {
        let path = format!("//button[@id='{id}'][not(@aria-disabled='true')][not(@aria-busy='true')]");
        if !self.click_at(&path).await? {
            bail!("the button #{id} is not usable; the page says: {}", self.words().await?);
        }
        Ok(())
    }

    /// Types into a field, after whatever is in it.
    ///
    /// # Errors
    /// If there is none in time.
    pub async fn fill(&self, css: &str, text: &str) -> anyhow::Result<()> {
        loop {
            let field = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await?;
            match field.send_keys(text).await {
                // A page may draw a part anew between two commands; then nothing was typed.
                Err(CmdError::Standard(error)) if error.error == ErrorStatus::StaleElementReference => {}
                typed => return Ok(typed?),
            }
        }
    }

    /// Waits until the page shows these words.
    ///
    /// # Errors
    /// If it does not in time; with what it shows.
    pub async fn shows(&self, words: &str) -> anyhow::Result<()> {
        let path = format!("//body[contains(normalize-space(.), '{words}')]");
        match self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await {
            Ok(_) => Ok(()),
            Err(_) => bail!("“{words}” does not show; the page says: {}", self.words().await?),
        }
    }

    /// Waits until the page has an element of this selector.
    ///
    /// # Errors
    /// If it has none in time; with what the page shows.
    pub async fn sees(&self, css: &str) -> anyhow::Result<()> {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(_) => Ok(()),
            Err(_) => bail!("there is no {css}; the page says: {}", self.words().await?),
        }
    }

    /// Waits until the page does not show these words any more.
    ///
    /// # Errors
    /// If it still does in time; with what it shows.
    pub async fn shows_no_more(&self, words: &str) -> anyhow::Result<()> {
        let path = format!("//body[not(contains(normalize-space(.), '{words}'))]");
        match self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await {
            Ok(_) => Ok(()),
            Err(_) => bail!("“{words}” still shows; the page says: {}", self.words().await?),
        }
    }

    /// All words of the page.
    ///
    /// # Errors
    /// Of the driver.
    pub async fn words(&self) -> anyhow::Result<String> {
        let text = self.client.execute("return document.body.innerText", vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page and gives what it returns.
    ///
    /// # Errors
    /// Of the driver.
    pub async fn run(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, vec![]).await?)
    }

    /// Runs a script in the page that says by its last argument what it found and that it is done.
    ///
    /// # Errors
    /// Of the driver.
    pub async fn run_until_done(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.client.execute_async(script, vec![]).await?)
    }

    /// Has axe-core look at the page; gives what is serious or critical.
    ///
    /// # Errors
    /// Of the driver, or if axe-core is not installed.
    pub async fn accessibility(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let source = std::fs::read_to_string(
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("node/node_modules/axe-core/axe.min.js"),
        )
        .context("axe-core is missing: run tests/setup")?;
        self.client.execute(&source, vec![]).await?;
        let found = self
            .client
            .execute_async(
                "const done = arguments[arguments.length - 1]; \
                 axe.run(document, { resultTypes: ['violations'] }).then(r => done(r.violations \
                 .filter(v => v.impact === 'serious' || v.impact === 'critical') \
                 .map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join(' | '))), \
                 e => done(['axe failed: ' + e]))",
                vec![],
            )
            .await?;
        let found: Vec<String> = serde_json::from_value(found)?;
        Ok(found.into_iter().map(|what| format!("{name}: {what}")).collect())
    }

    /// Shoots the current page in both languages and has it checked in both; what is not accessible goes to `found`.
    ///
    /// # Errors
    /// Of the driver, or of the disk.
    pub async fn look(&self, name: &str, found: &mut Vec<String>) -> anyhow::Result<()> {
        self.screenshot(&format!("{name}-zh")).await?;
        found.extend(self.accessibility(name).await?);
        self.click("EN").await?;
        self.screenshot(&format!("{name}-en")).await?;
        found.extend(self.accessibility(&format!("{name} in English")).await?);
        self.click("中").await
    }

    /// The host's next step: pressed once, and once more where it asks.
    ///
    /// # Errors
    /// If it does not become usable in time.
    pub async fn next_step(&self) -> anyhow::Result<()> {
        self.press("next-step").await?;
        if self.words().await?.contains("再按一次") {
            self.press("next-step").await?;
        }
        Ok(())
    }

    /// Clicks the first usable button within an element whose words contain `words`.
    ///
    /// # Errors
    /// If there is none in time.
    pub async fn click_in(&self, element: &str, words: &str) -> anyhow::Result<()> {
        let path = format!(
            "//{element}//button[contains(normalize-space(.), '{words}')][not(@aria-disabled='true')]\
             [not(@aria-busy='true')]"
        );
        if !self.click_at(&path).await? {
            bail!("no button “{words}” in {element}; the page says: {}", self.words().await?);
        }
        Ok(())
    }

    /// Takes a screenshot of the current window under a name, if they are wanted.
    ///
    /// # Errors
    /// Of the driver or the disk.
    pub async fn screenshot(&self, name: &str) -> anyhow::Result<()> {
        let Some(folder) = &self.screens else { return Ok(()) };
        std::fs::create_dir_all(folder)?;
        let png = self.client.screenshot().await?;
        Ok(std::fs::write(folder.join(format!("{name}.png")), png)?)
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// Of the driver.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.client.clone().close().await?)
    }
}
