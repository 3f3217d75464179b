using System.Globalization;
using System.Text.Json;
using Deque.AxeCore.Commons;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Interactions;

namespace EventsApi.Tests;

/// <summary>Chromium without a window, driven by chromedriver; it starts with the first page that is opened. Both come from the system, nothing is downloaded.</summary>
public sealed class Browser : IDisposable
{
    public const string Program = "chromium", Driver = "chromedriver";

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private ChromeDriver? _driver;

    private ChromeDriver Chromium => _driver ??= Start();

    private static ChromeDriver Start()
    {
        var options = new ChromeOptions { BinaryLocation = Tools.PathOf(Program) };
        // Whoever runs the tests as root, as machines that build do, can have no sandbox.
        options.AddArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1");
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        var driver = new ChromeDriver(ChromeDriverService.CreateDefaultService(Tools.PathOf(Driver)), options, TimeSpan.FromMinutes(2));
        // Layout shifts are counted from the very start of each page, those that follow a hand's doing left out.
        driver.ExecuteCdpCommand("Page.addScriptToEvaluateOnNewDocument", new()
        {
            ["source"] = "window.shifted = 0; new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value; }).observe({ type: 'layout-shift', buffered: true });",
        });
        return driver;
    }

    /// <summary>How wide the window is, in pixels, and which scheme the system prefers: light or dark.</summary>
    public Browser As(int width, string scheme = "light")
    {
        Chromium.ExecuteCdpCommand("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = width < 500 ? 844 : 900, ["deviceScaleFactor"] = 1, ["mobile"] = width < 500 });
        Chromium.ExecuteCdpCommand("Emulation.setEmulatedMedia", new() { ["features"] = new[] { new Dictionary<string, object> { ["name"] = "prefers-color-scheme", ["value"] = scheme } } });
        return this;
    }

    /// <summary>Opens an address and waits until the page has settled.</summary>
    public void Open(string url)
    {
        _ = Chromium.Manage().Logs.GetLog(LogType.Browser);
        Chromium.Navigate().GoToUrl(url);
        Settle();
    }

    /// <summary>Forgets the files of pages seen before.</summary>
    public void Forget() => Chromium.ExecuteCdpCommand("Network.clearBrowserCache", []);

    /// <summary>Waits until nothing is asked for and nothing is marked as busy.</summary>
    public void Settle()
    {
        Until("return document.readyState === 'complete' && document.querySelector('#main')?.firstElementChild != null && !document.querySelector('[aria-busy]')", "The page does not settle.");
        var before = -1.0;
        Soon(() => before == (before = Number("return performance.getEntriesByType('resource').length")), "The page does not come to rest.", TimeSpan.FromMilliseconds(120));
    }

    public string Url => Chromium.Url;

    public string Title => Chromium.Title;

    /// <summary>What is written in the first element that the selector finds.</summary>
    public string Text(string selector) => Find(selector).Text;

    public IReadOnlyList<string> Texts(string selector) => [.. Chromium.FindElements(By.CssSelector(selector)).Select(e => e.Text)];

    public bool Has(string selector) => Chromium.FindElements(By.CssSelector(selector)).Count > 0;

    public void Click(string selector)
    {
        Find(selector).Click();
        Settle();
    }

    /// <summary>Clicks the first of the elements in which the text stands.</summary>
    public void Click(string selector, string text)
    {
        Chromium.FindElements(By.CssSelector(selector)).First(e => e.Text.Contains(text, StringComparison.Ordinal)).Click();
        Settle();
    }

    /// <summary>Types into an element, or where the focus is.</summary>
    public void Type(string? selector, params string[] keys)
    {
        if (selector is not null) Chromium.ExecuteScript("arguments[0].focus()", Find(selector));
        foreach (var key in keys) new Actions(Chromium).SendKeys(key).Perform();
    }

    /// <summary>Drags inside an element between two places given as parts of its width and height.</summary>
    public void Drag(string selector, (double X, double Y) from, (double X, double Y) to, bool withShift = false)
    {
        var element = Find(selector);
        Chromium.ExecuteScript("arguments[0].scrollIntoView({ block: 'center' })", element);
        int Across(double part) => (int)((part - 0.5) * element.Size.Width);
        int Down(double part) => (int)((part - 0.5) * element.Size.Height);
        var hand = new Actions(Chromium);
        if (withShift) hand.KeyDown(Keys.Shift);
        hand.MoveToElement(element, Across(from.X), Down(from.Y)).ClickAndHold().MoveToElement(element, Across((from.X + to.X) / 2), Down((from.Y + to.Y) / 2)).MoveToElement(element, Across(to.X), Down(to.Y)).Release();
        if (withShift) hand.KeyUp(Keys.Shift);
        hand.Perform();
        Settle();
    }

    public T Script<T>(string script, params object[] arguments) => (T)Chromium.ExecuteScript(script, arguments)!;

    public double Number(string script) => Convert.ToDouble(Chromium.ExecuteScript(script), CultureInfo.InvariantCulture);

    /// <summary>The result of a script that calls back (its last argument) with a number.</summary>
    public double Measure(string script, params object[] arguments) => Convert.ToDouble(Chromium.ExecuteAsyncScript(script, arguments), CultureInfo.InvariantCulture);

    public void Until(string script, string otherwise) => Soon(() => Chromium.ExecuteScript(script) is true, otherwise, TimeSpan.FromMilliseconds(20));

    public void Wait(string selector) => Soon(() => Has(selector), $"There is no {selector}.", TimeSpan.FromMilliseconds(20));

    /// <summary>What the page complained of since it was opened.</summary>
    public IReadOnlyList<string> Complaints() => [.. Chromium.Manage().Logs.GetLog(LogType.Browser).Where(e => e.Level >= LogLevel.Warning).Select(e => e.Message)];

    /// <summary>What axe finds wrong: rule, help and the places.</summary>
    public IReadOnlyList<string> Barriers()
    {
        // axe is the tests' own: it is put in by the driver, past the page's policy.
        Chromium.ExecuteCdpCommand("Runtime.evaluate", new() { ["expression"] = Axe });
        var found = (string)Chromium.ExecuteAsyncScript("const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then(r => done(JSON.stringify(r.violations)), e => done(JSON.stringify([{ id: String(e), help: '', nodes: [] }])));")!;
        return [.. JsonDocument.Parse(found).RootElement.EnumerateArray().Select(v => $"{v.Text("id")}: {v.Text("help")}: {string.Join(" | ", v.Each("nodes").Take(3).Select(n => n.Each("target")[0] + " " + n.Text("failureSummary")!.ReplaceLineEndings(" ")))}")];
    }

    /// <summary>Keeps a picture of the whole page beside the test results, where a run leaves what it made.</summary>
    public void Picture(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "TestResults", "explorer")).FullName;
        var shot = (Dictionary<string, object>)Chromium.ExecuteCdpCommand("Page.captureScreenshot", new() { ["captureBeyondViewport"] = true })!;
        File.WriteAllBytes(Path.Combine(folder, $"{name}.png"), Convert.FromBase64String((string)shot["data"]));
    }

    private IWebElement Find(string selector)
    {
        Wait(selector);
        return Chromium.FindElement(By.CssSelector(selector));
    }

    private static void Soon(Func<bool> happened, string otherwise, TimeSpan pause)
    {
        for (var until = DateTime.UtcNow + Patience; !happened(); Thread.Sleep(pause))
            Assert.True(DateTime.UtcNow < until, otherwise);
    }

    public void Dispose() => _driver?.Quit();
}

/// <summary>A test in a real browser; it says that it was skipped where there is none.</summary>
public sealed class FactWithBrowserAttribute : FactAttribute
{
    public FactWithBrowserAttribute() => Skip = WithBrowser.Missing;
}

public sealed class TheoryWithBrowserAttribute : TheoryAttribute
{
    public TheoryWithBrowserAttribute() => Skip = WithBrowser.Missing;
}

internal static class WithBrowser
{
    public static readonly string? Missing = ((string[])[Browser.Program, Browser.Driver]).FirstOrDefault(tool => Tools.PathOf(tool) is null) is { } missing ? $"There is no {missing} on this machine; Debian has chromium and chromium-driver." : null;
}

internal static class Tools
{
    /// <summary>Where a program of the machine lies; null where there is none.</summary>
    public static string? PathOf(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);
}
